"""Narrowing the catalogue by what stands in the address."""

from typing import Any

import django_filters  # type: ignore[import-untyped]
from django.db.models import Q, QuerySet

from training.models import Course, Method

ALL = "すべて"


class CourseFilter(django_filters.FilterSet):
    """Each part of the query is one condition."""

    q = django_filters.CharFilter(label="研修名・内容", method="search")
    method = django_filters.ChoiceFilter(label="方法", choices=Method.choices, empty_label=ALL)
    level = django_filters.ChoiceFilter(label="段階", empty_label=ALL)

    def __init__(self, query: Any, queryset: QuerySet[Course]) -> None:
        super().__init__(query, queryset=queryset)
        levels = queryset.exclude(level=None).order_by("level").values_list("level", flat=True).distinct()
        self.filters["level"].extra["choices"] = [(level, str(level)) for level in levels]

    @property
    def is_active(self) -> bool:
        return any(self.data.get(name) for name in self.filters)

    def search(self, rows: QuerySet[Course], name: str, text: str) -> QuerySet[Course]:
        return rows.filter(Q(name__icontains=text) | Q(description__icontains=text) | Q(code__iexact=text))
