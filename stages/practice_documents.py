"""Practice reports, the library and examinations as machine-readable tables."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.writing import Column, Document
from aomori_dx.kernel.wareki import format_date
from stages.documents import BATCH, iso, wareki
from stages.models import GrowthStage, PracticeStatus, ProofState

STATES, PROOFS = dict(PracticeStatus.choices), dict(ProofState.choices)
BOARD_FIELDS = (
    "number", "person", "kana", "now_code", "now", "now_bureau", "stage_number", "stage_name", "report_status", "title",
    "tool", "minutes_before", "minutes_after", "people", "hours", "submitted_at", "approved_on", "due", "extended_to",
)  # fmt: skip
LIBRARY_FIELDS = (
    "pk", "fiscal_year", "stage_number", "stage_name", "bureau", "place", "person", "title", "current_work", "tool",
    "expected_effect", "minutes_before", "minutes_after", "hours", "people", "cost", "is_reusable", "reuse", "lessons",
    "approved_on",
)  # fmt: skip
EXAMINATION_FIELDS = (
    "number", "person", "kana", "now", "name", "passed_on", "result", "state", "reported_at", "confirmed_on", "note",
)  # fmt: skip
BLANK = ("空欄", "該当がないことを表します。0とは異なります。")
HOURS = "1年の削減時間。単位は時間。(改善前-改善後)×12÷60。負の数は増加"


def board(rows: Any, *, fiscal_year: FiscalYear, on: date, count: int, conditions: str) -> Document:
    """One row a promoter who owes a report of the year, or has written one."""
    year, era = int(fiscal_year), fiscal_year.short
    return Document(
        title=f"実践報告_{fiscal_year.short}",
        columns=[
            Column("年度(西暦)", "fiscal_year", lambda row: year, "4月から翌年3月まで"),
            Column("年度(和暦)", "fiscal_year_era", lambda row: era),
            Column("職員番号", "employee_number", lambda row: row.number, "先頭の0を含む文字列"),
            Column("氏名", "name", lambda row: row.person),
            Column("氏名カナ", "kana", lambda row: row.kana or None),
            Column("現在の部局", "present_bureau", lambda row: row.now_bureau),
            Column("現在の所属コード", "present_department_code", lambda row: row.now_code, "先頭の0を含む文字列"),
            Column("現在の所属", "present_department", lambda row: row.now),
            *_stage(),
            Column("状態コード", "status_code", lambda row: row.report_status, "コード表を参照。空欄は未着手"),
            Column("状態", "status", lambda row: STATES.get(row.report_status)),
            *_result(),
            Column("期限", "due_on", lambda row: iso(row.due), "ISO 8601"),
            Column("延長した期限", "extended_to", lambda row: iso(row.extended_to), "ISO 8601"),
            Column("提出年月日", "submitted_on", lambda row: iso(_day(row.submitted_at)), "ISO 8601"),
            Column("承認年月日", "approved_on", lambda row: iso(row.approved_on), "ISO 8601"),
        ],
        rows=lambda: rows.values_list(*BOARD_FIELDS, named=True).iterator(chunk_size=BATCH),
        about=(
            ("内容", "実践報告の対象となるDX推進員1人を1行とする一覧です。"),
            ("年度", f"{year}({era})"),
            ("基準日", f"{on.isoformat()}({format_date(on)})"),
            ("件数", f"{count}件"),
            ("条件", conditions or "なし(全件)"),
            BLANK,
        ),
        codes=(*(("状態", code, word) for code, word in PracticeStatus.choices), *_stage_codes()),
    )


def library(rows: Any, *, on: date, count: int, conditions: str) -> Document:
    """One row an approved report that its writer has not kept out."""
    return Document(
        title="実践報告事例集",
        columns=[
            Column("報告番号", "report_id", lambda row: row.pk, "このシステムでの報告の番号"),
            Column("年度(西暦)", "fiscal_year", lambda row: int(row.fiscal_year), "4月から翌年3月まで"),
            Column("年度(和暦)", "fiscal_year_era", lambda row: row.fiscal_year.short),
            *_stage(),
            Column("部局", "bureau", lambda row: row.bureau, "報告した時点の部局"),
            Column("所属", "department", lambda row: row.place, "報告した時点の名称"),
            Column("氏名", "name", lambda row: row.person),
            *_result(),
            Column("現在の業務", "current_work", lambda row: row.current_work),
            Column("見込む効果", "expected_effect", lambda row: row.expected_effect),
            Column("費用", "cost", lambda row: row.cost, "単位は円"),
            Column("ほかの所属でも使える", "is_reusable", lambda row: int(row.is_reusable), "1は使える"),
            Column("ほかの所属での使い方", "reuse", lambda row: row.reuse or None),
            Column("気づき・工夫", "lessons", lambda row: row.lessons or None),
            Column("承認年月日", "approved_on", lambda row: iso(row.approved_on), "ISO 8601"),
            Column("承認年月日(和暦)", "approved_on_era", lambda row: wareki(row.approved_on)),
        ],
        rows=lambda: rows.values_list(*LIBRARY_FIELDS, named=True).iterator(chunk_size=BATCH),
        about=(
            ("内容", "承認された実践報告1件を1行とする一覧です。本人が載せないことにしたものは含みません。"),
            ("基準日", f"{on.isoformat()}({format_date(on)})"),
            ("件数", f"{count}件"),
            ("条件", conditions or "なし(全件)"),
            BLANK,
        ),
        codes=_stage_codes(),
    )


def examinations(rows: Any, *, on: date, count: int, conditions: str) -> Document:
    """One row an examination that was reported."""
    return Document(
        title="資格・検定の一覧",
        columns=[
            Column("職員番号", "employee_number", lambda row: row.number, "先頭の0を含む文字列"),
            Column("氏名", "name", lambda row: row.person),
            Column("氏名カナ", "kana", lambda row: row.kana or None),
            Column("現在の所属", "present_department", lambda row: row.now),
            Column("資格・検定", "examination", lambda row: row.name),
            Column("合格年月日", "passed_on", lambda row: iso(row.passed_on), "ISO 8601"),
            Column("結果", "result", lambda row: row.result or None),
            Column("確認コード", "state_code", lambda row: row.state, "コード表を参照"),
            Column("確認", "state", lambda row: PROOFS[row.state]),
            Column("報告年月日", "reported_on", lambda row: iso(_day(row.reported_at)), "ISO 8601"),
            Column("確認年月日", "confirmed_on", lambda row: iso(row.confirmed_on), "ISO 8601"),
            Column("理由", "note", lambda row: row.note or None),
        ],
        rows=lambda: rows.values_list(*EXAMINATION_FIELDS, named=True).iterator(chunk_size=BATCH),
        about=(
            ("内容", "DX推進員が報告した資格・検定の合格1件を1行とする一覧です。"),
            ("基準日", f"{on.isoformat()}({format_date(on)})"),
            ("件数", f"{count}件"),
            ("条件", conditions or "なし(全件)"),
            BLANK,
        ),
        codes=tuple(("確認", code, word) for code, word in ProofState.choices),
    )


def _stage() -> list[Column]:
    return [
        Column("育成ステージ番号", "stage_number", lambda row: row.stage_number),
        Column("育成ステージ", "stage", lambda row: row.stage_name),
    ]


def _result() -> list[Column]:
    return [
        Column("実践テーマ", "title", lambda row: row.title or None),
        Column("手段・ツール", "tool", lambda row: row.tool or None),
        Column("改善前の時間", "minutes_before", lambda row: row.minutes_before, "業務全体。単位は分/月"),
        Column("改善後の時間", "minutes_after", lambda row: row.minutes_after, "業務全体。単位は分/月"),
        Column("削減時間", "hours_saved", lambda row: _hours(row.hours), HOURS),
        Column("関係する人数", "people", lambda row: row.people, "単位は人"),
    ]


def _stage_codes() -> tuple[tuple[str, str, str], ...]:
    return tuple(("育成ステージ", str(row.number), row.name) for row in GrowthStage.objects.all())


def _hours(hours: float | None) -> Decimal | None:
    return None if hours is None else Decimal(str(round(hours, 2)))


def _day(moment: datetime | None) -> date | None:
    return day_of(moment) if moment else None
