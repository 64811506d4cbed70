"""Who someone is on a day, and under which name an act of 代理 is recorded."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser

from staff.models import Department, User
from staff.models.standing import OFFICES, Roles

__all__ = ["OFFICES", "Acting", "Roles", "acting_as", "acting_for", "acting_name", "of"]

AS_DEPUTY = " (代理)"


def of(user: User | AnonymousUser, on: date) -> Roles:
    """The roles of `user` on `on`; none for somebody who has not logged in or whose login is disabled."""
    return user.roles_on(on) if isinstance(user, User) else Roles()


@dataclass(frozen=True)
class Acting:
    """A login in the words in which its act is recorded; takes the place of the user in `audit.record(by=…)`."""

    pk: int
    name: str

    def __str__(self) -> str:
        return self.name


def acting_as(user: User, department: Department, on: date) -> User | Acting:
    """Who to record for an act upon `department`: the login itself, or with 代理 behind the name.

    Give it to `audit.record(by=…)`. Whether the act is allowed is asked of `permissions`.
    """
    return _deputy(user) if department.pk in of(user, on).deputised else user


def acting_for(user: User, on: date) -> User | Acting:
    """Who to record for an act upon several departments: as 代理 where all the powers of the login are lent."""
    who = of(user, on)
    return user if who.sees_everybody or who.headed_in_person or not who.deputised else _deputy(user)


def _deputy(user: User) -> Acting:
    return Acting(user.pk, f"{str(user)[: 100 - len(AS_DEPUTY)]}{AS_DEPUTY}")


def acting_name(user: User, department: Department, on: date) -> str:
    """The name to print beside such an act: 工藤　蓮, or 工藤　蓮 (代理)."""
    return str(acting_as(user, department, on))
