"""Narrowing the catalogue by what stands in the address."""

from typing import Any

import django_filters  # type: ignore[import-untyped]
from django.db.models import Q, QuerySet

from training.models import Course, CourseRun, Method, RunStatus

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


class RunFilter(django_filters.FilterSet):
    """Each part of the query is one condition."""

    q = django_filters.CharFilter(label="研修名・会場", method="search")
    status = django_filters.ChoiceFilter(label="状態", choices=RunStatus.choices, empty_label=ALL)
    area = django_filters.ChoiceFilter(label="圏域", empty_label=ALL)

    def __init__(self, query: Any, queryset: QuerySet[CourseRun]) -> None:
        super().__init__(query, queryset=queryset)
        areas = CourseRun.objects.exclude(area="").order_by("area").values_list("area", flat=True).distinct()
        self.filters["area"].extra["choices"] = [(area, area) for area in areas]

    @property
    def is_active(self) -> bool:
        return any(self.data.get(name) for name in self.filters)

    def search(self, rows: QuerySet[CourseRun], name: str, text: str) -> QuerySet[CourseRun]:
        return rows.filter(Q(course__name__icontains=text) | Q(venue__icontains=text) | Q(course__code__iexact=text))
