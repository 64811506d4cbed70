"""What the admin asks of people and accounts: holding them still, a new password, a lost second factor."""

from collections.abc import Iterable
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from aomori_dx.kernel import audit
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.corrections import demand_reason
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from staff import permissions as may
from staff.models import Employee, User


def hold_people(ids: Iterable[int | None]) -> None:
    """Lock people until the transaction ends: the periods of one person are compared with each other (rule 1)."""
    people = Employee.objects.select_for_update().filter(pk__in=[pk for pk in ids if pk is not None])
    list(people.order_by("pk").values_list("pk"))


def hold_account(user_id: int) -> User:
    """Lock an account until the transaction ends."""
    return User.objects.select_for_update().get(pk=user_id)


def _account(user_id: int, by: User, at: datetime) -> User:
    if not may.run_the_system(by, day_of(at)):
        raise NotAllowed("アカウントを変更する権限がありません。")
    return hold_account(user_id)


@transaction.atomic
def set_password(user_id: int, *, password: str | None, by: User, at: datetime, reason: str) -> User:
    """Give an account a new password, already checked; None: it cannot log in by password any more.

    The person's sessions end with the old password. Raises NotAllowed, or RuleBroken without a reason.
    """
    account = _account(user_id, by, at)
    plain = demand_reason(reason)
    if password is None:
        account.set_unusable_password()
    else:
        account.set_password(password)
    account.save(update_fields=["password"])
    audit.record(account, "password_set", by=by, at=at, after={"usable": password is not None}, reason=plain)
    return account


@transaction.atomic
def reset_second_factor(user_id: int, *, by: User, at: datetime, reason: str) -> list[str]:
    """Remove every second factor of an account, so that its owner can set one up anew; returns what was removed.

    Raises NotAllowed, or RuleBroken: no reason, or nothing to remove.
    """
    account = _account(user_id, by, at)
    plain = demand_reason(reason)
    factors = Authenticator.objects.filter(user=account)
    kinds = sorted(factors.values_list("type", flat=True))
    if not kinds:
        raise RuleBroken("このアカウントには二要素認証が登録されていません。")
    factors.delete()
    audit.record(account, "second_factor_reset", by=by, at=at, before={"factors": kinds}, reason=plain)
    return kinds
