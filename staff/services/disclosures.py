"""Keeping who looked at a list of people, and which."""

from datetime import date, datetime
from typing import Any

from aomori_dx.kernel import audit
from aomori_dx.kernel.wareki import short_date
from staff.models import Department, Employee, User


def list_shown(by: Any, query: Any, *, day: date, count: int, at: datetime) -> None:
    """Record that whole records of people were shown, as of which day, under which conditions, how many."""
    conditions = {name: query.getlist(name) for name in query if query[name]}
    audit.record_on_list(
        Employee,
        "viewed",
        label=f"職員名簿({short_date(day)}現在) {count:,}人",
        after={**conditions, "on": day, "count": count},
        by=by,
        at=at,
    )


def members_shown(department: Department, *, day: date, count: int, by: Any, at: datetime) -> None:
    """Record that the whole records of a department's people were shown; `by` says whether as 代理."""
    audit.record_on_list(
        Employee,
        "viewed",
        label=f"{department.name}の職員({short_date(day)}現在) {count:,}人",
        after={"on": day, "department": department.code, "count": count},
        by=by,
        at=at,
    )


def record_shown(employee: Employee, *, to: User, by: Any, at: datetime) -> None:
    """Record that one person's record was shown to somebody else."""
    if to.employee_id != employee.pk:
        audit.record(employee, "viewed", by=by, at=at)
