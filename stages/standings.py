"""進み具合の見立て: everybody who is in a stage, by how they stand, as a list and as a machine-readable table."""

from datetime import date
from typing import Any

import django_filters  # type: ignore[import-untyped]
from django.db.models import Count, F, QuerySet
from django.http import QueryDict

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.writing import Column, Document
from aomori_dx.kernel.wareki import format_date
from staff.models import Employee
from stages.filters import ALL, WordedFilter, bureaus
from stages.models import GrowthStage, Promoter, StageProgress, StageStatus, Standing
from stages.querysets import WORST_FIRST

STANDINGS = dict(Standing.choices)
AT_RISK = (Standing.CONTRADICTORY, Standing.STUCK, Standing.BEHIND)
ORDERS = {
    "standing": ("rank", "stage_number", "number"),
    "number": ("number",),
    "name": ("kana_key", "number"),
    "now": ("now_code", "number"),
    "cohort": ("cohort", "number"),
    "stage": ("stage_number", "rank", "number"),
    "last": ("last_fact_on", "number"),
}


class StandingFilter(WordedFilter):
    """Each part of the query is one condition. Without any: whoever is in a stage this year, the worst first."""

    q = django_filters.CharFilter(label="氏名・職員番号", method="search")
    standing = django_filters.ChoiceFilter(label="見立て", choices=Standing.choices, empty_label=ALL)
    bureau = django_filters.ChoiceFilter(label="推薦所属の部局", method="from_bureau", empty_label=ALL)
    stage = django_filters.ChoiceFilter(label="育成ステージ", field_name="enrollment__stage__number", empty_label=ALL)
    cohort = django_filters.ChoiceFilter(label="任命年度", method="of_cohort", empty_label=ALL)

    def __init__(self, query: QueryDict, *, on: date) -> None:
        self.on, self.year = on, FiscalYear.containing(on)
        super().__init__(query, queryset=StageProgress.objects.to_be_looked_at(self.year))
        self.filters["bureau"].extra["choices"] = bureaus()
        stages = GrowthStage.objects.order_by("number")
        self.filters["stage"].extra["choices"] = [(str(row.number), f"{row.number} {row.name}") for row in stages]
        years = FiscalYear.between(FiscalYear(self.year.start_year - 9), self.year)
        self.filters["cohort"].extra["choices"] = [(str(int(year)), str(year)) for year in reversed(list(years))]

    @property
    def order(self) -> str:
        asked = self.data.get("sort", "").removeprefix("-")
        return asked if asked in ORDERS else next(iter(ORDERS))

    def rows(self) -> Any:
        """Those that meet every condition, with all that the list shows; nobody where a condition cannot be read."""
        found: Any = self.filter_queryset(self.queryset) if self.form.is_valid() else self.queryset.none()
        turned = self.data.get("sort", "").startswith("-")
        fields = [F(name) for name in ORDERS[self.order]]
        terms = [field.desc(nulls_last=True) if turned else field.asc(nulls_last=True) for field in fields]
        return found.with_people(self.on).order_by(*terms, "pk")

    def search(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(enrollment__promoter__employee__in=Employee.objects.search(text))

    def from_bureau(self, rows: QuerySet, name: str, bureau: str) -> QuerySet:
        return rows.filter(enrollment__promoter__in=Promoter.objects.all().nominated_from(int(bureau)))

    def of_cohort(self, rows: QuerySet, name: str, year: str) -> QuerySet:
        return rows.filter(enrollment__promoter__cohort=FiscalYear(int(year)))


def counts(on: date) -> dict[str, int]:
    """How many stand how, this year, the worst first; in one query."""
    rows = StageProgress.objects.to_be_looked_at(FiscalYear.containing(on))
    found = dict(rows.order_by().values_list("standing").annotate(Count("pk")))
    return {code: found.get(code, 0) for code in WORST_FIRST}


def at_risk(on: date) -> int:
    """How many of this year are behind, stuck or contradictory (R73)."""
    rows = StageProgress.objects.to_be_looked_at(FiscalYear.containing(on))
    return rows.filter(standing__in=AT_RISK).count()


def document(rows: QuerySet, *, on: date, count: int, conditions: str) -> Document:
    """One year in a stage a row."""
    return Document(
        title="進み具合の見立て",
        columns=[*_person(), *_progress()],
        rows=lambda: rows.iterator(chunk_size=2_000),
        codes=[
            *(("見立て", code, str(word)) for code, word in Standing.choices),
            *(("育成の状態", code, str(word)) for code, word in StageStatus.choices),
        ],
        about=(
            ("内容", "年度の育成が続いている人と、記録に矛盾のある人を、1人1年度1行とする一覧です。"),
            ("基準日", f"{on.isoformat()}({format_date(on)})"),
            ("条件", conditions or "なし"),
            ("件数", f"{count}件"),
        ),
    )


def _person() -> list[Column]:
    return [
        Column("職員番号", "employee_number", lambda row: row.number, "先頭の0を含む文字列"),
        Column("氏名", "name", lambda row: row.name),
        Column("現在の部局", "bureau", lambda row: row.now_bureau, "基準日現在の主たる配属"),
        Column("現在の所属コード", "department_code", lambda row: row.now_code, "先頭の0を含む文字列"),
        Column("現在の所属", "department", lambda row: row.now, "基準日現在の主たる配属"),
        Column("任命年度(西暦)", "cohort", lambda row: int(row.cohort)),
        Column("任命年度(和暦)", "cohort_era", lambda row: row.cohort.short),
        Column("育成の年度(西暦)", "fiscal_year", lambda row: int(row.fiscal_year)),
        Column("育成の年度(和暦)", "fiscal_year_era", lambda row: row.fiscal_year.short),
        Column("育成ステージコード", "stage_code", lambda row: row.stage_number),
        Column("育成ステージ", "stage", lambda row: row.stage_name),
        Column("育成の状態コード", "status_code", lambda row: row.status, "コード表を参照"),
        Column("育成の状態", "status", lambda row: str(StageStatus(row.status).label)),
    ]


def _progress() -> list[Column]:
    return [
        Column("見立てコード", "standing_code", lambda row: row.standing, "コード表を参照"),
        Column("見立て", "standing", lambda row: STANDINGS[row.standing]),
        Column("提案", "proposal", lambda row: row.proposal or None),
        Column("済んだ項目", "done", lambda row: row.done, "", "件"),
        Column("求められる項目", "asked", lambda row: row.asked, "", "件"),
        Column("済んだ時間数", "hours_done", lambda row: row.hours_done, "", "時間"),
        Column("求められる時間数", "hours_asked", lambda row: row.hours_asked, "", "時間"),
        Column("要件を満たした日", "met_on", lambda row: row.met_on and row.met_on.isoformat(), "ISO 8601"),
        Column("要件を満たした日(和暦)", "met_on_era", lambda row: row.met_on and format_date(row.met_on)),
        Column("最後に進んだ日", "last_fact_on", lambda row: row.last_fact_on and row.last_fact_on.isoformat()),
        Column("残り", "missing", lambda row: "、".join(part["words"] for part in row.missing) or None),
    ]
