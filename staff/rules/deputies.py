"""When a head's powers can be lent to somebody. Every rule answers with the sentence of its refusal, or None."""

from collections.abc import Iterator
from datetime import date, timedelta

from aomori_dx.kernel.wareki import short_date
from staff.models import Absence, Deputy, Posting


def blockers(deputy: Deputy, *, on: date, horizon: date | None) -> list[str]:
    """Why `deputy` (not written yet) cannot be set on `on`; empty if it can.

    `horizon`: the last day of which the person who asks may know anything. A refusal tells nothing beyond it:
    the powers of somebody who leaves or is away later end or rest by themselves.
    """
    asked = deputy.valid_from if horizon is None else min(deputy.valid_from, horizon)
    found = [
        begins_today_or_later(deputy, on),
        ends_after_it_begins(deputy),
        in_a_living_department(deputy),
        in_service(deputy, asked),
        at_work(deputy, asked),
        not_the_head(deputy, asked),
        *alone(deputy),
    ]
    return [reason for reason in found if reason]


def begins_today_or_later(deputy: Deputy, on: date) -> str | None:
    """Powers are lent for days to come: what was done in the past was done without them."""
    return None if deputy.valid_from >= on else "代理の開始日は、今日以後の日付にしてください。"


def ends_after_it_begins(deputy: Deputy) -> str | None:
    if deputy.valid_to is not None and deputy.valid_to > deputy.valid_from:
        return None
    return "代理の終わりの日は、開始日以後の日付にしてください。"


def in_a_living_department(deputy: Deputy) -> str | None:
    if deputy.department.holds_on(deputy.valid_from):
        return None
    return f"{deputy.department.name}は、{short_date(deputy.valid_from)}にはありません。"


def in_service(deputy: Deputy, day: date) -> str | None:
    if deputy.employee.in_service_on(day):
        return None
    return f"{deputy.employee.name}さんは、{short_date(day)}に在職していません。"


def at_work(deputy: Deputy, day: date) -> str | None:
    if not Absence.objects.on(day).filter(employee=deputy.employee).exists():
        return None
    return f"{deputy.employee.name}さんは、{short_date(day)}に休職等で不在です。"


def not_the_head(deputy: Deputy, day: date) -> str | None:
    heads = Posting.objects.heads().on(day).filter(employee=deputy.employee, department=deputy.department)
    return f"{deputy.employee.name}さんは、この所属の所属長です。" if heads.exists() else None


def alone(deputy: Deputy) -> Iterator[str]:
    """One deputy of a department at a time, under whatever name the department is."""
    same = Deputy.objects.kept().of_place(deputy.department).exclude(pk=deputy.pk)
    for other in same.overlapping(deputy.valid_from, deputy.valid_to).select_related("employee"):
        last = short_date(other.valid_to - timedelta(days=1)) if other.valid_to else ""
        yield f"{short_date(other.valid_from)}から{last}までは、{other.employee.name}さんが代理者です。"
