"""Narrowing the catalogue, the runs and the wishes by what stands in the address."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import django_filters  # type: ignore[import-untyped]
from django.db.models import F, QuerySet

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Employee, Posting
from training import programme
from training.models import Audience, ChangeRequest, Course, CourseRun, Method, RunStatus
from training.run_errands import NEAR

ALL = "すべて"
FITS = [("yes", "自分が対象の研修だけ")]
SORTS = [("level", "段階ごと"), ("code", "研修コード順"), ("name", "研修名順")]
NEEDS = [
    ("minimum", "最少催行人数に届かない"),
    ("closing", "締切が近く、最少催行人数に届かない"),
    ("waiting", "キャンセル待ちがある"),
    ("requests", "変更の申出がある"),
]


class Asked(django_filters.FilterSet):
    """Each part of the query is one condition."""

    @property
    def is_active(self) -> bool:
        return any(self.data.get(name) for name in self.filters)

    @property
    def query(self) -> str:
        """The conditions as a query, without anything else that stood in the address."""
        return urlencode([(name, value) for name in self.filters if (value := self.data.get(name))])

    @property
    def in_words(self) -> str:
        """The conditions as a person reads them."""
        given = {name: value for name, value in self.form.cleaned_data.items() if value} if self.form.is_valid() else {}
        return "、".join(f"{self.filters[name].label}: {self._word(name, value)}" for name, value in given.items())

    def _word(self, name: str, value: Any) -> str:
        return str(dict(getattr(self.form.fields[name], "choices", ())).get(value, value))


class CourseFilter(Asked):
    """The catalogue of a day, for whom it may be narrowed to what the person may take."""

    q = django_filters.CharFilter(label="研修名・内容", method="search")
    method = django_filters.ChoiceFilter(label="方法", choices=Method.choices, empty_label=ALL)
    level = django_filters.ChoiceFilter(label="段階", method="of_level", empty_label=ALL)
    track = django_filters.ChoiceFilter(label="キャリアプラン", method="of_track", empty_label=ALL)
    audience = django_filters.ChoiceFilter(label="対象", choices=Audience.choices, empty_label=ALL)
    fits = django_filters.ChoiceFilter(label="受けられる人", method="that_fit", choices=FITS, empty_label=ALL)
    sort = django_filters.ChoiceFilter(label="並べ方", method="in_order", choices=SORTS, empty_label=None)

    def __init__(self, query: Any, queryset: QuerySet[Course], *, person: Employee | None = None, on: date) -> None:
        super().__init__(query, queryset=queryset)
        self._person, self._on = person, on
        names = programme.levels()
        found = queryset.exclude(level=None).order_by("level").values_list("level", flat=True).distinct()
        levels = [(str(level), names.get(str(level), f"段階{level}")) for level in found]
        self.filters["level"].extra["choices"] = [("all", "全職員"), *levels]
        tracks = programme.tracks()
        self.filters["track"].extra["choices"] = list(tracks.items())
        if not tracks:
            del self.filters["track"]
        if person is None:
            del self.filters["fits"]

    @property
    def is_active(self) -> bool:
        return any(self.data.get(name) for name in self.filters if name != "sort")

    @property
    def is_by_level(self) -> bool:
        return self._order not in ("code", "name")

    @property
    def _order(self) -> str:
        return self.data.get("sort", "")

    def rows(self) -> QuerySet[Course]:
        """The courses in order; none where a condition cannot be read."""
        return self.qs.order_by(self._order, "code") if not self.is_by_level else self.qs.by_level()

    def search(self, rows: Any, name: str, text: str) -> QuerySet[Course]:
        return rows.search(text)

    def of_level(self, rows: QuerySet[Course], name: str, level: str) -> QuerySet[Course]:
        return rows.filter(level=None) if level == "all" else rows.filter(level=int(level))

    def of_track(self, rows: Any, name: str, track: str) -> QuerySet[Course]:
        return rows.serving(track)

    def that_fit(self, rows: Any, name: str, answer: str) -> QuerySet[Course]:
        if self._person is None:
            return rows
        manager = Posting.objects.managers().on(self._on).filter(employee=self._person).exists()
        return rows.fitting(self._person.employment_type, manager=manager)

    def in_order(self, rows: QuerySet[Course], name: str, order: str) -> QuerySet[Course]:
        """Left to `rows`."""
        return rows


class RunFilter(Asked):
    """All runs, with the seats of each."""

    q = django_filters.CharFilter(label="研修名・会場・講師", method="search")
    year = django_filters.ChoiceFilter(label="年度", method="of_year", empty_label=ALL)
    status = django_filters.ChoiceFilter(label="状態", choices=RunStatus.choices, empty_label=ALL)
    area = django_filters.ChoiceFilter(label="圏域", empty_label=ALL)
    needs = django_filters.ChoiceFilter(label="注意が必要な回", method="that_need", choices=NEEDS, empty_label=ALL)

    def __init__(self, query: Any, queryset: QuerySet[CourseRun], *, on: date) -> None:
        super().__init__(query, queryset=queryset)
        self._on = on
        known = CourseRun.objects.order_by("area", "fiscal_year").values_list("area", "fiscal_year").distinct()
        pairs = list(known)
        self.filters["area"].extra["choices"] = [(area, area) for area in sorted({area for area, _ in pairs if area})]
        years = sorted({year for _, year in pairs}, reverse=True)
        self.filters["year"].extra["choices"] = [(str(int(year)), str(year)) for year in years]

    def rows(self) -> QuerySet[CourseRun]:
        """The newest year first, then by the first meeting."""
        return self.qs.order_by("-fiscal_year", F("first_at").asc(nulls_last=True), "pk")

    def search(self, rows: Any, name: str, text: str) -> QuerySet[CourseRun]:
        return rows.filter(pk__in=CourseRun.objects.search(text).order_by().values("pk"))

    def of_year(self, rows: QuerySet[CourseRun], name: str, year: str) -> QuerySet[CourseRun]:
        return rows.filter(fiscal_year=FiscalYear(int(year)))

    def that_need(self, rows: Any, name: str, what: str) -> QuerySet[CourseRun]:
        if what == "waiting":
            return rows.filter(waiting__gt=0)
        if what == "requests":
            asked = ChangeRequest.objects.filter(settled_at=None)
            return rows.filter(pk__in=asked.order_by().values("enrollment__run"))
        below = rows.below_minimum()
        return below if what == "minimum" else below.closing_by(self._on, self._on + NEAR)
