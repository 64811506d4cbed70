"""Asking for people and departments, always with a date."""

from datetime import date

from django.db.models import Q, QuerySet

from aomori_dx.kernel.periods import PeriodQuerySet
from aomori_dx.kernel.text import fold


class DepartmentQuerySet(PeriodQuerySet):
    def bureaus(self):
        return self.filter(parent__isnull=True)

    def below_bureaus(self):
        """The 所属: what people are posted to."""
        return self.filter(parent__isnull=False)

    def nominating(self):
        """所属 that owe one nomination a year (policy, 推薦枠)."""
        return self.filter(nominates=True)

    def in_official_order(self):
        """By bureau, 課室 before 出先機関, by code."""
        return self.order_by("parent__sort_order", "sort_order", "code", "pk")


class EmployeeQuerySet(QuerySet):
    def in_service(self, day: date):
        """在職 on `day`."""
        return self.filter(Q(hired_on__isnull=True) | Q(hired_on__lte=day)).filter(
            Q(left_on__isnull=True) | Q(left_on__gt=day)
        )

    def unplaced(self, day: date):
        """In service on `day` without a primary posting: their department was dissolved."""
        placed = self.model._default_manager.filter(
            Q(postings__valid_to__gt=day) | Q(postings__valid_to__isnull=True),
            postings__is_primary=True,
            postings__valid_from__lte=day,
        )
        return self.in_service(day).exclude(pk__in=placed.values("pk"))

    def search(self, text: str):
        """By 職員番号, name, kana or former name, whatever the way of writing."""
        key = fold(text)
        return self.filter(
            Q(employee_number__contains=key)
            | Q(name_key__contains=key)
            | Q(kana_key__contains=key)
            | Q(former_name_key__contains=key)
        )


class PostingQuerySet(PeriodQuerySet):
    def primary(self):
        return self.filter(is_primary=True)

    def concurrent(self):
        """兼務"""
        return self.filter(is_primary=False)

    def heads(self):
        return self.filter(is_head=True)

    def managers(self):
        return self.filter(is_manager=True)
