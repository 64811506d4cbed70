"""Opening logins and giving office roles outside the pages: the first account of an installation."""

from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from aomori_dx.kernel import audit
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import RuleBroken, constraints_as_rules
from staff.models import Employee, OfficeRole, OfficeRoleGrant, User


@transaction.atomic
def open_account(username: str, *, password: str, by: Any, at: datetime, reason: str) -> User:
    """A login, linked to the member of staff with that 職員番号 where there is one.

    Raises RuleBroken where the login exists, and ValidationError for a weak password.
    """
    if User.objects.filter(username=username).exists():
        raise RuleBroken(f"アカウント「{username}」はすでにあります。")
    employee = Employee.objects.filter(employee_number=username).first()
    user = User(username=username, employee=employee, display_name="" if employee else username)
    validate_password(password, user)
    user.set_password(password)
    with constraints_as_rules():
        user.save(force_insert=True)
    audit.record(user, "account_created", by=by, at=at, reason=reason)
    return user


@transaction.atomic
def grant(user: User, role: str, *, by: Any, at: datetime, reason: str) -> OfficeRoleGrant:
    """Give an office role from today on. Raises RuleBroken for an unknown role, or one that is given already."""
    if role not in OfficeRole.values:
        raise RuleBroken(f"役割は次のいずれかです: {'、'.join(OfficeRole.values)}。")
    User.objects.select_for_update().get(pk=user.pk)
    today = day_of(at)
    if OfficeRoleGrant.objects.on(today).filter(user=user, role=role).exists():
        raise RuleBroken(f"{user.username}にはすでに「{OfficeRole(role).label}」の役割があります。")
    with constraints_as_rules():
        given = OfficeRoleGrant.objects.create(user=user, role=role, valid_from=today)
    audit.record(given, "role_granted", by=by, at=at, after={"role": role, "valid_from": today}, reason=reason)
    return given
