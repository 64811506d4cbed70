"""What the tests of reorganisations share: drafts in a line, and the picture of who is where on a day."""

from datetime import date

from staff.drafts import ActKind, Draft, Target
from staff.models import ChangeSet, Department, DepartmentKind, Posting, User
from staff.services import reorganisation
from tests.conftest import NOW

TODAY = date(2026, 11, 23)
NEXT_APRIL = date(2027, 4, 1)
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
    return list(
        rows.values_list("employee__name", "department__name", "department__parent__name", "title", "is_head")
    )


def found(name: str) -> Department:
    return Department.objects.get(name=name)
