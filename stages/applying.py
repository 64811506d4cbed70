"""One's own 自薦, and what was decided about oneself: how far it is, what can be done, and why not."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff import roles
from staff.models import User
from stages import headed
from stages.desk import until
from stages.models import Consent, Nomination, NominationCall, NominationStatus, Route
from stages.rules import eligibility
from stages.rules import nomination as rules
from stages.workflows.nomination import NOMINATION

S = NominationStatus
EDITABLE = (S.DRAFT, S.RETURNED, S.NOT_ENDORSED)


@dataclass(frozen=True)
class Step:
    """One step of the way, for components/steps.html."""

    label: str
    state: str
    words: str
    note: str = ""


@dataclass(frozen=True)
class Way:
    """A nomination of oneself, what became of it so far, and what can be done now: blockers of each act."""

    nomination: Nomination
    steps: tuple[Step, ...]
    why_not_withdraw: tuple[str, ...]
    on: date

    @property
    def is_asked(self) -> bool:
        """As 補欠, whether to move up."""
        return self.nomination.status == S.RESERVE and self.nomination.due is not None

    @property
    def may_decline(self) -> bool:
        return self.nomination.status in (S.ACCEPTED, S.RESERVE)

    @property
    def is_own(self) -> bool:
        return self.nomination.route == Route.SELF

    @property
    def is_under_way(self) -> bool:
        return self.is_own and self.nomination.status in (S.SUBMITTED, S.ENDORSED, S.IN_REVIEW, *EDITABLE)

    @property
    def due(self) -> str:
        return until(self.nomination.due, self.on) if self.nomination.due else ""


@dataclass(frozen=True)
class Application:
    """`ways`: own 自薦 and what is known of recommendations, newest first. `refusals`: why one cannot apply now."""

    fiscal_year: FiscalYear
    call: NominationCall | None
    ways: tuple[Way, ...]
    refusals: tuple[str, ...]
    on: date

    @property
    def refusal(self) -> str:
        return "\n".join(self.refusals)

    @property
    def deadline(self) -> str:
        return until(self.call.closes_on, self.on) if self.call else ""

    @cached_property
    def editable(self) -> Nomination | None:
        """What can still be written: a draft, what was sent back, or what was not endorsed."""
        rows = [way.nomination for way in self.ways if way.is_own and way.nomination.fiscal_year == self.fiscal_year]
        return next((row for row in rows if row.status in EDITABLE), None)

    @property
    def is_on_its_way(self) -> bool:
        """A live one of this year that cannot be written on: there is nothing to apply for."""
        rows = [way.nomination for way in self.ways if way.nomination.fiscal_year == self.fiscal_year]
        return any(row.is_live and row.status not in EDITABLE for row in rows)


def of(user: User, *, at: datetime) -> Application:
    """What `user` may know of the own nominations now, and whether she may apply."""
    on = day_of(at)
    year, call = headed.call_in_hand(on)
    person = roles.of(user, on).employee_id
    rows: Any = Nomination.objects.visible_to(user, on).filter(nominee=person, fiscal_year__gte=year.previous)
    rows = rows.select_related("department", "nominee", "wanted_track").order_by("-fiscal_year", "-pk")
    consents = dict(NominationCall.objects.values_list("fiscal_year", "consent"))
    ways = tuple(_way(row, consents.get(row.fiscal_year, Consent.NONE), user, at) for row in rows)
    return Application(year, call, ways, tuple(_refusals(user, year, call, ways, at)), on)


def _refusals(user: User, year: FiscalYear, call: NominationCall | None, ways: tuple[Way, ...], at: datetime) -> Any:
    """In the sentences of the refusal of `submit`; that the department has recommended her is not said here."""
    on = day_of(at)
    own = next((way.nomination for way in ways if way.is_own and way.nomination.status in EDITABLE), None)
    primary = roles.of(user, on).primary
    if primary is None:
        return ["所属が決まっていないため、応募できません。人財育成・人事担当に連絡してください。"]
    asked = own if own is not None and own.fiscal_year == year else None
    asked = asked or Nomination(fiscal_year=year, route=Route.SELF, department=primary.department)
    found = [rules.year_is_open(asked, at), rules.answers_are_taken(asked, at)]
    types = call.employment_types if call else None
    person = eligibility.candidate(primary.employee, year, primary.department, types=types, on=on)
    found += [reason for rule in eligibility.OF_THE_PERSON if (reason := rule(person))]
    return [reason for reason in found if reason]


def _way(row: Nomination, consent: str, user: User, at: datetime) -> Way:
    blockers = NOMINATION.blockers(row, "withdraw", by=user, at=at) if row.route == Route.SELF else []
    return Way(row, tuple(_steps(row, consent)), tuple(blockers), day_of(at))


REACHED = {S.SUBMITTED: 1, S.NOT_ENDORSED: 1, S.ENDORSED: 2, S.IN_REVIEW: 2, S.RETURNED: 0, S.DRAFT: 0}
ENDED = (S.WITHDRAWN, S.DECLINED, S.TURNED_DOWN)


def _steps(row: Nomination, consent: str) -> Any:
    """提出 → 所属長の同意 → 審査 → 決定, each with its state in a word. A recommendation shows its end alone."""
    if row.route == Route.RECOMMENDED:
        return
    decided = row.status in (S.ACCEPTED, S.RESERVE, S.DECLINED, S.TURNED_DOWN)
    reached = 4 if decided else REACHED.get(S(row.status), 0)
    for number, label in enumerate(("提出", "所属長の同意", "審査", "決定")):
        if number == 1 and consent == Consent.NONE:
            continue
        state = "done" if number < reached else "current" if number == reached else "todo"
        yield Step(label, state, _word(row, number, state))


def _word(row: Nomination, number: int, state: str) -> str:
    status = str(row.get_status_display())
    if number == 0:
        return "済み" if state == "done" else {S.DRAFT: "下書き", S.RETURNED: "差戻し"}.get(S(row.status), status)
    if number == 1:
        if row.status == S.NOT_ENDORSED:
            return "不同意"
        return (
            ("同意" if row.opinion else "済み")
            if state == "done"
            else "待っています"
            if state == "current"
            else "これから"
        )
    if number == 2:
        return {"done": "済み", "current": "審査中" if row.status == S.IN_REVIEW else "待っています"}.get(
            state, "これから"
        )
    return status if state == "done" else "これから"
