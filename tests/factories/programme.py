"""A small prefecture whose figures a person can compute by hand, as large as a test wants it."""

from dataclasses import dataclass
from datetime import date

from staff.models import Department, User
from stages.models import Exemption, Promoter, Route, StageStatus
from tests.factories import staff as make
from tests.factories import stages
from tests.factories.stages import R6, R7, R8

AS_OF = date(2026, 11, 23)


@dataclass(frozen=True)
class Prefecture:
    """Two bureaus; see `prefecture` for who was appointed."""

    affairs: Department
    farming: Department
    departments: dict[str, Department]
    promoters: dict[str, Promoter]


def prefecture() -> Prefecture:
    """総務部 (人事課, 財政課) and 農林部 (農政課, 林政課, and 水産課, which is exempt in R8); plan 4 a year.

    R6: 人事課 and 農政課 recommended, 財政課 self; all trained but the last. R7: 人事課, 林政課 recommended, both
    trained. R8: 人事課 and 農政課 recommended, 農政課 self; of them nobody trained yet, and 農政課's recommended one
    withdrew. So in R8 財政課, 林政課 and 農政課 have nobody. Two of R6 and one of R7 went on to stage ② and one to ③.
    """
    stages.plan(new_promoters=4)
    affairs, farming = make.bureau("総務部"), make.bureau("農林部")
    places = {name: make.department(name, parent=affairs) for name in ("人事課", "財政課")}
    places |= {name: make.department(name, parent=farming) for name in ("農政課", "林政課", "水産課")}
    Exemption.objects.create(department=places["水産課"], fiscal_year=R8, reason="職員が少ないため")
    people = {
        "r6-jinji": _appointed(places["人事課"], R6, ((R6, 1, True), (R7, 2, True), (R8, 3, False))),
        "r6-nosei": _appointed(places["農政課"], R6, ((R6, 1, True), (R7, 2, False))),
        "r6-zaisei": _appointed(places["財政課"], R6, ((R6, 1, False),), route=Route.SELF),
        "r7-jinji": _appointed(places["人事課"], R7, ((R7, 1, True), (R8, 2, False))),
        "r7-rinsei": _appointed(places["林政課"], R7, ((R7, 1, True),)),
        "r8-jinji": _appointed(places["人事課"], R8, ((R8, 1, False),)),
        "r8-nosei": _appointed(places["農政課"], R8, ((R8, 1, False),), withdrawn_on=date(2026, 9, 1)),
        "r8-nosei-self": _appointed(places["農政課"], R8, ((R8, 1, False),), route=Route.SELF),
    }
    return Prefecture(affairs, farming, places, people)


def _appointed(place: Department, cohort, years, **fields) -> Promoter:
    person = make.posting(make.employee(f"{cohort.short}　{place.name}"), to=place).employee
    who = stages.promoter(person, cohort=cohort, department=place, **fields)
    for fiscal_year, stage, completed in years:
        done = {"status": StageStatus.COMPLETED, "status_on": date(fiscal_year.start_year + 1, 3, 1)}
        stages.enrollment(who, stage=stage, fiscal_year=fiscal_year, **(done if completed else {}))
    return who


def crowd(departments: int, *, cohort=R8) -> None:
    """So many departments more, each with a promoter recommended and trained people behind it."""
    bureau = make.bureau()
    for _ in range(departments):
        place = make.department(parent=bureau)
        _appointed(place, cohort, ((cohort, 1, False),))
        _appointed(place, R6, ((R6, 1, True), (R7, 2, True)))


def officer(role: str = "dx_office") -> User:
    """Somebody of the offices, with a post of their own that owes no nomination."""
    return make.office(role, person=make.posting(to=make.department(nominates=False)).employee)
