"""What a login is on one day: office roles by grant, head and manager by posting, deputy by appointment."""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef

from staff.models.deputy import Deputy
from staff.models.posting import Posting

if TYPE_CHECKING:
    from staff.models.user import User


class OfficeRole(models.TextChoices):
    HR = "hr_office", "人財育成・人事担当"
    DX = "dx_office", "DX推進担当"
    INFO = "info_office", "情報政策担当"
    VIEWER = "viewer", "閲覧者"
    ADMIN = "admin", "データ管理者"


OFFICES = frozenset({OfficeRole.HR, OfficeRole.DX, OfficeRole.INFO})
"""The parts of the prefecture that run the programme (policy, 推進体制)."""


@dataclass(frozen=True)
class Roles:
    """What a login is on one day. Sets of departments are sets of ids.

    `employee_id` is the person behind the login, while in service on that day.
    """

    offices: frozenset[str] = frozenset()
    postings: tuple[Posting, ...] = field(default=(), compare=False)
    deputyships: tuple[Deputy, ...] = field(default=(), compare=False)
    employee_id: int | None = None

    @property
    def primary(self) -> Posting | None:
        return next((posting for posting in self.postings if posting.is_primary), None)

    @property
    def headed_in_person(self) -> frozenset[int]:
        """The departments whose 所属長 this person is."""
        return frozenset(posting.department_id for posting in self.postings if posting.is_head)

    @property
    def deputised(self) -> frozenset[int]:
        """The departments for which this person acts as 代理 of the 所属長."""
        return frozenset(row.place.pk for row in self.deputyships if row.place) - self.headed_in_person

    @property
    def headed(self) -> frozenset[int]:
        """The departments over which this person has a head's powers, in person or as 代理."""
        return self.headed_in_person | self.deputised

    @property
    def headed_since(self) -> date | None:
        """The first day with the powers over what this person heads, of the newest of them."""
        days = [row.valid_from for row in self.postings if row.is_head]
        return max([*days, *(row.valid_from for row in self.deputyships)], default=None)

    @property
    def is_head(self) -> bool:
        return bool(self.headed)

    @property
    def is_office(self) -> bool:
        return bool(self.offices & OFFICES)

    @property
    def sees_everybody(self) -> bool:
        """The roster and the organisation, whole: the offices and データ管理者."""
        return self.is_office or self.has(OfficeRole.ADMIN)

    @property
    def sees_plans(self) -> bool:
        """What is loaded for days to come (予定): those who prepare it."""
        return self.has(OfficeRole.HR, OfficeRole.DX)

    @property
    def is_known_here(self) -> bool:
        """In service, or with an account that an office gave a role: who may use the directory."""
        return self.employee_id is not None or self.sees_everybody

    def has(self, *roles: str) -> bool:
        return bool(self.offices.intersection(roles))


def load(user: "User", day: date) -> Roles:
    """Read the roles of `user` on `day`. A disabled login is nobody; one who left keeps granted roles only.

    One query for most people: what few have (a granted role, 代理) is read where the first one says that it is there.
    """
    if not user.is_active:
        return Roles()
    postings = _postings(user, day) if user.employee_id else []
    if postings:
        user.employee = postings[0].employee
    known = postings[0] if postings else None
    offices = _offices(user, day) if known is None or known.granted else frozenset()
    if user.employee is None or not user.employee.in_service_on(day):
        return Roles(offices=offices)
    mine = Deputy.objects.filter(employee=user.employee_id)
    lent = mine.placed_on(day) if known is None or known.lent else []
    return Roles(offices, tuple(postings), tuple(lent), user.employee_id)


def _postings(user: "User", day: date) -> list[Any]:
    lent = Deputy.objects.on(day).filter(employee=OuterRef("employee"))
    rows = Posting.objects.on(day).filter(employee=user.employee_id).select_related("employee", "department__parent")
    return list(rows.annotate(lent=Exists(lent), granted=Exists(user.grants.on(day))).order_by("-is_primary", "pk"))


def _offices(user: "User", day: date) -> frozenset[str]:
    return frozenset(user.grants.on(day).values_list("role", flat=True))
