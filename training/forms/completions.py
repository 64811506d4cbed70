"""修了: narrowing the list, entering, correcting, revoking, and what goes into the personnel record."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

import django_filters  # type: ignore[import-untyped]
from django import forms
from django.conf import settings
from django.db.models import QuerySet

from aomori_dx.kernel.fields import FiscalYearFormField
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables import cells
from staff.forms.days import day_field
from staff.models import Department, Employee, FormerNumber
from training.models import Completion, CompletionSource, Course

ALL = "すべて"
STANDING = [("standing", "有効な修了"), ("revoked", "取り消された修了")]
HOW = "1行に1人ずつ。表の列を貼り付けることもできます。"


class YearFilter(django_filters.Filter):
    """R8, 令和8年度 or 2026."""

    field_class = FiscalYearFormField


class CompletionFilter(django_filters.FilterSet):
    """Each part of the query is one condition; without any, everything that stands. `on`: whose departments are asked
    about."""

    q = django_filters.CharFilter(label="氏名・職員番号", method="search")
    course = django_filters.ChoiceFilter(label="研修", method="of_course", empty_label=ALL)
    year = YearFilter(label="年度", field_name="fiscal_year")
    bureau = django_filters.ChoiceFilter(label="部局", method="in_bureau", empty_label=ALL)
    department = django_filters.CharFilter(label="所属", method="in_department")
    source = django_filters.ChoiceFilter(label="根拠", choices=CompletionSource.choices, empty_label=ALL)
    state = django_filters.ChoiceFilter(label="状態", choices=STANDING, method="in_state", empty_label=None)

    def __init__(self, query: Any, queryset: QuerySet[Completion], *, on: date, bureaus: bool = True) -> None:
        super().__init__(query, queryset=queryset)
        courses = Course.objects.order_by("code").values_list("code", "name")
        self.filters["course"].extra["choices"] = [(code, f"{code} {name}") for code, name in courses]
        names = Department.objects.bureaus().on(on).order_by("sort_order").values_list("name", flat=True)
        self.filters["bureau"].extra["choices"] = [(name, name) for name in names] if bureaus else []
        if not bureaus:
            for name in ("bureau", "department"):
                del self.filters[name]

    @property
    def rows(self) -> QuerySet[Completion]:
        """What meets the conditions; a condition that cannot be read narrows nothing, and the form says so."""
        rows = self.qs
        return rows if self.data.get("state") == "revoked" else rows.standing()

    @property
    def is_active(self) -> bool:
        return any(self.data.get(name) for name in self.filters)

    @property
    def query(self) -> str:
        return urlencode([(name, value) for name in self.filters if (value := self.data.get(name))])

    @property
    def in_words(self) -> str:
        """The conditions as a person reads them."""
        if not self.form.is_valid():
            return ""
        given = {name: value for name, value in self.form.cleaned_data.items() if value}
        words = {
            name: dict(getattr(self.form.fields[name], "choices", ())).get(value, value)
            for name, value in given.items()
        }
        return "、".join(f"{self.filters[name].label}: {word}" for name, word in words.items())

    def search(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(employee__in=Employee.objects.search(text))

    def of_course(self, rows: QuerySet, name: str, code: str) -> QuerySet:
        return rows.filter(course__code=code)

    def in_bureau(self, rows: QuerySet, name: str, bureau: str) -> QuerySet:
        return rows.filter(bureau=bureau)

    def in_department(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        code = rows.filter(department_code=text.strip())
        return code if text.strip().isdigit() else rows.filter(department__contains=text.strip())

    def in_state(self, rows: QuerySet, name: str, state: str) -> QuerySet:
        return rows.filter(revoked_at__isnull=state == "standing")


class _Entered(forms.Form):
    """What is entered by hand about a completion. Without a year it counts for that of its day."""

    completed_on = day_field(label="修了日", help_text="例 R8.6.19")
    fiscal_year = FiscalYearFormField(
        label="年度",
        required=False,
        help_text="空欄のときは修了日の年度です。前の年度の課題を年度明けに終えたときは、前の年度を入力します(例 R7)。",
    )
    started_on = day_field(label="開始日", required=False, help_text="人事記録に載ります。")
    hours = forms.DecimalField(
        label="時間数",
        required=False,
        min_value=0,
        max_digits=5,
        decimal_places=1,
        help_text="空欄のときは研修の時間数です。",
    )
    score = forms.IntegerField(label="得点", required=False, min_value=0, max_value=1000)
    reason = forms.CharField(
        label="理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="何によって修了を確認したか、なぜ直すのかを書きます。記録に残ります。",
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        day, year, start = (given.get(name) for name in ("completed_on", "fiscal_year", "started_on"))
        if day and year and year not in (FiscalYear.containing(day), FiscalYear.containing(day).previous):
            own = FiscalYear.containing(day)
            self.add_error("fiscal_year", f"修了日の年度({own})か、その前の年度({own.previous})にしてください。")
        if day and start and start > day:
            self.add_error("started_on", "開始日は修了日以前にしてください。")
        return given


class EnterForm(_Entered):
    """Completions for one person or many, by 職員番号."""

    course = forms.ModelChoiceField(
        label="研修", queryset=Course.objects.order_by("code"), empty_label="選んでください"
    )
    numbers = forms.CharField(label="職員番号", widget=forms.Textarea(attrs={"rows": 4}), help_text=HOW)
    field_order = ["course", "numbers", "completed_on", "fiscal_year", "started_on", "hours", "score", "reason"]

    def clean_numbers(self) -> list[Employee]:
        """The people, in the order typed; former numbers count too (E23)."""
        typed = dict.fromkeys(part for part in re.split(r"[\s,、]+", self.cleaned_data["numbers"]) if part)
        numbers = {text: _padded(text) for text in typed}
        now = {row.employee_number: row for row in Employee.objects.filter(employee_number__in=numbers.values())}
        former = FormerNumber.objects.filter(number__in=numbers.values()).select_related("employee")
        known = {**{row.number: row.employee for row in former}, **now}
        if unknown := [text for text, number in numbers.items() if number not in known]:
            raise forms.ValidationError(f"登録されていない職員番号があります: {'、'.join(unknown)}")
        return list({known[number].pk: known[number] for number in numbers.values()}.values())


def _padded(text: str) -> str:
    try:
        return str(cells.code(settings.EMPLOYEE_NUMBER_WIDTH)(text))
    except ValueError:
        return ""


class CorrectForm(_Entered):
    """Another day, year, score or number of hours."""


class RevokeForm(forms.Form):
    """Why a completion is taken back."""

    reason = forms.CharField(label="取り消す理由", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class RecordForm(forms.Form):
    """Which completions go into the personnel record, and how days are written."""

    year = FiscalYearFormField(label="年度", required=False)
    since = day_field(label="修了日(から)", required=False)
    until = day_field(label="修了日(まで)", required=False)
    course = forms.ModelChoiceField(
        label="研修", queryset=Course.objects.order_by("code"), required=False, empty_label=ALL, to_field_name="code"
    )
    dates = forms.ChoiceField(
        label="日付の形", required=False, choices=[("", "西暦(2026-06-19)"), ("era", "和暦(R08.06.19)")]
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = given.get("since"), given.get("until")
        if since and until and since > until:
            self.add_error("until", "期間の終わりは、始まり以後の日付にしてください。")
        return given


class SetAsideForm(forms.Form):
    """Why the results of an account are not kept."""

    reason = forms.CharField(label="対象外にする理由", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class TakeBackForm(forms.Form):
    """Why a match was wrong."""

    reason = forms.CharField(label="照合を取り消す理由", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class UnmatchedFilter(forms.Form):
    """Narrows the results without a person."""

    q = forms.CharField(label="アカウント・氏名", required=False)
    platform = forms.ChoiceField(label="システム", required=False)
    state = forms.ChoiceField(
        label="状態", required=False, choices=[("", "未照合"), ("matched", "照合済み"), ("set_aside", "対象外")]
    )

    def __init__(self, query: Any, *, platforms: list[str]) -> None:
        super().__init__(query)
        self.fields["platform"].choices = [("", ALL), *((name, name) for name in platforms)]

    @property
    def is_active(self) -> bool:
        return any(self.data.get(name) for name in self.fields)
