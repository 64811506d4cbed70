"""実践テーマ・実践報告: what must hold before it goes on. Each function says why not, or None."""

from datetime import datetime
from typing import Any

from aomori_dx.kernel import closing
from stages.models import PracticeReport, StageStatus

THEME = {
    "title": "実践テーマ",
    "current_work": "現在の業務",
    "tool": "手段・ツール",
    "expected_effect": "見込む効果",
}
RESULT = {
    "minutes_before": "改善前の時間",
    "minutes_after": "改善後の時間",
    "people": "関係する人数",
    "lessons": "気づき・工夫",
}
"""What a report says beside its theme; cost and reuse may be left open."""
EVERYTHING = (*THEME, *RESULT, "cost", "is_reusable", "reuse")
"""The columns that the promoter writes."""


def year_is_open(report: PracticeReport, at: datetime) -> str | None:
    """A report belongs to the fiscal year of its stage, whatever the day of the act: a closed one stays as it is."""
    return closing.hold().why_not(report.enrollment.fiscal_year)


def stage_goes_on(report: PracticeReport, at: datetime) -> str | None:
    """What was ended or judged is not worked on any more."""
    status = report.enrollment.status
    if status in (StageStatus.IN_PROGRESS, StageStatus.SUSPENDED):
        return None
    return f"この年度の育成は「{report.enrollment.get_status_display()}」のため、提出できません。"


def theme_is_written(report: PracticeReport, at: datetime) -> str | None:
    """R59: the theme, the work as it is, the tool, what is expected."""
    return _missing(report, THEME)


def report_is_written(report: PracticeReport, at: datetime) -> str | None:
    """R60: the time before and after, the people concerned, what was learnt; and how to reuse what can be reused."""
    asked = RESULT | ({"reuse": "ほかの所属での使い方"} if report.is_reusable else {})
    return _missing(report, asked)


def _missing(report: PracticeReport, asked: dict[str, str]) -> str | None:
    empty = [word for name, word in asked.items() if _is_empty(getattr(report, name))]
    return f"あと{len(empty)}項目が必要です: {'、'.join(empty)}" if empty else None


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
