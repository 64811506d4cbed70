"""Departments, people, postings and logins."""

from datetime import date
from itertools import count

from staff.models import (
    Absence,
    AbsenceReason,
    Department,
    DepartmentKind,
    Deputy,
    Employee,
    EmploymentType,
    OfficeRoleGrant,
    Posting,
    User,
)

_numbers = count(1)
LONG_AGO = date(2024, 4, 1)


def bureau(name: str | None = None, **fields) -> Department:
    number = next(_numbers)
    defaults = {"kind": DepartmentKind.BUREAU, "nominates": False, "valid_from": LONG_AGO, "sort_order": number}
    return Department.objects.create(**{"name": name or f"第{number}部", **defaults, **fields})


def department(name: str | None = None, *, parent: Department | None = None, **fields) -> Department:
    number = next(_numbers)
    defaults = {
        "code": f"{900000 + number:06}",
        "kind": DepartmentKind.SECTION,
        "valid_from": LONG_AGO,
        "sort_order": number,
    }
    return Department.objects.create(
        **{"name": name or f"第{number}課", "parent": parent or bureau(), **defaults, **fields}
    )


def employee(name: str = "青森　太郎", **fields) -> Employee:
    number = next(_numbers)
    defaults = {
        "employee_number": f"{9000000 + number:07}",
        "kana": "ｱｵﾓﾘ ﾀﾛｳ",
        "email": f"u{number}@pref.example.jp",
        "employment_type": EmploymentType.REGULAR,
        "hired_on": date(2010, 4, 1),
    }
    row = Employee(**{"name": name, **defaults, **fields}).fold_names()
    row.save()
    return row


def posting(person: Employee | None = None, *, to: Department | None = None, **fields) -> Posting:
    defaults = {"title": "主事", "valid_from": LONG_AGO, "posted_on": LONG_AGO}
    return Posting.objects.create(
        **{"employee": person or employee(), "department": to or department(), **defaults, **fields}
    )


def head_of(place: Department, **fields) -> Employee:
    """The 所属長 of `place`."""
    return posting(to=place, **{"title": "課長", "is_head": True, "is_manager": True, **fields}).employee


def deputy(place: Department, person: Employee | None = None, **fields) -> Deputy:
    """Somebody who acts for the head of `place`: in November 2026, unless other days are given."""
    defaults = {"valid_from": date(2026, 11, 1), "valid_to": date(2026, 12, 1), "reason": "所属長の出張のため"}
    return Deputy.objects.create(
        **{"department": place, "employee": person or posting(to=place).employee, **defaults, **fields}
    )


def absence(person: Employee, reason: str = AbsenceReason.CHILDCARE, **fields) -> Absence:
    return Absence.objects.create(**{"employee": person, "reason": reason, "valid_from": LONG_AGO, **fields})


def user(person: Employee | None = None, *, password: str | None = None, **fields) -> User:
    """A login; without `person` it belongs to nobody's 職員番号."""
    username = fields.pop("username", person.employee_number if person else f"user{next(_numbers)}")
    return User.objects.create_user(username, password=password, employee=person, **fields)


def office(role: str, **fields) -> User:
    """A login with an office role."""
    account = user(**fields)
    OfficeRoleGrant.objects.create(user=account, role=role, valid_from=LONG_AGO)
    return account
