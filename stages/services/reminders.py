"""催促: departments that have not answered the call are reminded, by hand or some working days before and after its
close; never twice a day, and never one that has answered."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from aomori_dx.kernel import audit, closing, workdays
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.wareki import format_date
from staff.models import Department, Notice, User
from staff.services import notices
from staff.services.notices import Message
from stages import permissions as may
from stages.effects.reminders import prefix
from stages.models import NominationCall
from stages.services import coverage
from stages.services.coverage import Answer

NOT_YOURS = "催促を送れるのは、DX推進担当だけです。"
CATCH_UP = 2
"""A reminder whose day was missed is sent up to so many working days later."""


@dataclass(frozen=True)
class Line:
    """A department that has not answered, and on which days it was reminded."""

    answer: Answer
    days: tuple[date, ...] = ()

    @property
    def department(self) -> Department:
        return self.answer.department

    @property
    def last(self) -> date | None:
        return max(self.days, default=None)


def open_call(on: date) -> NominationCall | None:
    """The newest call that was issued, while its fiscal year lasts and is not closed."""
    rows = NominationCall.objects.defer("attachment").filter(issued_at__isnull=False, opens_on__lte=on)
    call = rows.order_by("-fiscal_year").first()
    if call is None or on > call.fiscal_year.last_day or closing.closed_years().why_not(call.fiscal_year):
        return None
    return call


def lines(call: NominationCall, *, on: date) -> list[Line]:
    """Exactly those who have not answered, in official order. The same queries whatever their number."""
    rows = coverage.unanswered(call.fiscal_year, on=on)
    names = Department.present_names([row.department.pk for row in rows])
    reminded: dict[int, set[date]] = defaultdict(set)
    sent = Notice.objects.filter(key__startswith=prefix(call.pk)).values_list("department_id", "written_at")
    for department, written_at in sent:
        if department in names:
            reminded[names[department]].add(day_of(written_at))
    return [Line(row, tuple(sorted(reminded[row.department.pk]))) for row in rows]


def wording(call: NominationCall, *, on: date) -> tuple[str, str]:
    """Title and body as they are proposed on a day: before the close, or after it."""
    close = format_date(call.closes_on)
    if on <= call.closes_on:
        return (
            f"【{close}締切】{call.fiscal_year}のDX推進員の推薦について、回答をお願いします。",
            f"まだ回答をいただいていません。{close}までに、推薦する職員を選ぶか、「推薦なし」と回答してください。",
        )
    return (
        f"【締切を過ぎています】{call.fiscal_year}のDX推進員の推薦について、回答をお願いします。",
        f"締切日({close})を過ぎましたが、まだ回答をいただいていません。至急、DX推進担当に連絡してください。",
    )


@transaction.atomic
def send(call_id: int, departments: Collection[int], *, title: str, body: str, by: User, at: datetime) -> int:
    """Remind these departments (ids) with this text; returns how many were.

    One that has answered meanwhile, or was reminded today, is left out. Raises NotAllowed, or RuleBroken: no text,
    the call is not issued, the year is closed, nobody is left to be reminded.
    """
    on = day_of(at)
    if not may.run_nominations(by, on):
        raise NotAllowed(NOT_YOURS)
    call = NominationCall.objects.select_for_update().defer("attachment").get(pk=call_id)
    closing.ensure_open(call.fiscal_year)
    if call.issued_at is None:
        raise RuleBroken("この推薦依頼は、まだ発出されていません。")
    if not title.strip() or not body.strip():
        raise RuleBroken("件名と本文を入力してください。")
    chosen = [row for row in lines(call, on=on) if row.department.pk in departments and on not in row.days]
    if not chosen:
        raise RuleBroken("選んだ所属は、すでに回答したか、今日すでに催促しています。")
    return _write(call, chosen, title.strip(), body.strip(), by=by, at=at)


@transaction.atomic
def send_due(*, at: datetime) -> int:
    """Remind by itself where today is the day; returns how many departments were reminded.

    On a day that is no working day nobody is. Who was reminded since the day on which it was due, by hand too, is
    left out: run again, nothing is doubled; run a day late, nothing is lost.
    """
    on = day_of(at)
    call = open_call(on) if workdays.is_working_day(on) else None
    if call is None:
        return 0
    call = NominationCall.objects.select_for_update().defer("attachment").get(pk=call.pk)
    due = _due(call, on)
    if due is None:
        return 0
    left = [row for row in lines(call, on=on) if row.last is None or row.last < due]
    return _write(call, left, *wording(call, on=on), by=None, at=at) if left else 0


def days(call: NominationCall) -> list[date]:
    """The days on which reminders go by themselves, in the order of time."""
    before = {workdays.shift(call.closes_on, -number) for number in settings.REMIND_BEFORE}
    after = {workdays.shift(call.closes_on, number) for number in settings.REMIND_AFTER}
    issued = day_of(call.issued_at) if call.issued_at else call.opens_on
    return sorted(day for day in before | after if day > issued)


def _due(call: NominationCall, on: date) -> date | None:
    """The day whose reminder is to go on `on`: today's, or one missed a short while ago."""
    newest = max((day for day in days(call) if day <= on), default=None)
    return newest if newest and on <= workdays.shift(newest, CATCH_UP) else None


def _write(call: NominationCall, rows: list[Line], title: str, body: str, *, by: User | None, at: datetime) -> int:
    on, due = day_of(at), call.closes_on
    notices.write_all(
        (
            Message(
                f"{prefix(call.pk)}{row.department.pk}:{on}", row.department, title, body, "/department/nominate/", due
            )
            for row in rows
        ),
        at=at,
    )
    told = {"所属数": len(rows), "件名": title, "所属": [row.department.name for row in rows]}
    audit.record(call, "reminded", by=by, at=at, after=told)
    return len(rows)
