"""Narrowing the certificates by what stands in the address, wording them, and taking one back; they validate only."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import django_filters  # type: ignore[import-untyped]
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from aomori_dx.kernel.eras import narrow
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Department, Employee, Posting
from training.models import Certificate, Completion, Course
from training.rules import certificates as rules

ALL = "すべて"
STATES = [("valid", "有効"), ("reissued", "再発行(有効)"), ("revoked", "失効")]


class CertificateFilter(django_filters.FilterSet):
    """Each part of the query is one condition; all but `state` say of completions what they say of certificates."""

    q = django_filters.CharFilter(label="氏名・職員番号・番号", method="search")
    year = django_filters.ChoiceFilter(label="年度", method="of_year", empty_label=ALL)
    course = django_filters.ChoiceFilter(label="研修", method="of_course", empty_label=ALL)
    department = django_filters.ChoiceFilter(label="所属", method="in_department", empty_label=ALL)
    state = django_filters.ChoiceFilter(label="状態", method="in_state", choices=STATES, empty_label=ALL)
    run = django_filters.NumberFilter(method="of_run", widget=forms.HiddenInput)

    def __init__(self, query: Any, queryset: QuerySet, *, on: date) -> None:
        super().__init__(query, queryset=queryset)
        self.on = on
        earliest = Completion.objects.order_by("fiscal_year").values("fiscal_year")[:1]
        done = Course.objects.filter(Exists(Completion.objects.filter(course=OuterRef("pk"))))
        finished = list(done.annotate(first=Subquery(earliest)))
        self.filters["course"].extra["choices"] = [(row.code, row.name) for row in finished]
        this_year = FiscalYear.containing(on)
        first = min([this_year, *(row.first for row in finished[:1])])
        years = reversed([*FiscalYear.between(first, this_year)])
        self.filters["year"].extra["choices"] = [(str(int(year)), str(year)) for year in years]
        places = Department.objects.on(on).below_bureaus().select_related("parent").in_official_order()
        self.filters["department"].extra["choices"] = [(row.code, f"{row.bureau.name} {row.name}") for row in places]

    @property
    def is_active(self) -> bool:
        return any(self.data.get(name) for name in self.filters)

    @property
    def query(self) -> str:
        """The conditions as a query, without anything else that stood in the address."""
        return urlencode([(name, value) for name in self.filters if (value := self.data.get(name))])

    @property
    def conditions(self) -> str:
        """In words, for the file."""
        names = {name: filter.label or "開催回" for name, filter in self.filters.items()}
        return "、".join(f"{names[name]}: {value}" for name in names if (value := self.data.get(name)))

    def rows(self) -> Any:
        """The certificates that meet every condition; none where a condition cannot be read."""
        return self.filter_queryset(self.queryset) if self.form.is_valid() else self.queryset.none()

    def completions(self, rows: Any) -> Any:
        """Of these completions those that meet the same conditions; none where only certificates have such a state."""
        if not self.form.is_valid() or self.data.get("state"):
            return rows.none()
        return self.filter_queryset(rows)

    def search(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        people = Q(employee__in=Employee.objects.search(text))
        if rows.model is Completion:
            return rows.filter(people)
        number = _serial(text)
        return rows.filter(people | Q(name__icontains=text) | Q(**number)) if number else rows.filter(people)

    def of_year(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(fiscal_year=FiscalYear(int(value)))

    def of_course(self, rows: QuerySet, name: str, code: str) -> QuerySet:
        return rows.filter(**{f"{_way(rows)}course__code": code})

    def of_run(self, rows: QuerySet, name: str, run: Any) -> QuerySet:
        return rows.filter(**{f"{_way(rows)}enrollment__run": int(run)})

    def in_department(self, rows: QuerySet, name: str, code: str) -> QuerySet:
        """Who is posted there on the day of asking."""
        here = Posting.objects.primary().on(self.on).filter(employee=OuterRef("employee"), department__code=code)
        return rows.filter(Exists(here))

    def in_state(self, rows: QuerySet, name: str, state: str) -> QuerySet:
        if state == "reissued":
            return rows.filter(revoked_on__isnull=True, issue__gt=1)
        return rows.filter(revoked_on__isnull=state == "valid")


def _way(rows: QuerySet) -> str:
    return "" if rows.model is Completion else "completion__"


def _serial(text: str) -> dict[str, Any]:
    """R8-00012 or 12 as conditions; nothing where the text is no number of a certificate."""
    year, _, number = narrow(text).removeprefix("第").removesuffix("号").rpartition("-")
    if not number.isascii() or not number.isdecimal() or len(number) > 6:
        return {}
    try:
        return {"number": int(number), **({"fiscal_year": FiscalYear.parse(year)} if year else {})}
    except ValueError:
        return {}


class CodeForm(forms.Form):
    """The code of a certificate, as it is typed."""

    code = forms.CharField(
        label="確認コード",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 24}),
        help_text="修了証の左下にある16文字です。大文字と小文字、ハイフンや空白の有無は問いません。",
    )

    def clean_code(self) -> str:
        return rules.code_as_typed(self.cleaned_data["code"])


class ReissueForm(forms.Form):
    """Why a certificate is issued again or taken back, and in which name."""

    reason = forms.CharField(label="理由", max_length=150, widget=forms.Textarea(attrs={"rows": 2}))
    former_name = forms.BooleanField(label="旧姓・旧氏名で発行する", required=False)

    def __init__(self, given: Any = None, *, certificate: Certificate, **more: Any) -> None:
        super().__init__(given, **more)
        former = certificate.employee.former_name
        if former:
            self.fields["former_name"].label = f"旧姓・旧氏名({former})で発行する"
            self.fields["former_name"].initial = certificate.name == former
        else:
            del self.fields["former_name"]


class CertificateTextForm(forms.Form):
    """The wording of the certificates."""

    title = forms.CharField(label="表題", max_length=60)
    body = forms.CharField(label="本文", max_length=1000, strip=False, widget=forms.Textarea(attrs={"rows": 6}))
    issuer = forms.CharField(
        label="発行者", max_length=200, widget=forms.Textarea(attrs={"rows": 2}), help_text="改行できます。"
    )

    def clean(self) -> dict[str, Any]:
        """Every text in which a placeholder is wrong says so at its own field."""
        given = super().clean() or {}
        for name in rules.WORDS:
            given[name] = given.get(name, "").replace("\r\n", "\n")
            if reason := rules.why_not(given[name]):
                self.add_error(name, reason)
        return given
