"""Who can be nominated for a fiscal year, and in words why somebody cannot (rules 2, 4, 5).

Each function says why not, or None. What is known of a person is read for many people at once.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.wareki import format_date, short_date
from staff.models import Absence, Department, Employee, EmploymentType, Posting
from stages.models import Nomination, Promoter, StageEnrollment, StageStatus
from stages.models.call import nominated_types


@dataclass(frozen=True)
class Candidate:
    """What decides whether a person can be nominated by `department` on `on`.

    `posting`: the primary one of the day. `rival`: a live nomination of the year, other than the one that is asked
    about. `types`: the 職員区分 that the call asks for.
    """

    employee: Employee
    fiscal_year: FiscalYear
    on: date
    department_ids: frozenset[int]
    types: frozenset[str]
    posting: Posting | None = None
    absence: Absence | None = None
    promoter: Promoter | None = None
    is_trained: bool = False
    rival: Nomination | None = None

    @property
    def reasons(self) -> list[str]:
        """Why this person cannot be nominated; empty if she can."""
        return [reason for rule in RULES if (reason := rule(self))]


def in_service_on_1_april(candidate: Candidate) -> str | None:
    """Rule 5, first half."""
    day = candidate.fiscal_year.first_day
    if candidate.employee.in_service_on(day):
        return None
    return f"{format_date(day)}に在職していません。"


def in_service_now(candidate: Candidate) -> str | None:
    """Who has left since is nobody's candidate."""
    if candidate.employee.in_service_on(candidate.on) or not candidate.employee.in_service_on(
        candidate.fiscal_year.first_day
    ):
        return None
    return "すでに退職しています。"


def posted_here(candidate: Candidate) -> str | None:
    """Rule 5, second half: posted (primary) to the nominating department on the day of submission."""
    if candidate.posting is None:
        return "所属が決まっていません。" if candidate.employee.in_service_on(candidate.on) else None
    if candidate.posting.department_id in candidate.department_ids:
        return None
    return f"主たる所属は{candidate.posting.department.name}です(この所属へは兼務など)。"


def never_a_promoter(candidate: Candidate) -> str | None:
    """Rules 2 and 4: going on is by continuing, not by nomination."""
    if candidate.promoter is None:
        return None
    word = "育成済" if candidate.is_trained else "任命済"
    return f"{candidate.promoter.cohort.short}に{word}です(新規の推薦はできません)。"


def not_away(candidate: Candidate) -> str | None:
    """E5: 休職等. Why somebody is away is not said here."""
    if candidate.absence is None:
        return None
    last = candidate.absence.valid_to and candidate.absence.valid_to - timedelta(days=1)
    return f"休職等の期間中です(〜{short_date(last)})。" if last else "休職等の期間中です。"


def employment_type_is_asked_for(candidate: Candidate) -> str | None:
    """E9: the call says which 職員区分; one that is not on record is no obstacle."""
    kind = candidate.employee.employment_type
    if not kind or kind in candidate.types:
        return None
    return f"職員区分({EmploymentType(kind).label})が対象外です。"


def not_nominated_elsewhere(candidate: Candidate) -> str | None:
    """Rule 4: one live nomination a person and year, whatever the route."""
    rival = candidate.rival
    if rival is None:
        return None
    if rival.route == "self":
        return f"{candidate.fiscal_year.short}の自薦枠に応募しています。"
    return f"{candidate.fiscal_year.short}は{rival.department.name}から推薦されています。"


RULES: tuple[Callable[[Candidate], str | None], ...] = (
    in_service_on_1_april,
    in_service_now,
    posted_here,
    never_a_promoter,
    not_away,
    employment_type_is_asked_for,
    not_nominated_elsewhere,
)


OF_THE_PERSON = tuple(rule for rule in RULES if rule is not not_nominated_elsewhere)
"""What a person may be told before she applies: not that somebody else has nominated her."""


def candidates(
    people: Collection[Employee],
    fiscal_year: FiscalYear,
    *,
    departments: Collection[int],
    types: Collection[str] | None = None,
    on: date,
    but: int | None = None,
) -> list[Candidate]:
    """What is known of each of `people`, in the same order, in five queries whatever their number.

    `departments`: the ids of the nominating department under all its names. `but`: the id of the nomination that is
    asked about, which is no rival of itself.
    """
    ids = [person.pk for person in people]
    primary = Posting.objects.primary().on(on).filter(employee__in=ids).select_related("department")
    postings = {row.employee_id: row for row in primary}
    absences = {row.employee_id: row for row in Absence.objects.on(on).filter(employee__in=ids)}
    promoters = {row.employee_id: row for row in Promoter.objects.filter(employee__in=ids)}
    trained = _trained(promoters.values())
    live = Nomination.objects.live().of_year(fiscal_year).filter(nominee__in=ids).exclude(pk=but)
    rivals = {row.nominee_id: row for row in live.select_related("department")}
    return [
        Candidate(
            employee=person,
            fiscal_year=fiscal_year,
            on=on,
            department_ids=frozenset(departments),
            types=frozenset(types if types is not None else nominated_types()),
            posting=postings.get(person.pk),
            absence=absences.get(person.pk),
            promoter=promoters.get(person.pk),
            is_trained=person.pk in trained,
            rival=rivals.get(person.pk),
        )
        for person in people
    ]


def _trained(promoters: Iterable[Promoter]) -> set[int]:
    """Those (ids of people) who completed the first stage."""
    done = StageEnrollment.objects.filter(promoter__in=promoters, stage__number=1, status=StageStatus.COMPLETED)
    return set(done.values_list("promoter__employee_id", flat=True))


def candidate(
    person: Employee,
    fiscal_year: FiscalYear,
    department: Department,
    *,
    types: Collection[str] | None = None,
    on: date,
    but: int | None = None,
) -> Candidate:
    """`candidates` for one person and a department as it is called today."""
    names = Department.with_former_names([department.pk])
    return candidates([person], fiscal_year, departments=names, types=types, on=on, but=but)[0]
