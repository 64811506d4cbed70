"""必修研修 as rules: a new one, other words or another due day, and its end. What they made of whom stays."""

from datetime import datetime
from typing import Any

from django.db import transaction

from aomori_dx.kernel import audit
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import User
from training import permissions as may
from training.models import Obliged, Requirement
from training.services import requirements

FOUNDATION = ("course_id", "obliges", "first_year", "every_years")
"""What makes the rule: another one is another rule, once anybody is obliged by it."""
STATED = (*FOUNDATION, "name", "employment_types", "last_year", "due_month", "due_day", "grace_days")


@transaction.atomic
def write(requirement: Requirement, *, by: User, at: datetime, **stated: Any) -> Requirement:
    """Write a new rule, or what is stated of one that is there, and ask for the assignment.

    `stated`: of `STATED`. Raises NotAllowed, or RuleBroken: a first year that is over, another course or audience of
    a rule that obliges people, an end before what is already assigned, a constraint.
    """
    if not may.edit_requirements(by, day_of(at)):
        raise NotAllowed(requirements.NOT_YOURS)
    is_new, this_year = requirement.pk is None, FiscalYear.containing(day_of(at))
    kept = None if is_new else Requirement.objects.select_for_update().get(pk=requirement.pk)
    before = {} if kept is None else {name: getattr(kept, name) for name in STATED}
    for name, value in stated.items():
        setattr(requirement, name, value)
    after = {name: getattr(requirement, name) for name in STATED}
    changed = [name for name in STATED if is_new or after[name] != before[name]]
    if not changed:
        return requirement
    _ensure_sound(requirement, changed, is_new=is_new, this_year=this_year)
    with constraints_as_rules():
        requirement.save()
    old, new = ({name: values.get(name) for name in changed} for values in (before, after))
    audit.record(
        requirement, "created" if is_new else "edited", by=by, at=at, before=None if is_new else old, after=new
    )
    requirements.request(by=by, at=at)
    return requirement


def end(requirement_id: int, last_year: FiscalYear, *, by: User, at: datetime) -> Requirement:
    """Oblige nobody after `last_year`; what it obliged until then stays. Raises as `write`."""
    return write(Requirement.objects.get(pk=requirement_id), by=by, at=at, last_year=last_year)


def _ensure_sound(row: Requirement, changed: list[str], *, is_new: bool, this_year: FiscalYear) -> None:
    if "first_year" in changed and row.first_year < this_year:
        raise RuleBroken(f"開始年度は{this_year}以後にしてください。過ぎた年度の受講義務は作れません。")
    if not is_new and any(name in FOUNDATION for name in changed) and row.obligations.exists():
        raise RuleBroken(
            "すでに対象者がいるため、研修・対象・開始年度・何年度ごとは変更できません。"
            "この必修研修を終了し、新しい必修研修を登録してください。"
        )
    if "last_year" in changed and row.last_year is not None and not is_new:
        newest = row.obligations.order_by("-fiscal_year").values_list("fiscal_year", flat=True).first()
        if newest is not None and row.last_year < newest:
            raise RuleBroken(f"{newest}の対象者がすでにいるため、最終年度は{newest}以後にしてください。")
    if row.obliges == Obliged.NEW_HIRES and row.every_years != 1:
        raise RuleBroken("新規採用職員の必修研修は、採用された年度に1回です。何年度ごとは1にしてください。")
