"""Lending a head's powers and taking them back: one transaction, one record, who and when."""

from datetime import date, datetime

from django.db import transaction

from aomori_dx.kernel import audit
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from staff import letters
from staff import permissions as may
from staff.models import Department, Deputy, Employee, User
from staff.rules import deputies as rules

NOT_YOURS = "代理者を決められるのは、人財育成・人事担当、DX推進担当と、その所属の所属長だけです。"
NOT_YOUR_PEOPLE = (
    "所属長が代理者に選べるのは、その所属の職員です。"
    "ほかの所属の職員にするときは、人財育成・人事担当に相談してください。"
)


@transaction.atomic
def appoint(
    department: Department,
    employee: Employee,
    *,
    valid_from: date,
    valid_to: date,
    reason: str,
    by: User,
    at: datetime,
) -> Deputy:
    """Lend the powers of the head of `department` to `employee` from `valid_from` until the day before `valid_to`.

    The deputy gets a letter. Raises NotAllowed, or RuleBroken with every sentence that stands against it. The rows of
    the place are held meanwhile: of two people who press the button at the same moment one wins, the other is told.
    """
    on = day_of(at)
    place = hold(department)
    _check_who(by, place, employee, on)
    deputy = Deputy(
        department=place, employee=employee, valid_from=valid_from, valid_to=valid_to, reason=reason.strip()
    )
    if not deputy.reason:
        raise RuleBroken("代理の理由を入力してください。")
    if found := rules.blockers(deputy, on=on, horizon=may.horizon(by, on)):
        raise RuleBroken("\n".join(found))
    with constraints_as_rules():
        deputy.save(force_insert=True)
    after = {"所属": place.name, "代理者": str(employee), "開始日": valid_from, "終了日": valid_to}
    audit.record(deputy, "created", by=by, at=at, after=after, reason=deputy.reason)
    letters.deputy_appointed(deputy, by=by, at=at)
    return deputy


@transaction.atomic
def end(deputy_id: int, *, valid_to: date, by: User, at: datetime) -> Deputy:
    """Take the powers back: they end at 00:00 of `valid_to`, in Japan.

    One that would end on its first day or before it is called off: its dates stay, and it holds on no day. Raises
    NotAllowed, or RuleBroken: it has ended, the day is past, or it would last longer than before.
    """
    on = day_of(at)
    deputy = Deputy.objects.select_for_update(of=("self",)).select_related("department", "employee").get(pk=deputy_id)
    if not may.set_deputy(by, deputy.department.continued_on(on) or deputy.department, on):
        raise NotAllowed(NOT_YOURS)
    if deputy.cancelled_at or deputy.valid_to is None or deputy.valid_to <= on:
        raise RuleBroken("この代理は、すでに終わっています。")
    if valid_to < on:
        raise RuleBroken("代理を終える日は、今日以後の日付にしてください。")
    if valid_to >= deputy.valid_to:
        raise RuleBroken("今の終わりの日より前の日付にしてください。期間のあとの代理は、新しく登録してください。")
    if valid_to <= deputy.valid_from:
        deputy.cancelled_at = at
        deputy.save(update_fields=["cancelled_at"])
        audit.record(deputy, "cancelled", by=by, at=at, before={"取消日時": None}, after={"取消日時": at})
        letters.deputy_ended(deputy, at=at)
        return deputy
    before, deputy.valid_to = deputy.valid_to, valid_to
    with constraints_as_rules():
        deputy.save(update_fields=["valid_to"])
    audit.record(deputy, "shortened", by=by, at=at, before={"終了日": before}, after={"終了日": valid_to})
    letters.deputy_ended(deputy, at=at)
    return deputy


def hold(department: Department) -> Department:
    """Lock the place under all its names, and read it again. Call it inside the transaction that writes.

    Rows that only point to the place are written meanwhile (`no_key`): who writes one waits for nobody.
    """
    selves = {department.pk, *(row.pk for row in [*department.earlier_selves(), *department.later_selves()])}
    rows = Department.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=selves).order_by("pk")
    return {row.pk: row for row in rows}[department.pk]


def _check_who(by: User, place: Department, employee: Employee, on: date) -> None:
    if not may.set_deputy(by, place, on):
        raise NotAllowed(NOT_YOURS)
    if may.name_anybody(by, on):
        return
    if not Employee.objects.filter(pk=employee.pk).posted_to([place.pk], on).exists():
        raise RuleBroken(NOT_YOUR_PEOPLE)
