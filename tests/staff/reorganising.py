"""What the tests of reorganisations share: drafts in a line, and the picture of who is where on a day."""

from datetime import date

from staff.drafts import ActKind, Draft, Target
from staff.models import ChangeSet, Department, DepartmentKind, Posting, User
from staff.services import reorganisation
from tests.conftest import NOW
from tests.factories import staff as make

TODAY = date(2026, 11, 23)
NEXT_APRIL = date(2027, 4, 1)
EVE = date(2027, 3, 31)
REASON = "令和9年度組織改正"


def into(place: Department, key: str = "0") -> Target:
    """A department that is there."""
    return Target(key, existing=place)


def new(name: str, code: str, bureau: Department, key: str = "0", **fields) -> Target:
    """A department that begins."""
    return Target(key, name=name, code=code, bureau=bureau, **{"kind": DepartmentKind.SECTION, **fields})


def draft(act: ActKind, *departments: Department, to=(), on: date = NEXT_APRIL, **choices) -> Draft:
    return Draft(act, on, REASON, tuple(departments), tuple(to), **choices)


def renamed(place: Department, name: str = "", code: str = "", on: date = NEXT_APRIL) -> Draft:
    target = new(name or place.name, code or place.code, place.parent, kind=place.kind)
    return draft(ActKind.RENAME, place, to=[target], on=on)


def do(wanted: Draft, by: User) -> ChangeSet:
    """Look, and do what was seen."""
    seen = reorganisation.preview(wanted, by=by, at=NOW)
    assert seen.blockers == []
    return reorganisation.carry_out(wanted, seen=seen.seen, by=by, at=NOW)


def picture(day: date) -> list[tuple]:
    """Who is where on the day, as what."""
    rows = Posting.objects.on(day).order_by("employee__employee_number", "-is_primary", "department__name")
    return list(rows.values_list("employee__name", "department__name", "department__parent__name", "title", "is_head"))


def office_with_people(bureau: Department) -> Department:
    """税務課 with its head, two people and somebody of 会計課 with a 兼務."""
    row = make.department("税務課", parent=bureau)
    make.posting(make.employee("所属　長子"), to=row, title="課長", is_head=True, is_manager=True)
    for name in ("青森　一郎", "青森　二郎"):
        make.posting(make.employee(name), to=row)
    elsewhere = make.posting(make.employee("兼務　三郎"), to=make.department("会計課", parent=bureau)).employee
    make.posting(elsewhere, to=row, title="", is_primary=False)
    return row


def posting_of(name: str, day: date = NEXT_APRIL, **what) -> Posting:
    """The posting of a person on the day; without more words the primary one."""
    return Posting.objects.on(day).get(employee__name=name, **{"is_primary": True, **what})


def places(*departments: Department, to: str) -> dict[int, str]:
    """Everybody of the departments goes to one target."""
    return dict.fromkeys(Posting.objects.filter(department__in=departments).values_list("pk", flat=True), to)


def found(name: str) -> Department:
    return Department.objects.get(name=name)
