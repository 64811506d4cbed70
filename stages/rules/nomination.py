"""When a nomination may be made, decided and changed (rules 2 to 5). Each function says why not, or None."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from aomori_dx.kernel import closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.memo import recall
from aomori_dx.kernel.wareki import format_date
from staff.models import Department
from stages.models import (
    Consent,
    Nomination,
    NominationCall,
    NominationDecline,
    NominationStatus,
    Promoter,
    Route,
)
from stages.rules import eligibility
from stages.rules.eligibility import Candidate

NO_CALL = "{year}の推薦依頼はまだ出されていません。"
TO_THE_OFFICE = "変更が必要なときは、DX推進担当に連絡してください。"


def call_of(fiscal_year: FiscalYear) -> NominationCall | None:
    """The call that was issued for the year."""
    rows = NominationCall.objects.defer("attachment").filter(fiscal_year=fiscal_year, issued_at__isnull=False)
    return recall(("call", fiscal_year), rows.first)


def why_closed(call: NominationCall | None, fiscal_year: FiscalYear, on: date) -> str | None:
    """Why no answer is taken on `on`; None while they are."""
    if call is None:
        return NO_CALL.format(year=fiscal_year)
    if on < call.opens_on:
        return f"受付は{format_date(call.opens_on)}からです。"
    if on > call.closes_on:
        return f"受付は{format_date(call.closes_on)}に締め切りました。{TO_THE_OFFICE}"
    return None


def answers_are_taken(nomination: Nomination, at: datetime) -> str | None:
    """Within the call's days; one that was sent back, or that replaces one turned down, until its own day."""
    on = day_of(at)
    refusal = why_closed(call_of(nomination.fiscal_year), nomination.fiscal_year, on)
    if refusal is None or _may_come_late(nomination, on):
        return None
    return refusal


def _may_come_late(nomination: Nomination, on: date) -> bool:
    if nomination.status == NominationStatus.RETURNED:
        return nomination.due is not None and on <= nomination.due
    return nomination.route == Route.RECOMMENDED and may_replace(nomination.department, nomination.fiscal_year, on)


def may_replace(department: Department, fiscal_year: FiscalYear, on: date) -> bool:
    """The office asked this department for another person in the place of one who turned down, until a day."""
    rows = Nomination.objects.recommended().of_year(fiscal_year).of_place([department.pk])
    left = (NominationStatus.TURNED_DOWN, NominationStatus.WITHDRAWN, NominationStatus.DECLINED)
    return rows.filter(status__in=left, due__gte=on).exists()


@dataclass(frozen=True)
class Gathered:
    """What was read once for many nominations: the closed years, who is a promoter, what was asked in which year."""

    closed: closing.Closed
    promoters: dict[int, Promoter]
    calls: dict[FiscalYear, NominationCall]


def gather(rows: list[Nomination]) -> None:
    """Give each of the rows what the rules ask for, in a few queries for all of them."""
    people = [row.nominee_id for row in rows]
    calls = NominationCall.objects.defer("attachment").filter(issued_at__isnull=False)
    found = Gathered(
        closed=closing.hold(),
        promoters={row.employee_id: row for row in Promoter.objects.filter(employee__in=people)},
        calls={row.fiscal_year: row for row in calls.filter(fiscal_year__in={row.fiscal_year for row in rows})},
    )
    for row in rows:
        row.gathered = found


def _call_for(nomination: Nomination) -> NominationCall | None:
    if nomination.gathered is not None:
        return nomination.gathered.calls.get(nomination.fiscal_year)
    return call_of(nomination.fiscal_year)


def year_is_open(nomination: Nomination, at: datetime) -> str | None:
    """A closed fiscal year stays as it is."""
    closed = nomination.gathered.closed if nomination.gathered is not None else closing.hold()
    return closed.why_not(nomination.fiscal_year)


def department_owes_one(nomination: Nomination, at: datetime) -> str | None:
    """推薦枠: one from each nominating department (policy)."""
    if nomination.route == Route.SELF or nomination.department.nominates:
        return None
    return "この所属は推薦の対象ではありません。"


def department_has_not_declined(nomination: Nomination, at: datetime) -> str | None:
    """推薦なし is an answer; who nominates takes it back first."""
    if nomination.route == Route.SELF:
        return None
    rows = NominationDecline.objects.standing().filter(fiscal_year=nomination.fiscal_year)
    if rows.of_place([nomination.department_id]).exists():
        return "この所属は「推薦なし」と回答しています。先に回答を取り消してください。"
    return None


def place_is_free(nomination: Nomination, at: datetime) -> str | None:
    """Rule 3, under all names of the department; between two who press at once the constraint decides."""
    if nomination.route == Route.SELF:
        return None
    call, taken = call_of(nomination.fiscal_year), taken_places(nomination)
    appointed = appointed_by_list(nomination, at)
    if len(taken) + len(appointed) < (call.places if call else 1):
        return None
    if taken:
        return "この所属の推薦はすでに提出されています。"
    return f"この所属からは、すでに{'、'.join(appointed)}さんが任命されています。"


def appointed_by_list(nomination: Nomination, at: datetime) -> list[str]:
    """The names of those who hold a place of the department by a list."""
    here = Department.with_former_names([nomination.department_id])
    return list(by_list(nomination.fiscal_year, here, day_of(at)).values_list("employee__name", flat=True))


def by_list(fiscal_year: FiscalYear, departments: Collection[int], on: date) -> QuerySet[Promoter]:
    """Promoters who hold a place of these departments (ids) by a list of promoters, without a nomination here."""
    nominated = Nomination.objects.live().of_year(fiscal_year).values("nominee")
    holding = Promoter.objects.holding_the_place(fiscal_year, on).filter(department__in=departments)
    return holding.exclude(employee__in=nominated)


def taken_places(nomination: Nomination) -> set[int]:
    """The numbers of the department's places that others hold."""
    rows = Nomination.objects.live().recommended().of_year(nomination.fiscal_year).exclude(pk=nomination.pk)
    return set(rows.of_place([nomination.department_id]).values_list("place", flat=True))


def says_why(nomination: Nomination, at: datetime) -> str | None:
    """A 推薦 has its reason, a 自薦 its motive and the work to improve."""
    if nomination.route == Route.RECOMMENDED:
        return None if nomination.reason.strip() else "推薦理由を入力してください。"
    if not nomination.motive.strip():
        return "志望動機を入力してください。"
    return None if nomination.work_to_improve.strip() else "改善したい業務を入力してください。"


def candidate_of(nomination: Nomination, at: datetime) -> Candidate:
    """What decides whether the nominee can be nominated now."""
    call, on = call_of(nomination.fiscal_year), day_of(at)
    return eligibility.candidate(
        nomination.nominee,
        nomination.fiscal_year,
        nomination.department.continued_on(on) or nomination.department,  # renamed since, it is the same place
        types=call.employment_types if call else None,
        on=on,
        but=nomination.pk,
    )


def nominee_is_eligible(nomination: Nomination, at: datetime) -> str | None:
    """Rules 2, 4 and 5, in the words of the list of candidates."""
    return "\n".join(candidate_of(nomination, at).reasons) or None


def never_a_promoter(nomination: Nomination, at: datetime) -> str | None:
    """Rule 2, once more before the appointment: a list of promoters may have been loaded meanwhile."""
    if nomination.gathered is not None:
        promoter = nomination.gathered.promoters.get(nomination.nominee_id)
    else:
        promoter = Promoter.objects.filter(employee=nomination.nominee_id).first()
    return eligibility.never_a_promoter(_bare(nomination, at, promoter))


def in_service_now(nomination: Nomination, at: datetime) -> str | None:
    """Who has left since the submission is not appointed."""
    return eligibility.in_service_now(_bare(nomination, at, None))


def _bare(nomination: Nomination, at: datetime, promoter: Promoter | None) -> Candidate:
    person, year = nomination.nominee, nomination.fiscal_year
    return Candidate(person, year, day_of(at), frozenset(), frozenset(), promoter=promoter)


def is_self_nominated(nomination: Nomination, at: datetime) -> str | None:
    """同意 is asked for 自薦 only."""
    return None if nomination.route == Route.SELF else "所属長の同意は、自薦にだけ求めます。"


def consent_is_asked_for(nomination: Nomination, at: datetime) -> str | None:
    """The call says whether a 所属長 gives a word on 自薦 (R34)."""
    call = call_of(nomination.fiscal_year)
    if call is not None and call.consent == Consent.NONE:
        return f"{nomination.fiscal_year}の自薦には、所属長の同意を求めていません。"
    return None


def consent_was_given(nomination: Nomination, at: datetime) -> str | None:
    """Where the call requires it, a 自薦 is taken up with the 所属長's consent; a head has nobody to ask here."""
    call = _call_for(nomination)
    if nomination.route != Route.SELF or call is None or call.consent != Consent.REQUIRED:
        return None
    if nomination.status == NominationStatus.ENDORSED or _heads_it(nomination, day_of(at)):
        return None
    return "所属長の同意がまだありません。"


def _heads_it(nomination: Nomination, on: date) -> bool:
    return nomination.nominee.postings.heads().on(on).filter(department=nomination.department_id).exists()


def may_still_be_withdrawn(nomination: Nomination, at: datetime) -> str | None:
    """R33: before the close date; a draft, and what was sent back, at any time."""
    if nomination.status in (NominationStatus.DRAFT, NominationStatus.RETURNED, NominationStatus.NOT_ENDORSED):
        return None
    return answers_are_taken(nomination, at)


def was_asked(nomination: Nomination, at: datetime) -> str | None:
    """A 補欠 answers when asked."""
    if nomination.status == NominationStatus.RESERVE and nomination.due is None:
        return "繰上げの照会をまだ受けていません。"
    return None


def answer_is_overdue(nomination: Nomination, at: datetime) -> str | None:
    """R37: a 補欠 who was asked and did not answer by the day is passed over."""
    if nomination.due is not None and nomination.due < day_of(at):
        return None
    return "回答期限はまだ過ぎていません。"


def clashes(nomination: Nomination, at: datetime) -> str | None:
    """R32: the office puts aside a draft only of a person who is nominated already."""
    return None if nomination.clashes_with_id else "重複する推薦ではありません。"
