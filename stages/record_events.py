"""What a promoter was nominated for, learned, reported, passed and was certified: events for the line of time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from aomori_dx.kernel.clock import day_of
from stages.models import Nomination, NominationStatus, PracticeStatus, Promoter, ProofState, Route, RulingKind
from stages.services import fact_rows
from stages.services.fact_rows import Row
from training.models import Certificate, CompletionSource, Course, EnrollmentStatus

TOLD = (NominationStatus.ACCEPTED, NominationStatus.RESERVE, NominationStatus.TURNED_DOWN)
"""What the nominee was told (as `stages.timeline`): nothing undecided, and no 不採用."""


@dataclass(frozen=True)
class Event:
    """Something that became true on a day. `kind` is nomination, appointment, posting, training, course, practice,
    ruling, certificate, absence or end."""

    on: date
    kind: str
    title: str
    text: str = ""


def of(promoter: Promoter, rows: Sequence[Row]) -> Iterator[Event]:
    """Everything that is known beside postings, absences and years. `rows`: the facts about the person. Three
    queries, whatever the history."""
    courses = dict(Course.objects.filter(pk__in={row.course for row in rows if row.course}).values_list("pk", "name"))
    for row in rows:
        if row.on is not None and row.table in _WORDS:
            yield _WORDS[row.table](row, courses)
    yield from _nominations(promoter)
    for paper in Certificate.objects.filter(employee=promoter.employee_id):
        word = "修了証を再発行" if paper.issue > 1 else "修了証を発行"
        void = "、のちに失効" if paper.revoked_on else ""
        yield Event(paper.issued_on, "certificate", f"{word}: {paper.title}", f"第{paper}号{void}")


def _nominations(promoter: Promoter) -> Iterator[Event]:
    rows = Nomination.objects.filter(nominee=promoter.employee_id, status__in=TOLD, submitted_at__isnull=False)
    for row in rows.select_related("department"):
        how = "自薦枠に応募" if row.route == Route.SELF else "DX推進員に推薦"
        text = f"推薦所属 {row.department.name}、{row.get_status_display()}"
        submitted = day_of(row.submitted_at)  # type: ignore[arg-type]  # of those there is a day
        yield Event(submitted, "nomination", f"{row.fiscal_year}の{how}", text)


def _completion(row: Row, courses: dict[int, str]) -> Event:
    source = f"根拠 {CompletionSource(row.code).label}"
    return Event(_on(row), "course", f"「{courses.get(row.course or 0, '')}」を修了", source)


def _attendance(row: Row, courses: dict[int, str]) -> Event:
    return Event(_on(row), "course", f"「{courses.get(row.course or 0, '')}」に出席", f"{row.number}分")


def _booking(row: Row, courses: dict[int, str]) -> Event:
    text = str(EnrollmentStatus(row.code).label)
    return Event(_on(row), "course", f"「{courses.get(row.course or 0, '')}」の開催回", text)


def _report(row: Row, courses: dict[int, str]) -> Event:
    return Event(_on(row), "practice", f"実践報告「{row.text}」", str(PracticeStatus(row.code).label))


def _examination(row: Row, courses: dict[int, str]) -> Event:
    return Event(_on(row), "course", f"{row.text}に合格", f"証明は{ProofState(row.code).label}")


def _ruling(row: Row, courses: dict[int, str]) -> Event:
    about = f"「{row.text}」" if row.text else "ステージ全体"
    return Event(_on(row), "ruling", f"{about}を{RulingKind(row.code).label}", f"{row.by}が判断")


def _on(row: Row) -> date:
    return row.on or date.max


_WORDS: dict[str, Callable[[Row, dict[int, str]], Event]] = {
    fact_rows.COMPLETION: _completion,
    fact_rows.ATTENDANCE: _attendance,
    fact_rows.BOOKING: _booking,
    fact_rows.REPORT: _report,
    fact_rows.EXAMINATION: _examination,
    fact_rows.RULING: _ruling,
}
