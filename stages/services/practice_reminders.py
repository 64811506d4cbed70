"""実践報告の催促: by itself some working days before and after the deadline, or by hand; never twice a day.

Never to one who has handed in, is away, or is out of the year's training.
"""

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from aomori_dx.kernel import audit, closing, locks, workdays
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.wareki import format_date
from staff.models import Absence, Employee, Notice, User
from staff.services import notices
from staff.services.notices import Message
from stages import permissions as may
from stages import practice_lists
from stages.effects.practice import reminder_key
from stages.models import StageEnrollment, StageStatus
from stages.practice_querysets import HANDED_IN

NOT_YOURS = "催促を送れるのは、DX推進担当だけです。"
CATCH_UP = 2
"""A reminder whose day was missed is sent up to so many working days later."""
LOCK = "practice-reminders"
TITLE = "実践報告の提出をお願いします。"
BODY = "実践テーマと実践報告の状況を確かめ、提出してください。期限に間に合わないときは、DX推進担当に相談してください。"


def owing(fiscal_year: FiscalYear, *, on: date) -> Any:
    """Those who owe a report: in training, in service, not away on the day (leave stops deadlines), not handed in."""
    rows = practice_lists.of_year(fiscal_year, on).filter(asks=True, status=StageStatus.IN_PROGRESS)
    rows = rows.filter(Q(report_pk__isnull=True) | ~Q(report_status__in=HANDED_IN))
    rows = rows.filter(promoter__employee__in=Employee.objects.in_service(on), promoter__withdrawn_on__isnull=True)
    away = Absence.objects.on(on).filter(employee=OuterRef("promoter__employee"))
    return rows.filter(~Exists(away)).select_related("promoter__employee").order_by("pk")


def seen_of(rows: Iterable[StageEnrollment]) -> str:
    """Stands for who is reminded."""
    return sha256(repr([row.pk for row in rows]).encode()).hexdigest()[:16]


@transaction.atomic
def send(
    fiscal_year: FiscalYear, *, among: Any, title: str, body: str, by: User, at: datetime, seen: str | None = None
) -> int:
    """Remind those who owe one, of those in `among` (ids), with this text; returns how many were.

    Who was reminded today is left out. Raises NotAllowed, or RuleBroken: no text, the year is closed, nobody is left,
    others than the page showed.
    """
    on = day_of(at)
    if not may.run_practice(by, on):
        raise NotAllowed(NOT_YOURS)
    closing.ensure_open(fiscal_year)
    locks.hold(LOCK)
    if not title.strip() or not body.strip():
        raise RuleBroken("件名と本文を入力してください。")
    rows = list(owing(fiscal_year, on=on).filter(pk__in=among))
    if seen is not None and seen != seen_of(rows):
        raise RuleBroken("表示したあとで、対象の人が変わりました。人数を確かめて、もう一度送ってください。")
    return _write(_not_yet(rows, since=on), title.strip(), body.strip(), by=by, at=at, must=True)


@transaction.atomic
def send_due(*, at: datetime) -> int:
    """Remind by itself whoever's deadline is near or just past; returns how many. Run twice, it does it once; run up to
    two working days late, nothing is lost."""
    on = day_of(at)
    if not workdays.is_working_day(on):
        return 0
    locks.hold(LOCK)
    count, closed = 0, closing.closed_years()
    for year in (FiscalYear.containing(on).previous, FiscalYear.containing(on)):
        if closed.holds(year):
            continue
        for due_on in _deadlines(year, on):
            since = _day_for(due_on, on)
            if since is not None:
                rows = list(owing(year, on=on).filter(due=due_on))
                title, body = wording(year, due_on, on=on)
                count += _write(_not_yet(rows, since=since), title, body, by=None, at=at)
    return count


def wording(fiscal_year: FiscalYear, due_on: date, *, on: date) -> tuple[str, str]:
    """Title and body of a day: before the deadline, or after it."""
    day = format_date(due_on)
    if on <= due_on:
        return f"【{day}期限】{fiscal_year}の実践報告を提出してください。", BODY
    return f"【期限を過ぎています】{fiscal_year}の実践報告を提出してください。", f"期限({day})を過ぎました。{BODY}"


def _deadlines(fiscal_year: FiscalYear, on: date) -> list[date]:
    """The deadlines near enough to be spoken of: a few, whatever the number of people."""
    rows = owing(fiscal_year, on=on).filter(due__isnull=False)
    first = workdays.shift(on, -max(settings.REMIND_AFTER, default=0) - CATCH_UP - 1)
    last = workdays.shift(on, max(settings.REMIND_BEFORE, default=0) + 1)
    return sorted(set(rows.filter(due__gte=first, due__lte=last).order_by().values_list("due", flat=True)))


def _day_for(due_on: date, on: date) -> date | None:
    """The day whose reminder is to go on `on`: today's, or one missed a short while ago."""
    days = {workdays.shift(due_on, -number) for number in settings.REMIND_BEFORE}
    days |= {workdays.shift(due_on, number) for number in settings.REMIND_AFTER}
    newest = max((day for day in days if day <= on), default=None)
    return newest if newest and on <= workdays.shift(newest, CATCH_UP) else None


def _not_yet(rows: list[Any], *, since: date) -> list[Any]:
    """Without those who were reminded on that day or later, by hand too."""
    people = [row.promoter.employee_id for row in rows]
    sent = Notice.objects.filter(key__startswith=reminder_key(0).partition("0")[0], employee__in=people)
    told = {
        int(key.split(":")[1]) for key, written in sent.values_list("key", "written_at") if day_of(written) >= since
    }
    return [row for row in rows if row.pk not in told]


def _write(rows: list[Any], title: str, body: str, *, by: User | None, at: datetime, must: bool = False) -> int:
    if not rows and must:
        raise RuleBroken("対象の人は、すでに提出したか、今日すでに催促しています。")
    if not rows:
        return 0
    notices.write_all(
        (
            Message(
                f"{reminder_key(row.pk)}{day_of(at)}",
                row.promoter.employee,
                title,
                body,
                f"/me/progress/reports/{int(row.fiscal_year)}/",
                row.due,
            )
            for row in rows
        ),
        at=at,
    )
    told = {"人数": len(rows), "件名": title}
    audit.record_on_list(StageEnrollment, "reminded", label=f"実践報告の催促 {len(rows)}人", after=told, by=by, at=at)
    return len(rows)
