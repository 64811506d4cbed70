"""What only the officer knows of an e-learning file, and what was answered."""

import re
from dataclasses import dataclass, field
from datetime import date

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.reading import Table
from aomori_dx.kernel.tables.report import Question, Report
from aomori_dx.kernel.text import fold
from training.imports.elearning_reading import is_list

UDEMY, MOODLE, OTHER = "Udemy", "Moodle", "その他"
PLATFORMS = (UDEMY, MOODLE, OTHER)
LAST_MONTH_OF_GRACE = 6
"""Work of a fiscal year that is finished from April to June may count for the year before (E25)."""
LEAVE, ALL, ROWS = "", "all", "rows"
_ROWS = re.compile(r"([0-9]+)(?:[-~〜]([0-9]+))?")


@dataclass(frozen=True)
class Answers:
    """`year`: results of its successor's first months count for it (None: each for its own). `correct`: rows of the
    file (None: all) whose contradiction to a completion on record is right."""

    platform: str
    utc: bool
    year: FiscalYear | None
    correct: frozenset[int] | None
    given: dict[str, str]
    _years: dict[date, FiscalYear] = field(default_factory=dict, repr=False)

    def year_of(self, day: date) -> FiscalYear:
        """For which year a result of `day` counts. The same days come again and again."""
        if day not in self._years:
            own = FiscalYear.containing(day)
            early = own.first_day.month <= day.month <= LAST_MONTH_OF_GRACE
            moved = self.year is not None and early and own == self.year.next
            self._years[day] = own.previous if moved else own
        return self._years[day]

    def is_right(self, row: int) -> bool:
        return self.correct is None or row in self.correct


def answers(table: Table, report: Report) -> Answers:
    """What was answered; what cannot be read is an error of the file."""
    given = table.choices.extra
    platform = given.get("platform") or _platform(table)
    year = FiscalYear(int(given["year"])) if given.get("year", "").isdigit() else None
    return Answers(platform, given.get("time") == "utc", year, _rows(given, report), given)


def _platform(table: Table) -> str:
    """Told by the form: the columns of Udemy, the reports of Moodle."""
    headers = {fold(header) for header in table.headers}
    if {"userーemail", fold("user_email")} & headers or any(header.startswith("item_") for header in headers):
        return UDEMY
    return OTHER if is_list(table) else MOODLE


def _rows(given: dict[str, str], report: Report) -> frozenset[int] | None:
    if given.get("correct") == ALL:
        return None
    if given.get("correct") != ROWS:
        return frozenset()
    written = cells.narrow(given.get("correct_rows", ""))
    parts = [part for part in re.split(r"[\s,、]+", written) if part]
    found: set[int] = set()
    for part in parts:
        match = _ROWS.fullmatch(part)
        if not match or int(match[2] or match[1]) - int(match[1]) > 500_000:
            report.error(None, "訂正する行", part, "行の番号は「12, 15-20」の形で入力してください。")
            continue
        found.update(range(int(match[1]), int(match[2] or match[1]) + 1))
    return frozenset(found)


def ask(report: Report, answered: Answers, *, timed: bool, years: set[FiscalYear], contradicted: int) -> None:
    """Put the questions that this file raises, besides those about its courses."""
    question = report.questions.append
    help_text = "職員のアカウントと研修の名称は、システムごとに覚えます。"
    words: list[tuple[str, str]] = [(name, name) for name in PLATFORMS]
    question(Question("platform", "システム", words, answered.platform, help_text))
    if timed:
        zones = [("", "日本時間"), ("utc", "UTC(協定世界時)")]
        question(Question("time", "時刻の基準", zones, "", "UTCを選ぶと、9時間進めて日本の日付にします。"))
    if years:
        words = [("", "修了日の年度とする")]
        for year in sorted(years):
            words.append((str(int(year.previous)), f"{year}の4月から6月までの修了を、{year.previous}の修了とする"))
        question(Question("year", "年度", words, "", "前の年度の課題を年度明けに終えたときに選びます。"))
    if contradicted:
        words = [
            (LEAVE, "登録済みの修了を残す"),
            (ALL, f"すべてファイルのとおりに訂正する({contradicted:,}件)"),
            (ROWS, "行を選んで訂正する"),
        ]
        question(Question("correct", "登録済みの修了と違う行", words, "", "未修了に訂正すると、修了は取り消されます。"))
        question(
            Question("correct_rows", "訂正する行", [], "", "「行を選んで訂正する」のときの行の番号(例 12, 15-20)。")
        )
