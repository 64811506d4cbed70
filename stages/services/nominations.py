"""Writing nominations: by the department (推薦枠) and by the person (自薦枠). One transaction, one record each."""

from datetime import datetime
from typing import Any

from django.db import transaction

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff import roles
from staff.models import Department, Employee, OfficeRole, User
from staff.services import notices
from staff.services.deputies import hold
from staff.services.notices import Message
from stages import permissions as may
from stages.models import CareerTrack, Nomination, NominationStatus, Route
from stages.rules import nomination as rules
from stages.workflows.nomination import NOMINATION

NOT_YOUR_DEPARTMENT = "この所属の推薦ができるのは、所属長と代理者だけです。"
NOT_YOUR_OWN = "自薦は、ご本人だけができます。"
EDITABLE = (NominationStatus.DRAFT, NominationStatus.RETURNED, NominationStatus.NOT_ENDORSED)


@transaction.atomic
def draft(
    department: Department, nominee: Employee, *, fiscal_year: FiscalYear, reason: str, by: User, at: datetime
) -> Nomination:
    """Keep a recommendation as a draft: it holds nothing. The same person a second time changes the reason.

    Raises NotAllowed, or RuleBroken where the year is closed.
    """
    _ensure_head(by, department, at)
    closing.ensure_open(fiscal_year)
    hold(department)  # of two who keep the same draft at the same moment the second changes the first one's
    rows = Nomination.objects.recommended().of_year(fiscal_year).of_place([department.pk])
    row = rows.select_for_update(of=("self",)).filter(nominee=nominee, status__in=EDITABLE).first()
    if row is None:
        row = Nomination(fiscal_year=fiscal_year, route=Route.RECOMMENDED, department=department, nominee=nominee)
    return _write(row, {"reason": reason.strip()}, signed=roles.acting_as(by, department, day_of(at)), at=at)


@transaction.atomic
def apply_oneself(
    *,
    fiscal_year: FiscalYear,
    motive: str,
    work_to_improve: str,
    wanted_track: CareerTrack | None = None,
    by: User,
    at: datetime,
) -> Nomination:
    """自薦 as a draft, or the draft (what was sent back, or was not endorsed) with other words.

    Raises NotAllowed for a login without a person in service, RuleBroken: the year is closed, or the person has no
    primary department.
    """
    on = day_of(at)
    who = roles.of(by, on)
    if who.employee_id is None or not may.apply_oneself(by, on):
        raise NotAllowed(NOT_YOUR_OWN)
    closing.ensure_open(fiscal_year)
    if who.primary is None:
        raise RuleBroken("所属が決まっていないため、応募できません。人財育成・人事担当に連絡してください。")
    hold_person(who.primary.employee)
    rows = Nomination.objects.self_nominated().of_year(fiscal_year).filter(nominee=who.employee_id)
    row = rows.select_for_update(of=("self",)).filter(status__in=EDITABLE).first()
    if row is None:
        row = Nomination(fiscal_year=fiscal_year, route=Route.SELF, nominee=who.primary.employee)
    row.department = who.primary.department
    said = {"motive": motive.strip(), "work_to_improve": work_to_improve.strip(), "wanted_track": wanted_track}
    return _write(row, said, signed=by, at=at)


def hold_person(person: Employee) -> None:
    """Whose nominations are written, one after the other. Hold the place first, so that nobody waits in a ring."""
    list(Employee.objects.select_for_update(no_key=True).filter(pk=person.pk).values_list("pk"))


def _write(row: Nomination, said: dict[str, Any], *, signed: Any, at: datetime) -> Nomination:
    before = {name: getattr(row, name) for name in said} if row.pk else {}
    if row.pk and before == said:
        row.save()
        return row
    for name, value in said.items():
        setattr(row, name, value)
    action = "edited" if row.pk else "created"
    row.save()
    old, new = ({name: _kept(value) for name, value in values.items()} for values in (before, said))
    audit.record(row, action, by=signed, at=at, before=old or None, after=new)
    return row


def _kept(value: Any) -> Any:
    return str(value) if isinstance(value, CareerTrack) else value


def submit(nomination_id: int, *, by: User, at: datetime) -> Nomination:
    """Submit a draft, what was sent back, or a 自薦 that was not endorsed.

    Of two who submit for one place, or one person, at the same moment, one wins and the other is told: the rows of
    the place and of the person are held, and the constraints are the net under that (rules 3 and 4). A person who is
    nominated already stays a draft that the office sees (R32), and both heads are told.
    Raises NotAllowed, or RuleBroken with every sentence that stands against it.
    """
    try:
        with transaction.atomic():
            row = Nomination.objects.select_related("department", "nominee").get(pk=nomination_id)
            place = hold(row.department)
            hold_person(row.nominee)
            _take_place(row)
            signed = roles.acting_as(by, place.continued_on(day_of(at)) or place, day_of(at))
            return NOMINATION.move(nomination_id, "submit", by=by, at=at, signed=signed)
    except RuleBroken:
        _keep_the_clash(nomination_id, by=by, at=at)
        raise


def _take_place(row: Nomination) -> None:
    """The lowest of the department's places that nobody holds; with all taken the first, whose holder refuses."""
    if row.route == Route.SELF:
        return
    taken = rules.taken_places(row)
    call = rules.call_of(row.fiscal_year)
    free = [number for number in range(1, (call.places if call else 1) + 1) if number not in taken]
    place = free[0] if free else 1
    if place != row.place:
        Nomination.objects.filter(pk=row.pk).update(place=place)


@transaction.atomic
def _keep_the_clash(nomination_id: int, *, by: User, at: datetime) -> None:
    """The person is nominated already by another department or route: the office and both heads are told."""
    row = Nomination.objects.select_related("department", "nominee").get(pk=nomination_id)
    if not may.nominate(by, row, at) or row.is_live:
        return
    rival = Nomination.objects.live().of_year(row.fiscal_year).filter(nominee=row.nominee_id).exclude(pk=row.pk)
    other = rival.select_related("department", "nominee").first()
    if other is None or row.clashes_with_id == other.pk:
        return
    row.clashes_with = other
    row.save(update_fields=["clashes_with"])
    audit.record(row, "clashed", by=by, at=at, after={"重複する推薦": str(other), "所属": other.department.name})
    title = f"{row.nominee.name}さんは、{row.fiscal_year}に二つの枠または所属から推薦されています。"
    body = (
        f"{other.department.name}({other.get_route_display()})と{row.department.name}({row.get_route_display()})です。"
    )
    key = f"clash:{row.pk}:{other.pk}"
    told = [
        Message(f"{key}:office", OfficeRole.DX, title, body, "/nominations/exceptions/"),
        Message(f"{key}:one", row.department, title, f"{body}DX推進担当が調整します。"),
    ]
    if other.department_id != row.department_id:
        told.append(Message(f"{key}:other", other.department, title, f"{body}DX推進担当が調整します。"))
    notices.write_all(told, at=at)


@transaction.atomic
def withdraw(nomination_id: int, *, by: User, at: datetime, reason: str = "") -> Nomination:
    """取下げ by who submitted it. Raises NotAllowed, or RuleBroken: decided, or the last day is past."""
    row = Nomination.objects.select_related("department").get(pk=nomination_id)
    signed = _signed(row, by, at)
    return NOMINATION.move(nomination_id, "withdraw", by=by, at=at, reason=reason, signed=signed)


@transaction.atomic
def replace(nomination_id: int, nominee: Employee, *, reason: str, by: User, at: datetime) -> Nomination:
    """Another person, or another reason, in the place of what was submitted: the old one stays in the history as
    withdrawn.

    Raises NotAllowed, or RuleBroken; then nothing changed.
    """
    present = Nomination.objects.select_related("department").get(pk=nomination_id)
    hold(present.department)  # first the place, then its nominations: as in `submit`
    why = "推薦理由の変更" if present.nominee_id == nominee.pk else "ほかの職員に変更"
    old = withdraw(nomination_id, by=by, at=at, reason=why)
    place = old.department.continued_on(day_of(at)) or old.department
    row = draft(place, nominee, fiscal_year=old.fiscal_year, reason=reason, by=by, at=at)
    return submit(row.pk, by=by, at=at)


@transaction.atomic
def give_opinion(nomination_id: int, *, agrees: bool, opinion: str, by: User, at: datetime) -> Nomination:
    """所属長の同意: agree or not to a 自薦, with a word (needed to disagree). Recorded as 代理 by a deputy.

    Raises NotAllowed, or RuleBroken: no consent is asked for, it was given already.
    """
    row = Nomination.objects.select_related("department").get(pk=nomination_id)
    move = "endorse" if agrees else "not_endorse"
    if (row.status, row.opinion) == (NOMINATION.moves[move].target, opinion.strip()) and may.endorse(by, row, at):
        return row  # the same word a second time
    row = NOMINATION.move(nomination_id, move, by=by, at=at, reason=opinion.strip(), signed=_signed(row, by, at))
    row.opinion = opinion.strip()
    row.save(update_fields=["opinion"])
    return row


def _signed(row: Nomination, by: User, at: datetime) -> Any:
    on = day_of(at)
    return roles.acting_as(by, row.department.continued_on(on) or row.department, on)


def _ensure_head(by: User, department: Department, at: datetime) -> None:
    if not may.answer_the_call(by, department, day_of(at)):
        raise NotAllowed(NOT_YOUR_DEPARTMENT)
