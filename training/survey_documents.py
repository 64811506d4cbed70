"""Survey results as tables: one row a run and question; and what was written, one row a text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from aomori_dx.kernel.tables.writing import Column, Document
from aomori_dx.kernel.wareki import format_date
from training.models import CourseRun, Question, QuestionKind, Survey
from training.survey_results import FEWEST, Result, Tally

KINDS = [("種類", str(kind.value), str(kind.label)) for kind in QuestionKind]
NO_NAMES = f"氏名は含みません。回答が{FEWEST}件に満たない開催回は、件数だけを載せ、内訳は空欄にしています。"


@dataclass(frozen=True)
class _Row:
    result: Result
    run: CourseRun
    number: int
    question: Question | None
    tally: Tally | None


def numbers(results: Sequence[Result], questions: dict[int, list[Question]], *, on: date) -> Document:
    """Every question of every survey with its counts. `questions`: by questionnaire."""
    rows = [
        _Row(result, result.survey.run, number, question, result.tallies[number - 1] if result.is_told else None)
        for result in results
        if result.survey is not None
        for number, question in enumerate(questions.get(result.survey.questionnaire_id, []), 1)
    ]
    return Document(
        title="アンケートの結果",
        columns=[
            *_run_columns(lambda row: row.run),
            Column("依頼した人数", "asked", lambda row: row.result.asked, unit="人"),
            Column("回答した人数", "answered", lambda row: row.result.answered, unit="人"),
            Column("問", "question_number", lambda row: row.number),
            Column("質問", "question", lambda row: row.question.text),
            Column("種類", "kind", lambda row: row.question.get_kind_display()),
            Column("種類コード", "kind_code", lambda row: row.question.kind, "コード表を参照"),
            Column("回答数", "answers", lambda row: row.tally.answers if row.tally else None, unit="件"),
            *[
                _chosen(QuestionKind.SCALE, number, f"{number}の回答数", f"scale_{number}")
                for number in range(5, 0, -1)
            ],
            _chosen(QuestionKind.YES_NO, 1, "はいの回答数", "yes"),
            _chosen(QuestionKind.YES_NO, 0, "いいえの回答数", "no"),
            Column("平均", "mean", _mean, "5段階の平均。5がもっともよい"),
        ],
        rows=lambda: rows,
        about=(
            ("内容", "アンケートの質問1つ(開催回ごと)を1行とする一覧です。"),
            ("個人情報", NO_NAMES),
            ("基準日", f"{on.isoformat()}({format_date(on)})"),
            ("件数", f"{len(rows)}件"),
            ("空欄", "該当がないか、内訳を載せていないことを表します。0とは異なります。"),
        ),
        codes=KINDS,
    )


def written(survey: Survey, texts: Sequence[tuple[str, list[str]]], *, on: date) -> Document:
    """What was written, in an order that tells nothing."""
    rows = [(question, text) for question, found in texts for text in found]
    return Document(
        title="アンケートの記述",
        columns=[
            *_run_columns(lambda row: survey.run),
            Column("質問", "question", lambda row: row[0]),
            Column("記述", "text", lambda row: row[1]),
        ],
        rows=lambda: rows,
        about=(
            ("内容", f"{survey.run}のアンケートの記述1件を1行とする一覧です。"),
            ("個人情報", NO_NAMES),
            ("基準日", f"{on.isoformat()}({format_date(on)})"),
            ("件数", f"{len(rows)}件"),
        ),
    )


def _run_columns(of: Callable[[Any], CourseRun]) -> list[Column]:
    return [
        Column("年度", "fiscal_year", lambda row: str(of(row).fiscal_year)),
        Column("研修コード", "course_code", lambda row: of(row).course.code, "先頭の0を含む文字列"),
        Column("研修名", "course", lambda row: of(row).course.name),
        Column("回", "run_number", lambda row: of(row).number),
    ]


def _chosen(kind: QuestionKind, number: int, heading: str, name: str) -> Column:
    def of(row: _Row) -> int | None:
        if row.tally is None or row.tally.kind != kind:
            return None
        return row.tally.counts.get(number, 0)

    return Column(heading, name, of, unit="件")


def _mean(row: _Row) -> str | None:
    scale = row.tally is not None and row.tally.kind == QuestionKind.SCALE
    return row.tally.mean_word if scale and row.tally and row.tally.answers else None
