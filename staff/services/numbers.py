"""A new 職員番号 for a person: one transaction, one record, who and when."""

from datetime import date, datetime

from django.db import transaction

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from staff import permissions as may
from staff.models import Employee, FormerNumber, User
from staff.rules import numbers as rules

NOT_YOURS = "職員番号を切り替えられるのは、人財育成・人事担当だけです。"


@transaction.atomic
def change(employee_id: int, number: str, *, on: date, by: User, at: datetime, reason: str) -> Employee:
    """Give a person another 職員番号 from `on` on; the former one is kept and still leads to the person.

    The login follows, where it is the number. Raises NotAllowed, or RuleBroken: a day to come, a day before the
    last change or in a closed fiscal year, no reason, or a number that somebody has or had.
    """
    if not may.change_numbers(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    person = Employee.objects.select_for_update().get(pk=employee_id)
    if not reason.strip():
        raise RuleBroken("切り替える理由を入力してください。")
    if reasons := [*rules.of_the_day(person, on, today=day_of(at)), *rules.of_the_number(person, number)]:
        raise RuleBroken("\n".join(reasons))
    closing.ensure_open(on)
    before = person.employee_number
    with constraints_as_rules():
        FormerNumber.objects.create(employee=person, number=before, until=on)
        person.employee_number = number
        person.save(update_fields=["employee_number"])
        User.objects.filter(employee=person, username=before).update(username=number)
    audit.record(
        person,
        "renumbered",
        by=by,
        at=at,
        before={"職員番号": before},
        after={"職員番号": number, "切替日": on},
        reason=reason.strip(),
    )
    return person
