"""The tree of 部局 and 所属, and how one became another (改称・移管・分割・統合)."""

from collections.abc import Collection
from datetime import date

from django.db import models
from django.db.models import Q

from aomori_dx.kernel.memo import recall
from aomori_dx.kernel.periods import OneAtATime, Period, ends_after_it_starts
from staff.querysets import DepartmentQuerySet


class DepartmentKind(models.TextChoices):
    BUREAU = "bureau", "部局"
    SECTION = "section", "課・室"
    OFFICE = "office", "出先機関"


class Department(Period):
    """A 部局 or 所属 under one name, in one place of the tree, for a time.

    A new name or another bureau is a new row with a Succession: the past keeps its names. Bureaus have no
    code in the office's files; they are known by name.
    """

    code = models.CharField("所属コード", max_length=10, blank=True)
    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("略称", max_length=50, blank=True)
    kind = models.CharField("区分", max_length=10, choices=DepartmentKind)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name="部局"
    )
    nominates = models.BooleanField("推薦対象", default=True, help_text="年度ごとに1名を推薦する所属です。")
    sort_order = models.PositiveIntegerField("並び順", default=0)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "所属"
        ordering = ["sort_order", "code", "valid_from"]
        constraints = [
            ends_after_it_starts("department_ends_after_it_starts"),
            models.CheckConstraint(
                name="department_bureau_is_at_the_top",
                condition=Q(kind="bureau", parent__isnull=True, code="", nominates=False)
                | (~Q(kind="bureau") & Q(parent__isnull=False) & ~Q(code="")),
                violation_error_message="部局は最上位に置き、所属には部局と所属コードを指定してください。",
            ),
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                condition=~Q(code=""),
                name="department_one_per_code_and_day",
                violation_error_message="同じ所属コードの所属がその日から始まっています。",
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(valid_to__isnull=True) & ~Q(code=""),
                name="department_one_open_per_code",
                violation_error_message="同じ所属コードの所属がすでにあります。",
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(valid_to__isnull=True, kind="bureau"),
                name="department_one_open_bureau_per_name",
                violation_error_message="同じ名称の部局がすでにあります。",
            ),
            OneAtATime(
                name="department_one_at_a_time_per_code",
                per=["code"],
                condition=~Q(code=""),
                violation_error_message="同じ所属コードの期間が重なっています。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_bureau(self) -> bool:
        return self.kind == DepartmentKind.BUREAU

    @property
    def bureau(self) -> "Department":
        """The 部局 it belongs to; itself, if it is one (a 部長 is posted to the 部局)."""
        return self.parent or self

    def continued_on(self, day: date) -> "Department | None":
        """What this 所属 is on `day`: itself, or what it became by a new name or another bureau. None: no more."""
        place: Department | None = self
        while place is not None and not place.holds_on(day):
            if place.valid_to is None:  # it has yet to begin
                return None
            step = Succession.objects.filter(predecessor=place, kind__in=SAME_PLACE)
            step = step.filter(on=place.valid_to, successor__valid_from=place.valid_to)
            found = step.select_related("successor__parent").first()
            place = found.successor if found else None
        return place

    def earlier_selves(self) -> "list[Department]":
        """What this 所属 was before, by another name or in another bureau, newest first."""
        found: list[Department] = []
        place: Department | None = self
        while place is not None:
            step = Succession.objects.filter(successor=place, kind__in=SAME_PLACE)
            step = step.filter(on=place.valid_from, predecessor__valid_to=place.valid_from)
            origin = step.select_related("predecessor__parent").first()
            place = origin.predecessor if origin else None
            if place is not None:
                found.append(place)
        return found

    def later_selves(self) -> "list[Department]":
        """What this 所属 became by another name or in another bureau, in the order of time."""
        found: list[Department] = []
        place: Department | None = self
        while place is not None and place.valid_to is not None:
            place = place.continued_on(place.valid_to)
            if place is not None:
                found.append(place)
        return found

    @staticmethod
    def with_former_names(ids: Collection[int]) -> set[int]:
        """These 所属 and what they were before, by another name or in another bureau: what is addressed to a post
        reaches whoever holds it under its present name."""
        return set(Department.present_names(ids))

    @staticmethod
    def present_names(ids: Collection[int]) -> dict[int, int]:
        """Every id under which these 所属 were known (by another name, in another bureau) → their own id.

        One query for each time one of them was renamed, and one more; a page asks once.
        """
        wanted = frozenset(ids)
        return dict(recall(("present names", wanted), lambda: _present_names(wanted)))


def _present_names(ids: frozenset[int]) -> dict[int, int]:
    names = {pk: pk for pk in ids}
    latest = dict(names)
    while latest:
        steps = Succession.objects.filter(successor__in=latest, kind__in=SAME_PLACE)
        found = {old: latest[new] for old, new in steps.values_list("predecessor_id", "successor_id")}
        latest = {old: pk for old, pk in found.items() if old not in names}
        names |= latest
    return names


class SuccessionKind(models.TextChoices):
    RENAMED = "renamed", "改称"
    MOVED = "moved", "移管"
    RENAMED_MOVED = "renamed_moved", "改称・移管"
    SPLIT = "split", "分割"
    MERGED = "merged", "統合"


SAME_PLACE = frozenset({SuccessionKind.RENAMED, SuccessionKind.MOVED, SuccessionKind.RENAMED_MOVED})
"""The ways in which a 所属 becomes another row and stays the same place."""


class Succession(models.Model):
    """`predecessor` became `successor` on a day. A split has several rows, and so has a merger."""

    predecessor = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="successions", verbose_name="旧所属"
    )
    successor = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="origins", verbose_name="新所属")
    on = models.DateField("施行日")
    kind = models.CharField("区分", max_length=15, choices=SuccessionKind)
    rank = models.PositiveSmallIntegerField(
        "順位", default=1, help_text="分割のとき、兼務など行き先の指定がないものは順位1の所属が引き継ぎます。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "所属の承継"
        ordering = ["on", "predecessor__code", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="succession_once_per_pair",
                violation_error_message="この承継はすでに登録されています。",
            ),
            models.CheckConstraint(
                name="succession_to_another",
                condition=~Q(predecessor=models.F("successor")),
                violation_error_message="旧所属と新所属が同じです。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
