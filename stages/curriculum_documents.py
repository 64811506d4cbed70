"""Curricula, and what a revision changes for whom, as machine-readable tables."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.writing import Column, Document
from aomori_dx.kernel.wareki import format_date
from stages.curriculum_preview import VERDICTS, Line
from stages.documents import iso
from stages.models import Curriculum, CurriculumItem, CurriculumState

WAYS = {
    "elearning": "eラーニング",
    "classroom": "集合研修",
    "hands_on": "ハンズオン研修",
    "groupware": "グループウェア操作研修",
    "practice": "実践報告",
    "examination": "資格・検定",
}


def items(rows: Any, *, title: str, on: date, count: int, conditions: str) -> Document:
    """One item of a version a row (縦持ち): `rows` are CurriculumItem with course, curriculum, stage and track."""
    return Document(
        title=title,
        columns=[*_version(), *_item()],
        rows=lambda: rows,
        about=(
            ("内容", "カリキュラムの項目1つを1行とする一覧です。"),
            ("基準日", f"{on.isoformat()}({format_date(on)})"),
            ("件数", f"{count}件"),
            ("条件", conditions or "なし(全件)"),
            ("空欄", "該当がないことを表します。0とは異なります。"),
        ),
        codes=(
            *(("公開の状態", code, word) for code, word in CurriculumState.choices),
            *(("方法", code, word) for code, word in WAYS.items()),
        ),
    )


def _version() -> list[Column]:
    def of(read: Any) -> Any:
        return lambda row: read(row.curriculum)

    return [
        Column("年度(西暦)", "fiscal_year", of(lambda row: int(row.fiscal_year)), "4月から翌年3月まで"),
        Column("年度(和暦)", "fiscal_year_era", of(lambda row: row.fiscal_year.short)),
        Column("ステージ番号", "stage_number", of(lambda row: row.stage.number)),
        Column("ステージ", "stage", of(lambda row: row.stage.name)),
        Column("キャリアプランコード", "track_code", of(lambda row: row.track and row.track.code), "空欄は共通"),
        Column("キャリアプラン", "track", of(lambda row: row.for_whom)),
        Column("版", "version", of(lambda row: row.version)),
        Column("公開の状態コード", "state_code", of(lambda row: row.state), "コード表を参照"),
        Column("公開の状態", "state", of(lambda row: str(row.get_state_display()))),
        Column("適用日", "valid_from", of(lambda row: iso(row.valid_from)), "ISO 8601"),
        Column("修了の期限", "deadline", of(lambda row: iso(row.deadline)), "ISO 8601"),
        Column("選択項目の数", "electives", of(lambda row: row.electives), "選ぶ必要のある数", "項目"),
        Column("選択項目の時間数", "elective_minutes", of(lambda row: int(row.elective_hours * 60)), "選ぶ必要", "分"),
        Column("改定の理由", "reason", of(lambda row: row.reason or None)),
    ]


def _item() -> list[Column]:
    return [
        Column("並び順", "position", lambda row: row.position),
        Column("方法コード", "way_code", lambda row: row.way, "コード表を参照"),
        Column("方法", "way", lambda row: row.way_word),
        Column("研修コード", "course_code", lambda row: row.course and row.course.code, "研修でない項目は空欄"),
        Column("項目名", "title", lambda row: row.title),
        Column("必修", "is_required", lambda row: int(row.is_required), "1は必修、0は選択"),
        Column("時間数", "minutes", lambda row: int(row.hours * 60), "", "分"),
        Column("修了の条件", "pass_rule", lambda row: row.pass_rule),
        Column("項目の期限", "due_on", lambda row: iso(row.due_on), "ISO 8601。空欄は修了の期限と同じ"),
        Column("スキル標準", "skill", lambda row: row.skill or None),
    ]


def changes(lines: Sequence[Line], *, curriculum: Curriculum, on: date, conditions: str) -> Document:
    """One person a row."""
    year: FiscalYear = curriculum.fiscal_year
    return Document(
        title=f"カリキュラムの切替の影響_{year.short}_第{curriculum.version}版",
        columns=[
            Column("年度(西暦)", "fiscal_year", lambda row: int(year), "4月から翌年3月まで"),
            Column("ステージ番号", "stage_number", lambda row: curriculum.stage.number),
            Column("職員番号", "employee_number", lambda row: _person(row).employee_number, "先頭の0を含む文字列"),
            Column("氏名", "name", lambda row: _person(row).name),
            Column("キャリアプラン", "track", lambda row: row.enrollment.track and row.enrollment.track.name),
            Column("今の版", "version_now", lambda row: row.old.curriculum.version),
            Column("切替後の版", "version_new", lambda row: curriculum.version),
            Column("済んだ項目(今)", "done_before", lambda row: row.done_before, "", "項目"),
            Column("済んだ項目(切替後)", "done_after", lambda row: row.done_after, "", "項目"),
            Column("加わる項目", "comes", lambda row: _titles(row.comes)),
            Column("加わる項目のうち済み", "comes_done", lambda row: _titles(row.comes_done)),
            Column("なくなる項目", "goes", lambda row: _titles(row.goes)),
            Column("なくなる項目のうち済み", "goes_done", lambda row: _titles(row.goes_done)),
            Column("必修になる項目", "hardens", lambda row: _titles(row.hardens)),
            Column("選択になる項目", "softens", lambda row: _titles(row.softens)),
            Column("修了への影響コード", "verdict_code", lambda row: row.verdict, "コード表を参照"),
            Column("修了への影響", "verdict", lambda row: row.verdict_word),
        ],
        rows=lambda: lines,
        about=(
            ("内容", f"「{curriculum}」に切り替えたときに、1人ごとに何が変わるかの一覧です。"),
            ("基準日", f"{on.isoformat()}({format_date(on)})"),
            ("件数", f"{len(lines)}件"),
            ("条件", conditions or "なし(全件)"),
        ),
        codes=tuple(("修了への影響", code, word) for code, word in VERDICTS.items()),
    )


def _person(row: Line) -> Any:
    return row.enrollment.promoter.employee


def _titles(found: Sequence[CurriculumItem]) -> str | None:
    return "、".join(item.title for item in found) or None
