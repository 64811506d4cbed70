"""回答の状況 and the balance of the bureaus as machine-readable tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.tables.writing import Column, Document
from aomori_dx.kernel.wareki import format_date
from stages.board import Bureau
from stages.documents import iso, wareki
from stages.models import DeclineReason, NominationCall
from stages.services.coverage import Answer, AnswerState


@dataclass
class BureauAnswers:
    """So many of a bureau's departments have answered in which way."""

    pk: int
    name: str
    answered: int = 0
    declined: int = 0
    unanswered: int = 0

    @property
    def asked(self) -> int:
        return self.answered + self.declined + self.unanswered


def by_bureau(answers: Iterable[Answer]) -> list[BureauAnswers]:
    """In the official order."""
    found: dict[int, BureauAnswers] = {}
    for row in answers:
        bureau = row.department.bureau
        sums = found.setdefault(bureau.pk, BureauAnswers(bureau.pk, bureau.name))
        setattr(sums, row.state.value, getattr(sums, row.state.value) + 1)
    return list(found.values())


def document(
    answers: Sequence[Answer], *, fiscal_year: FiscalYear, call: NominationCall | None, on: date, conditions: str
) -> Document:
    """One department a row, with who heads it: fit for mail merge."""
    closes_on = call.closes_on if call else None
    return Document(
        title=f"推薦依頼の回答状況_{fiscal_year.short}",
        columns=[*_place(fiscal_year), *_answer(), *_for_letters(closes_on)],
        rows=lambda: answers,
        about=(
            ("内容", "推薦を依頼した所属1つを1行とする一覧です。"),
            ("年度", f"{int(fiscal_year)}({fiscal_year.short})"),
            ("基準日", f"{on.isoformat()}({format_date(on)})"),
            ("件数", f"{len(answers)}件"),
            ("条件", conditions or "なし(全件)"),
            ("空欄", "該当がないことを表します。0とは異なります。"),
        ),
        codes=(
            *(("回答", code, word) for code, word in AnswerState.choices),
            *(("推薦なしの理由", code, word) for code, word in DeclineReason.choices),
        ),
    )


def _place(fiscal_year: FiscalYear) -> list[Column]:
    number, era = int(fiscal_year), fiscal_year.short
    return [
        Column("年度(西暦)", "fiscal_year", lambda row: number, "4月から翌年3月まで"),
        Column("年度(和暦)", "fiscal_year_era", lambda row: era),
        Column("部局", "bureau", lambda row: row.department.bureau.name),
        Column("所属コード", "department_code", lambda row: row.department.code, "先頭の0を含む文字列"),
        Column("所属", "department", lambda row: row.department.name),
    ]


def _answer() -> list[Column]:
    return [
        Column("回答コード", "answer_code", lambda row: row.state.value, "コード表を参照"),
        Column("回答", "answer", lambda row: row.state_word),
        Column("推薦中の人数", "nominations", lambda row: len(row.nominations), "", "人"),
        Column("任命済の人数", "appointed", lambda row: len(row.promoters), "推薦枠のDX推進員", "人"),
        Column("推薦なしの理由コード", "decline_code", lambda row: row.decline and row.decline.reason_code, "コード表"),
        Column("推薦なしの理由", "decline_reason", lambda row: row.decline and row.decline.get_reason_code_display()),
        Column("推薦なしの説明", "decline_note", lambda row: (row.decline.note or None) if row.decline else None),
    ]


def _for_letters(closes_on: date | None) -> list[Column]:
    return [
        Column("所属長", "head", lambda row: _head(row, "name"), "休職等でない所属長、いなければ代理者"),
        Column("所属長の補職名", "head_title", lambda row: _head(row, "title")),
        Column("代理者", "deputies", lambda row: "、".join(h.employee.name for h in row.heads if h.is_deputy) or None),
        Column("締切日", "closes_on", lambda row: iso(closes_on), "ISO 8601"),
        Column("締切日(和暦)", "closes_on_era", lambda row: wareki(closes_on)),
    ]


def _head(row: Answer, what: str) -> str | None:
    at_work = [holder for holder in row.heads if not holder.away] or list(row.heads)
    if not at_work:
        return None
    return at_work[0].employee.name if what == "name" else at_work[0].title or None


def balance(rows: Sequence[Bureau], *, fiscal_year: FiscalYear, on: date) -> Document:
    """One bureau a row."""
    number, era = int(fiscal_year), fiscal_year.short
    return Document(
        title=f"部局別の推薦と採用_{fiscal_year.short}",
        columns=[
            Column("年度(西暦)", "fiscal_year", lambda row: number, "4月から翌年3月まで"),
            Column("年度(和暦)", "fiscal_year_era", lambda row: era),
            Column("部局", "bureau", lambda row: row.name),
            Column("推薦を依頼した所属", "departments", lambda row: row.departments, "", "所属"),
            Column("回答した所属", "answered", lambda row: row.answered, "推薦なしの回答を含む", "所属"),
            Column("推薦枠", "recommended", lambda row: row.recommended, "推薦中と決定", "人"),
            Column("自薦枠", "self_nominated", lambda row: row.self_nominated, "応募中と決定", "人"),
            Column("選考案が採用", "proposed", lambda row: row.proposed, "まだ確定していない", "人"),
            Column("任命", "adopted", lambda row: row.adopted, "辞退した方を除く", "人"),
        ],
        rows=lambda: rows,
        about=(
            ("内容", "部局1つを1行とする、推薦と採用の人数です。"),
            ("年度", f"{int(fiscal_year)}({fiscal_year.short})"),
            ("基準日", f"{on.isoformat()}({format_date(on)})"),
        ),
    )
