"""Who someone is on a day: office roles by grant, head and manager by posting."""

from dataclasses import dataclass, field
from datetime import date

from staff.models import OfficeRole, OfficeRoleGrant, Posting, User

OFFICES = frozenset({OfficeRole.HR, OfficeRole.DX, OfficeRole.INFO})
"""The parts of the prefecture that run the programme (policy, 推進体制)."""


@dataclass(frozen=True)
class Roles:
    """What a login is on one day. `headed` and `department_ids` are ids of departments."""

    offices: frozenset[str] = frozenset()
    postings: tuple[Posting, ...] = field(default=(), compare=False)

    @property
    def primary(self) -> Posting | None:
        return next((posting for posting in self.postings if posting.is_primary), None)

    @property
    def headed(self) -> frozenset[int]:
        """The departments whose 所属長 this person is."""
        return frozenset(posting.department_id for posting in self.postings if posting.is_head)

    @property
    def is_head(self) -> bool:
        return bool(self.headed)

    @property
    def is_office(self) -> bool:
        return bool(self.offices & OFFICES)

    def has(self, *roles: str) -> bool:
        return bool(self.offices.intersection(roles))


def of(user: User, on: date) -> Roles:
    """The roles of `user` on `on`: two queries the first time, none after that for the same user object."""
    if not user.is_authenticated or not user.is_active:
        return Roles()
    known = user.__dict__.setdefault("_roles", {})
    if on not in known:
        known[on] = _load(user, on)
    return known[on]


def _load(user: User, on: date) -> Roles:
    grants = OfficeRoleGrant.objects.on(on).filter(user=user).values_list("role", flat=True)
    if user.employee_id is None or not user.employee.in_service_on(on):
        return Roles(offices=frozenset(grants))
    postings = Posting.objects.on(on).filter(employee=user.employee_id).select_related("department__parent")
    return Roles(offices=frozenset(grants), postings=tuple(postings))
