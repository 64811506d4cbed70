"""eラーニングの結果: who finished which course when, as a platform or a list says it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from aomori_dx.kernel import closing
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.journal import CHANGED, CREATED, Journal
from aomori_dx.kernel.tables.importing import FileKind
from aomori_dx.kernel.tables.reading import Table
from aomori_dx.kernel.tables.report import Change, Report
from aomori_dx.kernel.wareki import short_date
from training import permissions as may
from training.imports import elearning_reading as reading
from training.imports.elearning_asked import LAST_MONTH_OF_GRACE, Answers, answers, ask
from training.imports.elearning_columns import COLUMNS
from training.imports.elearning_courses import Courses
from training.imports.elearning_people import Found, Login, People, Person, login_of
from training.imports.elearning_reading import Result
from training.imports.elearning_standing import Place, Standing, Stood, place_of
from training.models import Completion, CompletionRule, CompletionSource, Course, UnmatchedResult
from training.services import completions, elearning

CODE = "elearning"
LEFT = "登録済みの修了を残します。訂正するときは、下の「ファイルの読み方」で選んでください。"


@dataclass
class ElearningPlan:
    """What is to be written: completions, results without a person, corrections, and what was said of titles."""

    courses: Courses
    new: list[Completion] = field(default_factory=list)
    queue: list[UnmatchedResult] = field(default_factory=list)
    corrected: dict[int, dict[str, Any]] = field(default_factory=dict)
    revoked: list[int] = field(default_factory=list)

    def write(self, *, by: Any, at: datetime, reason: str, journal: Journal) -> None:
        aliases, changed = self.courses.remember(by=by, at=at)
        elearning.remember(aliases, changed, by=by, at=at, journal=journal)
        elearning.take_in(
            self.new, self.queue, corrected=self.corrected, revoked=self.revoked, by=by, at=at, reason=reason,
            journal=journal,
        )  # fmt: skip


@dataclass
class Reading:
    """One file, being compared with the records."""

    report: Report
    answered: Answers
    people: People
    as_of: date
    plan: ElearningPlan
    standing: Standing
    best: dict[Place, Result] = field(default_factory=dict)
    queued: set[tuple[str, int, int]] = field(default_factory=set)
    closed: Any = None
    contradicted: int = 0

    def day_of(self, moment: reading.Moment) -> date:
        return moment.on(utc=self.answered.utc)


def plan(table: Table, report: Report, as_of: date) -> ElearningPlan:
    """Compare the file with the completions on record. `as_of`: today; a result of a day to come is left out."""
    answered = answers(table, report)
    courses = Courses(answered.platform, answered.given)
    rows = [(result, course) for result, course in _with_courses(table, report, courses) if course]
    courses.ask(report)
    standing = Standing(courses.kept, answered.platform)
    read = Reading(report, answered, People(answered.platform), as_of, ElearningPlan(courses), standing)
    read.closed = closing.closed_years()
    _tell_of_attendance(courses.kept, report)
    found = [(result, course, read.people.find(result, _day(result, read))) for result, course in rows]
    for result, course, who in found:
        if _finished(result, course) and result.done_on and who.person:
            _note_best(result, course, who.person, read)
    for result, course, who in found:
        _compare(result, course, who, read)
    moments = [result.done_on for result, _ in rows if result.done_on]
    days = {moment.day for moment in moments}
    ask(
        report,
        answered,
        timed=any(moment.clock for moment in moments),
        years={FiscalYear.containing(day) for day in days if 4 <= day.month <= LAST_MONTH_OF_GRACE},
        contradicted=read.contradicted,
    )
    return read.plan


def _with_courses(table: Table, report: Report, courses: Courses) -> Iterator[tuple[Result, Course | None]]:
    """Each result with its course; one whose course is not ours, or not known, is only counted."""
    for result in reading.results(table, report):
        course = courses.of(result)
        if course is None and (result.title, result.item) in courses.found:
            report.same(result.record.row, login_of(result).account, f"{result.title or result.item}(対象外)")
        yield result, course


def _tell_of_attendance(courses: Iterable[Course], report: Report) -> None:
    for course in courses:
        if course.completion_rule == CompletionRule.ATTENDANCE:
            reason = "出席で修了を判定する研修です。ファイルの修了を、そのまま登録します。"
            report.warn(None, "研修名", course.name, reason)


def _day(result: Result, read: Reading) -> date:
    return read.day_of(result.done_on) if result.done_on else read.as_of


def _finished(result: Result, course: Course) -> bool:
    """R57 and the course's own rule: a score below the pass mark is no completion, whatever the platform says."""
    if not result.done or course.completion_rule != CompletionRule.SCORE:
        return result.done
    return result.score is not None and result.score >= (course.pass_mark or 0)


def _note_best(result: Result, course: Course, person: Person, read: Reading) -> None:
    """Of several in one file and year the earliest counts."""
    day = _day(result, read)
    place = place_of(person.pk, course, read.answered.year_of(day))
    before = read.best.get(place)
    if day <= read.as_of and (before is None or day < _day(before, read)):
        read.best[place] = result


def _compare(result: Result, course: Course, who: Found, read: Reading) -> None:
    row = result.record.row
    if who.aside:
        read.report.same(row, login_of(result).account, f"{course.name}(対象外のアカウント)")
    elif not _finished(result, course):
        _not_finished(result, course, who, read)
    elif result.done_on is None:
        read.report.error(row, result.column, "", "修了した日がありません。修了日を入れるか、状況を直してください。")
    elif (day := _day(result, read)) > read.as_of:
        reason = "先の日付です。この行は取り込みません。日付を確認するか、その日からもう一度取り込んでください。"
        read.report.warn(row, result.column, day.isoformat(), reason)
        read.report.same(row, login_of(result).account, course.name)
    elif who.person is None:
        _queue(result, course, day, login_of(result), who.why, read)
    else:
        _completed(result, course, day, who.person, read)


def _not_finished(result: Result, course: Course, who: Found, read: Reading) -> None:
    """Nothing to write; but a completion on record of the same year is never turned back without asking (R57)."""
    row = result.record.row
    said = result.said
    if result.done:
        score = "なし" if result.score is None else f"{result.score}点"
        said = f"得点{score}(合格点{course.pass_mark}点)"
        read.report.warn(
            row, "得点", result.record.written("score"), f"合格点{course.pass_mark}点に達していません。修了にしません。"
        )
    if who.person is None:
        read.report.same(row, login_of(result).account, f"{course.name}({said})")
        return
    year = read.answered.year_of(_day(result, read))
    place = place_of(who.person.pk, course, year)
    stood = read.standing.of(place)
    if stood is None or stood.revoked or place in read.best:
        read.report.same(row, who.person.number, f"{who.person.name} {course.name}({said})")
        return
    read.contradicted += 1
    if read.answered.is_right(row):
        if reason := read.closed.why_not(year):
            read.report.error(row, result.column, said, reason)
            return
        read.plan.revoked.append(stood.pk)
        fields = {"修了": (f"{stood.shown}修了", f"取消({said})")}
        read.report.changes.append(
            Change("changed", who.person.number, f"{who.person.name} {course.name}", fields, row)
        )
        return
    reason = f"{year}の修了({stood.shown})が登録済みですが、ファイルは「{said}」です。{LEFT}"
    read.report.warn(row, result.column, f"{who.person.name} {course.name}", reason)
    read.report.same(row, who.person.number, f"{who.person.name} {course.name}")


def _queue(result: Result, course: Course, day: date, login: Login, why: str, read: Reading) -> None:
    """Nobody is found: kept until somebody says who it is (R55)."""
    row, year = result.record.row, read.answered.year_of(day)
    key = (login.key[:254], course.pk, int(year))
    if key in read.standing.queued or key in read.queued:
        read.report.same(row, login.account, f"{course.name}(控えてあります)")
        return
    if reason := read.closed.why_not(year):
        read.report.error(row, result.column, day.isoformat(), reason)
        return
    read.queued.add(key)
    read.report.totals["unmatched"] += 1
    read.report.warn(row, "職員", login.account, f"{why}「未照合の結果」に控え、照合したあとで修了を登録します。")
    read.plan.queue.append(
        UnmatchedResult(
            platform=read.answered.platform, account=login.account[:254], key=key[0], number=login.number[:40],
            name=login.name[:100], kana=login.kana[:100], why=why[:200], course=course, fiscal_year=year,
            completed_on=day, started_on=_started(result, read), score=result.score, row=row,
        )
    )  # fmt: skip


def _started(result: Result, read: Reading) -> date | None:
    """A beginning after the end is a mistake of the platform, and says nothing."""
    if result.started_on is None or result.done_on is None:
        return None
    day = read.day_of(result.started_on)
    return day if day <= read.day_of(result.done_on) else None


def _completed(result: Result, course: Course, day: date, person: Person, read: Reading) -> None:
    row, year = result.record.row, read.answered.year_of(day)
    place = place_of(person.pk, course, year)
    label = f"{person.name} {course.name}"
    stood = read.standing.of(place)
    if read.best.get(place) is not result:
        read.report.same(row, person.number, label)
    elif stood is not None and not (stood.revoked and stood.day != day):
        _compare_with(stood, result, place, day, person, label, read)
    elif reason := read.closed.why_not(year):
        read.report.error(row, result.column, day.isoformat(), reason)
    else:
        _grant(result, course, day, person, label, read)


def _grant(result: Result, course: Course, day: date, person: Person, label: str, read: Reading) -> None:
    row = result.record.row
    if not person.was_here(day):
        read.report.warn(row, result.column, day.isoformat(), f"{person.name}は、この日に在職していません。")
    read.plan.new.append(
        Completion(
            employee=read.people.employee(person), course=course, fiscal_year=read.answered.year_of(day),
            completed_on=day, started_on=_started(result, read), source=CompletionSource.ELEARNING, hours=course.hours,
            score=result.score, platform=read.answered.platform,
        )
    )  # fmt: skip
    read.report.changes.append(Change("created", person.number, label, {"修了日": ("", short_date(day))}, row))


def _compare_with(
    stood: Stood, result: Result, place: Place, day: date, person: Person, label: str, read: Reading
) -> None:
    """A completion of that year is on record: the same, different (asked), or revoked by a person (asked)."""
    row = result.record.row
    score = stood.score if result.score is None else result.score
    if not stood.revoked and (stood.day, stood.score) == (day, score):
        read.report.same(row, person.number, label)
        return
    if not stood.revoked and stood.day == day and stood.score is None:
        read.report.same(row, person.number, label)  # a score that nobody asks for turns nothing
        return
    read.contradicted += 1
    if not read.answered.is_right(row):
        what = f"{short_date(day)}{'' if result.score is None else f'({result.score}点)'}"
        reason = f"{stood.shown}の修了が登録済みですが、ファイルは{what}です。{LEFT}"
        if stood.revoked:
            reason = f"この修了は取り消されています。{LEFT.replace('登録済みの修了を残します', '登録しません')}"
        read.report.warn(row, result.column, f"{label}", reason)
        read.report.same(row, person.number, label)
    elif reason := read.closed.why_not(FiscalYear(place[2])):
        read.report.error(row, result.column, day.isoformat(), reason)
    elif stood.revoked:
        course = read.plan.courses.course(place[1])
        _grant(result, course, day, person, label, read)
    else:
        read.plan.corrected[stood.pk] = {"completed_on": day, "score": score}
        fields = {"修了日": (short_date(stood.day), short_date(day)), "得点": (stood.score, score)}
        told = {name: pair for name, pair in fields.items() if pair[0] != pair[1]}
        read.report.changes.append(Change("changed", person.number, label, told, row))


def undoing(pages: Iterable[Any]) -> Any:
    """Whose completions go back when a file is taken back; told when it is done."""
    touched = [
        pk for page in pages if page.model == "training.completion" and page.operation in (CREATED, CHANGED)
        for pk, _ in page.entries
    ]  # fmt: skip
    return completions.after_undo(touched)


KIND = FileKind(
    CODE,
    "eラーニングの結果",
    COLUMNS,
    plan,
    may.edit_runs,
    totals=("unmatched",),
    remembers=("platform", "time"),
    undoing=undoing,
)
