"""意向確認: everybody who is asked, with the answer, narrowed by what stands in the address; a list and a table."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import django_filters  # type: ignore[import-untyped]
from django.db.models import F, FilteredRelation, Q, QuerySet
from django.http import QueryDict

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.writing import Column, Document
from aomori_dx.kernel.wareki import format_date
from staff.models import Employee
from stages.filters import ALL, WordedFilter, bureaus
from stages.models import CareerTrack, GrowthStage, WishAnswer, WishCall
from stages.services import wishes

UNANSWERED = "none"
WORDS = {**{str(code): str(word) for code, word in WishAnswer.choices}, UNANSWERED: "未回答"}
_PLACE = ("post__department__parent__sort_order", "post__department__sort_order", "now_code", "number")
ORDERS: dict[str, Sequence[str]] = {
    "now": _PLACE,
    "name": ("kana_key", "number"),
    "stage": ("stage_number", *_PLACE),
    "answer": ("answer", *_PLACE),
    "answered": ("answered_at", *_PLACE),
}


class WishFilter(WordedFilter):
    """Each part of the query is one condition; without any, everybody who is asked about the year."""

    GIVEN = frozenset({"year"})

    year = django_filters.ChoiceFilter(label="年度", method="of_year", empty_label=None)
    q = django_filters.CharFilter(label="氏名・職員番号", method="search")
    answer = django_filters.ChoiceFilter(label="意向", method="by_answer", choices=list(WORDS.items()), empty_label=ALL)
    track = django_filters.ChoiceFilter(label="キャリアプラン", field_name="track_code", empty_label=ALL)
    bureau = django_filters.ChoiceFilter(label="現在の部局", method="in_bureau", empty_label=ALL)
    stage = django_filters.ChoiceFilter(label="今年度のステージ", field_name="stage_number", empty_label=ALL)

    def __init__(self, query: QueryDict, *, year: FiscalYear, on: date) -> None:
        """`year`: the one to come, about which they are asked."""
        self.year, self.on = year, on
        plain = query.copy()
        plain["year"] = str(int(year))
        super().__init__(plain, queryset=_rows(year, on))
        offered = sorted({*WishCall.objects.values_list("fiscal_year", flat=True), year})
        self.filters["year"].extra["choices"] = [(str(int(each)), str(each)) for each in offered]
        self.filters["track"].extra["choices"] = list(CareerTrack.objects.values_list("code", "name"))
        self.filters["bureau"].extra["choices"] = bureaus()
        stages = GrowthStage.objects.order_by("number")
        self.filters["stage"].extra["choices"] = [(str(row.number), f"{row.number} {row.name}") for row in stages]

    def rows(self) -> Any:
        """Those who meet every condition, in order; nobody where a condition cannot be read."""
        found = self.filter_queryset(self.queryset) if self.form.is_valid() else self.queryset.none()
        asked = self.data.get("sort", "")
        turned = asked.startswith("-")
        fields = [F(name) for name in ORDERS.get(asked.removeprefix("-"), _PLACE)]
        terms = [field.desc(nulls_last=True) if turned else field.asc(nulls_last=True) for field in fields]
        return found.order_by(*terms, "pk")

    def of_year(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """The rows are those of the year already."""
        return rows

    def search(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(employee__in=Employee.objects.search(text))

    def in_bureau(self, rows: QuerySet, name: str, bureau: str) -> QuerySet:
        above = Q(post__department__parent=bureau) | Q(post__department__parent__parent=bureau)
        return rows.filter(above | Q(post__department=bureau))

    def by_answer(self, rows: QuerySet, name: str, answer: str) -> QuerySet:
        return rows.filter(wish__isnull=True) if answer == UNANSWERED else rows.filter(wish__answer=answer)


def _rows(year: FiscalYear, on: date) -> Any:
    posted = Q(employee__postings__is_primary=True, employee__postings__valid_from__lte=on)
    posted &= Q(employee__postings__valid_to__gt=on) | Q(employee__postings__valid_to__isnull=True)
    asked = wishes.asked(year, on=on)
    return asked.annotate(
        wish=FilteredRelation("wishes", condition=Q(wishes__fiscal_year=year)),
        post=FilteredRelation("employee__postings", condition=posted),
        training=FilteredRelation("enrollments", condition=Q(enrollments__fiscal_year=year.previous)),
        number=F("employee__employee_number"),
        name=F("employee__name"),
        kana_key=F("employee__kana_key"),
        now=F("post__department__name"),
        now_code=F("post__department__code"),
        now_bureau=F("post__department__parent__name"),
        stage_number=F("training__stage__number"),
        stage_name=F("training__stage__name"),
        answer=F("wish__answer"),
        track_code=F("wish__track__code"),
        track_name=F("wish__track__name"),
        words=F("wish__words"),
        answered_at=F("wish__answered_at"),
    )


def document(rows: QuerySet, *, year: FiscalYear, on: date, count: int, conditions: str) -> Document:
    """One person a row."""
    return Document(
        title=f"意向確認_{year.short}",
        columns=[
            Column("職員番号", "employee_number", lambda row: row.number, "先頭の0を含む文字列"),
            Column("氏名", "name", lambda row: row.name),
            Column("現在の部局", "bureau", lambda row: row.now_bureau, "基準日現在の主たる配属"),
            Column("現在の所属コード", "department_code", lambda row: row.now_code, "先頭の0を含む文字列"),
            Column("現在の所属", "department", lambda row: row.now, "基準日現在の主たる配属"),
            Column("任命年度(西暦)", "cohort", lambda row: int(row.cohort)),
            Column("任命年度(和暦)", "cohort_era", lambda row: row.cohort.short),
            Column("今年度のステージコード", "stage_code", lambda row: row.stage_number),
            Column("今年度のステージ", "stage", lambda row: row.stage_name),
            Column("意向コード", "answer_code", lambda row: row.answer or UNANSWERED, "コード表を参照"),
            Column("意向", "answer", lambda row: WORDS[row.answer or UNANSWERED]),
            Column("キャリアプランコード", "track_code", lambda row: row.track_code),
            Column("キャリアプラン", "track", lambda row: row.track_name),
            Column("ひとこと", "words", lambda row: row.words or None),
            Column("回答日", "answered_on", lambda row: row.answered_at and day_of(row.answered_at).isoformat()),
        ],
        rows=lambda: rows.iterator(chunk_size=2_000),
        codes=[("意向", code, word) for code, word in WORDS.items()],
        about=(
            ("内容", f"{year}に向けた意向確認の対象者と回答を、1人1行とする一覧です。"),
            ("基準日", f"{on.isoformat()}({format_date(on)})"),
            ("条件", conditions or "なし"),
            ("件数", f"{count}件"),
        ),
    )
