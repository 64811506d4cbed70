"""補欠 and 辞退: who moves up, by when to answer, whom the department may name instead."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.wareki import format_date
from staff import roles
from staff.models import User
from staff.services import notices
from staff.services.notices import Message
from stages import permissions as may
from stages.effects import nomination as effects
from stages.models import Nomination, NominationStatus, Promoter, Route, StageEnrollment, StageStatus
from stages.rules import nomination as rules
from stages.services import quotas
from stages.services.selection import NOT_YOURS
from stages.workflows.nomination import NOMINATION
from stages.workflows.stage_enrollment import STAGE_ENROLLMENT

ANSWER_DAYS = 7
"""So many days a 補欠 has to answer where no call says otherwise."""
LATE = "回答期限までに回答がなかったため"


@transaction.atomic
def ask_next(
    fiscal_year: FiscalYear, *, by: User | None, at: datetime, due: date | None = None, expected: int | None = None
) -> Nomination:
    """Ask the first 補欠 in line who was not asked yet whether to move up, until `due` (the call's days unless given).

    `expected`: the one (id) whom the page named as the next; the same button pressed twice asks one person.

    Returns the nomination. Raises NotAllowed, or RuleBroken: nobody is left, the day is past, the year is closed,
    another one is next by now.
    """
    on = day_of(at)
    if by is not None and not may.run_nominations(by, on):
        raise NotAllowed(NOT_YOURS)
    closing.ensure_open(fiscal_year)
    call = rules.call_of(fiscal_year)
    due = due or on + timedelta(days=call.answer_days if call else ANSWER_DAYS)
    if due < on:
        raise RuleBroken("回答期限は、今日以後の日付にしてください。")
    line = Nomination.objects.of_year(fiscal_year).filter(status=NominationStatus.RESERVE)
    held = line.select_for_update(of=("self",)).select_related("nominee", "department")
    for row in held.order_by("reserve_order", "pk"):
        if row.due is None and rules.never_a_promoter(row, at) is None and rules.in_service_now(row, at) is None:
            if expected not in {None, row.pk}:
                raise RuleBroken("表示したあとで、次の順位の方が変わりました。もう一度確かめてください。")
            return _ask(row, due, by=by, at=at)
    raise RuleBroken("繰上げを照会できる補欠がいません。")


def _ask(row: Nomination, due: date, *, by: User | None, at: datetime) -> Nomination:
    row.due = due
    row.save(update_fields=["due"])
    audit.record(row, "asked", by=by, at=at, after={"回答期限": due})
    effects.tell_of_question(row, at=at, due=due)
    return row


@transaction.atomic
def move_up(nomination_id: int, *, by: User, at: datetime) -> Nomination:
    """The 補欠 who was asked says yes: appointed as of today. Raises NotAllowed, or RuleBroken."""
    Nomination.objects.filter(pk=nomination_id, status=NominationStatus.RESERVE).update(decided_on=day_of(at))
    row = NOMINATION.move(nomination_id, "move_up", by=by, at=at, signed=_signed(nomination_id, by, at))
    quotas.request(by=None, at=at)
    return row


@transaction.atomic
def turn_down(nomination_id: int, *, reason: str, by: User, at: datetime) -> Nomination:
    """辞退 after the decision, or of a 補欠: the record stays; a promoter made of it withdraws with it (R38).

    Raises NotAllowed, or RuleBroken: no reason, not decided, the year is closed.
    """
    signed = _signed(nomination_id, by, at)
    row = NOMINATION.move(nomination_id, "turn_down", by=by, at=at, reason=reason.strip(), signed=signed)
    row.comment = reason.strip()
    row.save(update_fields=["comment"])
    _withdraw_the_promoter(row, reason.strip(), by=by, at=at)
    quotas.request(by=None, at=at)
    return row


def _withdraw_the_promoter(row: Nomination, reason: str, *, by: User, at: datetime) -> None:
    promoter = (
        Promoter.objects.select_for_update(of=("self",))
        .filter(employee=row.nominee_id, cohort=row.fiscal_year, withdrawn_on__isnull=True)
        .first()
    )
    if promoter is None:
        return
    day = max(day_of(at), promoter.appointed_on)
    promoter.withdrawn_on, promoter.withdrawal_reason = day, reason
    promoter.save(update_fields=["withdrawn_on", "withdrawal_reason"])
    audit.record(promoter, "promoter_withdrawn", by=by, at=at, after={"辞退日": day}, reason=reason)
    running = (StageStatus.IN_PROGRESS, StageStatus.SUSPENDED)
    for year in StageEnrollment.objects.filter(promoter=promoter, status__in=running):
        STAGE_ENROLLMENT.move(year.pk, "withdraw_with_promoter", by=by, at=at, reason=reason)


@transaction.atomic
def reopen_place(nomination_id: int, *, due: date, by: User, at: datetime) -> Nomination:
    """Ask the department of one who turned down (or was withdrawn, or not taken) for another person, until `due`.

    Raises NotAllowed, or RuleBroken: 自薦, the place is held, a day that is past.
    """
    rows = Nomination.objects.select_for_update(of=("self",)).select_related("department", "nominee")
    row = rows.get(pk=nomination_id)
    if not may.select(by, row, at):
        raise NotAllowed(NOT_YOURS)
    closing.ensure_open(row.fiscal_year)
    if due < day_of(at):
        raise RuleBroken("再推薦の期限は、今日以後の日付にしてください。")
    if refusal := why_not_reopen(row, at):
        raise RuleBroken(refusal)
    row.due = due
    row.save(update_fields=["due"])
    audit.record(row, "place_reopened", by=by, at=at, after={"再推薦の期限": due})
    title = f"{row.nominee.name}さんに代わる職員を、{format_date(due)}までに推薦してください。"
    key = f"nomination:{row.pk}:reopened:{due}"
    notices.write(Message(key, row.department, title, row.comment, effects.HEAD_PAGE, due), at=at)
    return row


def why_not_reopen(row: Nomination, at: datetime) -> str | None:
    """Why the department cannot be asked for another person; None if it can."""
    if row.route != Route.RECOMMENDED or row.is_live or row.status == NominationStatus.DRAFT:
        return "再推薦を依頼できるのは、辞退、取下げ、不採用になった推薦枠だけです。"
    return rules.year_is_open(row, at) or rules.place_is_free(row, at)


def pass_on(*, at: datetime) -> int:
    """補欠 who did not answer by their day are passed over, and the next in line is asked; returns how many were.

    Each in its own transaction; run twice, nothing changes.
    """
    overdue = Nomination.objects.filter(status=NominationStatus.RESERVE, due__lt=day_of(at))
    return sum(_pass_over(pk, at) for pk in overdue.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _pass_over(nomination_id: int, at: datetime) -> bool:
    row = Nomination.objects.select_for_update(of=("self",)).get(pk=nomination_id)
    if NOMINATION.blockers(row, "lapse", by=None, at=at):
        return False  # answered meanwhile, or the year is closed
    row = NOMINATION.move(nomination_id, "lapse", by=None, at=at, reason=LATE)
    Nomination.objects.filter(pk=row.pk).update(comment=LATE)
    try:
        with transaction.atomic():
            ask_next(row.fiscal_year, by=None, at=at)
    except RuleBroken:
        pass  # nobody is left; the office was told that this one fell out
    return True


def _signed(nomination_id: int, by: User, at: datetime) -> Any:
    """As 代理 where a deputy answers for the head; plainly where the nominee answers."""
    row = Nomination.objects.select_related("department").get(pk=nomination_id)
    on = day_of(at)
    if row.nominee_id == roles.of(by, on).employee_id:
        return by
    return roles.acting_as(by, row.department.continued_on(on) or row.department, on)
