"""Every move of a turn of the year as a list: narrowed, ordered, as a page and as a file."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import django_filters  # type: ignore[import-untyped]
from django.db.models import Case, F, FilteredRelation, Q, QuerySet, Value, When
from django.http import QueryDict

from aomori_dx.kernel.tables.writing import Column, Document
from aomori_dx.kernel.wareki import format_date
from staff.models import Department, Employee
from stages.documents import BATCH, STATUSES
from stages.filters import ALL, WordedFilter
from stages.models import GrowthStage, MoveKind, Promoter, Rollover, StageStatus

NUMBER = "employee__employee_number"
_PLACE = ("department__parent__sort_order", "department__sort_order", "department__code", NUMBER)
ORDERS: dict[str, Sequence[str]] = {
    "kind": ("urgency", "move__kind", *_PLACE),
    "number": (NUMBER,),
    "name": ("employee__kana_key", NUMBER),
    "place": _PLACE,
    "stage": ("move__stage__number", NUMBER),
}
"""What a column sorts by. Without a choice it is the first: whom somebody has to look at stands on top."""
KINDS = dict(MoveKind.choices)
FIELDS = (
    "number", "name", "kana", "place_code", "place", "place_bureau", "now_code", "now", "now_bureau",
    "stage_number", "stage_name", "status", "kind", "to_number", "to_name", "why", "done_at",
)  # fmt: skip
"""What a row of the file is made of, fetched as it is."""


class MoveFilter(WordedFilter):
    """Each part of the query is one condition; without any, all moves of the turn."""

    q = django_filters.CharFilter(label="氏名・職員番号", method="search")
    kind = django_filters.ChoiceFilter(label="動き", field_name="move__kind", choices=MoveKind.choices, empty_label=ALL)
    bureau = django_filters.ChoiceFilter(label="推薦所属の部局", method="from_bureau", empty_label=ALL)
    stage = django_filters.ChoiceFilter(label="新年度のステージ", field_name="move__stage__number", empty_label=ALL)

    def __init__(self, query: QueryDict, *, turn: Rollover, on: date) -> None:
        self.turn, self.on = turn, on
        of_this = FilteredRelation("rollover_moves", condition=Q(rollover_moves__rollover=turn))
        everybody = Promoter.objects.annotate(move=of_this).filter(move__rollover=turn)
        super().__init__(query, queryset=everybody)
        self.filters["stage"].extra["choices"] = [
            (str(stage.number), f"{stage.number} {stage.name}") for stage in GrowthStage.objects.all()
        ]
        self.filters["bureau"].extra["choices"] = [
            (str(row.pk), f"{row.name}(廃止)" if row.valid_to else row.name)
            for row in Department.objects.bureaus().order_by("sort_order", "name", "pk")
        ]

    def rows(self) -> Any:
        """The promoters whose move meets every condition, in order; nobody where a condition cannot be read."""
        if not self.form.is_valid():
            return self.queryset.none()
        urgency = Case(When(move__kind=MoveKind.EXCEPTION, then=Value(0)), default=Value(1))
        return self.filter_queryset(self.queryset).alias(urgency=urgency).order_by(*self._expressions())

    def _expressions(self) -> list[Any]:
        """Blanks last, and always the same order for equal rows."""
        asked = self.data.get("sort", "")
        fields = ORDERS.get(asked.removeprefix("-"), ORDERS["kind"])
        turned = asked.startswith("-")
        return [*(F(name).desc(nulls_last=True) if turned else F(name).asc(nulls_last=True) for name in fields), "pk"]

    def shown(self, rows: Any) -> Any:
        """The rows with all that the list shows: the person, the places, the year before, the move."""
        return rows.for_list(self.turn.fiscal_year.previous, self.on).annotate(
            kind=F("move__kind"),
            to_number=F("move__stage__number"),
            to_name=F("move__stage__name"),
            why=F("move__why"),
            done_at=F("move__done_at"),
        )

    def lines(self, keys: Sequence[int]) -> list[Any]:
        """These of the rows, with all that the list shows of them, in this order."""
        found = self.shown(self.queryset.filter(pk__in=keys)).in_bulk()
        return [found[key] for key in keys if key in found]

    def search(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(employee__in=Employee.objects.search(text))

    def from_bureau(self, rows: Any, name: str, bureau: str) -> QuerySet:
        return rows.nominated_from(int(bureau))


def document(wanted: MoveFilter, *, count: int) -> Document:
    """The list of moves as `wanted` has it, one promoter a row."""
    turn = wanted.turn
    last = turn.fiscal_year.previous

    def rows() -> Iterable[Any]:
        return wanted.shown(wanted.rows()).values_list(*FIELDS, named=True).iterator(chunk_size=BATCH)

    return Document(
        title=f"年度更新の明細_{turn.fiscal_year.short}",
        columns=[*_person(wanted.on), *_before(last.short), *_move(turn.fiscal_year.short)],
        rows=rows,
        about=(
            ("内容", "DX推進員1人を1行とする、年度更新の明細です。"),
            ("新年度", f"{int(turn.fiscal_year)}({turn.fiscal_year.short})"),
            ("進行", turn.get_state_display()),
            ("基準日", f"{wanted.on.isoformat()}({format_date(wanted.on)})"),
            ("件数", f"{count}件"),
            ("条件", wanted.in_words or "なし(全件)"),
            ("空欄", "該当がないことを表します。0とは異なります。"),
        ),
        codes=(
            *(("動き", code, word) for code, word in MoveKind.choices),
            *(("育成の状態", code, word) for code, word in StageStatus.choices),
            *(("育成ステージ", str(stage.number), stage.name) for stage in GrowthStage.objects.all()),
        ),
    )


def _person(on: date) -> list[Column]:
    day = f"{format_date(on)}現在の主たる配属"
    return [
        Column("職員番号", "employee_number", lambda row: row.number, "先頭の0を含む文字列"),
        Column("氏名", "name", lambda row: row.name),
        Column("氏名カナ", "kana", lambda row: row.kana or None),
        Column("推薦所属の部局", "nominating_bureau", lambda row: row.place_bureau, "推薦した時点の部局"),
        Column("推薦所属コード", "nominating_department_code", lambda row: row.place_code, "先頭の0を含む文字列"),
        Column("推薦所属", "nominating_department", lambda row: row.place, "推薦した時点の名称"),
        Column("現在の部局", "bureau", lambda row: row.now_bureau, day),
        Column("現在の所属コード", "department_code", lambda row: row.now_code, f"{day}(先頭の0を含む文字列)"),
        Column("現在の所属", "department", lambda row: row.now, day),
    ]


def _before(year: str) -> list[Column]:
    return [
        Column(f"{year}のステージコード", "from_stage_code", lambda row: row.stage_number, "前年度の育成"),
        Column(f"{year}のステージ", "from_stage", lambda row: row.stage_name, "前年度の育成"),
        Column(f"{year}の状態コード", "from_status_code", lambda row: row.status, "コード表を参照"),
        Column(f"{year}の状態", "from_status", lambda row: STATUSES.get(row.status), "前年度の育成"),
    ]


def _move(year: str) -> list[Column]:
    return [
        Column("動きコード", "move_code", lambda row: row.kind, "コード表を参照"),
        Column("動き", "move", lambda row: KINDS[row.kind], "年度更新で行うこと"),
        Column(f"{year}のステージコード", "to_stage_code", lambda row: row.to_number, "新年度の育成"),
        Column(f"{year}のステージ", "to_stage", lambda row: row.to_name, "新年度の育成"),
        Column("理由", "why", lambda row: row.why, "そう判断した根拠"),
        Column("実行日時", "done_at", lambda row: row.done_at.isoformat() if row.done_at else None, "ISO 8601"),
    ]
