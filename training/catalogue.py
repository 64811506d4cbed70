"""The catalogue as one person sees it: courses, their runs with seats left, and the own booking in each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, prefetch_related_objects

from aomori_dx.kernel.clock import day_of
from staff.models import Employee, EmploymentType
from training import programme
from training.models import (
    BOOKED,
    CompletionRule,
    Course,
    CourseRun,
    Enrollment,
    EnrollmentStatus,
    Interest,
    RunStatus,
    SeatHold,
)
from training.rules import booking as rules
from training.services import reasons, seats
from training.services.ledger import Kept, kept_for_others, kept_seats, places_of

SHOWN = (RunStatus.OPEN, RunStatus.CLOSED)
FOR_ALL = "全職員"


@dataclass(frozen=True)
class RunLine:
    """A run: `free` seats that this person can have, `kept` those that are kept for other departments.

    `reasons`: why this person cannot book it. `mine` is the own booking, `rank` its place in line (1 the first) with
    the rule in words, `clashes` what else is at that time.
    """

    run: Any
    sessions: list[Any]
    free: int
    kept: int = 0
    mine: Enrollment | None = None
    rank: int = 0
    rank_words: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)
    may_cancel: bool = False
    may_decline: bool = False
    may_ask: bool = False

    @property
    def is_full(self) -> bool:
        return self.free <= 0


@dataclass(frozen=True)
class CoursePage:
    """A course with its runs to come. `booked`: the own booking of whichever run; `wishes_for_one`: the own wish."""

    course: Course
    lines: list[RunLine]
    booked: Enrollment | None
    wishes_for_one: bool
    waiting_for_a_run: int
    tracks: list[str]
    level: str
    completion: str
    audience: str


def courses(rows: Iterable[Course], *, at: datetime) -> list[tuple[Course, Any]]:
    """Each course with the next of its runs that takes bookings (None: there is none); its free seats are those that
    anybody can have. The same queries whatever the number of courses."""
    found = list(rows)
    runs = CourseRun.objects.open_on(day_of(at)).filter(course__in=found).with_seats().order_by("first_at", "pk")
    first: dict[int, Any] = {}
    for run in runs:
        first.setdefault(run.course_id, run)
    kept = kept_seats(list(first.values()), day_of(at))
    for run in first.values():
        run.free -= sum(kept[run.pk].values())
    return [(course, first.get(course.pk)) for course in found]


def by_level(lines: Iterable[tuple[Course, Any]]) -> Iterator[tuple[str, list[tuple[Course, Any]]]]:
    """The lines (ordered by step) under the name of each step."""
    names = programme.levels()
    groups: dict[str, list[tuple[Course, Any]]] = {}
    for line in lines:
        groups.setdefault(level_name(line[0], names), []).append(line)
    yield from groups.items()


def level_name(course: Course, names: dict[str, str]) -> str:
    """ステージ1 基礎; 全職員 where the course belongs to no step."""
    return names.get(str(course.level), f"段階{course.level}") if course.level else FOR_ALL


def completion_in_words(course: Course) -> str:
    """When somebody has finished the course, as a person reads it."""
    if course.completion_rule == CompletionRule.SCORE:
        return f"{course.pass_mark}点以上を取ると修了です。"
    if course.completion_rule == CompletionRule.MARK:
        return "eラーニングを最後まで受け、学習サイトで「修了」と表示されると修了です。"
    share = int((1 - Decimal(course.most_missed)) * 100)
    missed = int(Decimal(course.most_missed) * 100)
    return (
        f"総時間の{share}%以上に出席すると修了です(欠席が{missed}%を超えると未修了です。"
        "資料の配付だけでは出席になりません)。"
    )


def audience_in_words(course: Course) -> str:
    """全職員(会計年度任用職員、再任用)"""
    types = [str(EmploymentType(code).label) for code in course.employment_types if code in EmploymentType.values]
    return f"{course.get_audience_display()}{'(' + '、'.join(types) + ')' if types else ''}"


def of_course(course: Course, employee: Employee | None, *, at: datetime) -> CoursePage:
    """What `employee` (None: an office's login without a person) sees of a course."""
    mine = Enrollment.objects.filter(course=course, employee=employee).select_related("employee", "run", "course")
    booked = {row.run_id: row for row in mine.filter(status__in=BOOKED)} if employee else {}
    runs = _runs(course, day_of(at))
    standing = Interest.objects.filter(course=course, withdrawn_at__isnull=True)
    wishes = standing.aggregate(of_all=Count("pk"), mine=Count("pk", filter=Q(employee=employee)))
    tracks = programme.tracks() if course.tracks else {}
    return CoursePage(
        course=course,
        lines=[line for line in _lines(runs, employee, booked, at) if line.mine or not _is_over(line, at)],
        booked=next(iter(booked.values()), None),
        wishes_for_one=bool(wishes["mine"]),
        waiting_for_a_run=wishes["of_all"],
        tracks=[tracks.get(code, code) for code in course.tracks],
        level=level_name(course, programme.levels() if course.level else {}),
        completion=completion_in_words(course),
        audience=audience_in_words(course),
    )


def _runs(course: Course, on: date) -> list[Any]:
    """The runs that are shown, with their meetings and seats, and their holds where there are any."""
    kept = SeatHold.objects.filter(run=OuterRef("pk"), released_on__gt=on)
    shown = CourseRun.objects.filter(course=course, status__in=SHOWN).select_related("course").with_seats()
    runs = list(shown.annotate(keeps=Exists(kept)).prefetch_related("sessions").order_by("first_at", "pk"))
    if any(run.keeps for run in runs):
        holds = SeatHold.objects.filter(released_on__gt=on).select_related("department")
        prefetch_related_objects(runs, Prefetch("holds", holds))
    return runs


def _is_over(line: RunLine, at: datetime) -> bool:
    return bool(line.sessions) and line.sessions[0].starts_at <= at


def _lines(runs: list[Any], person: Employee | None, booked: dict[int, Enrollment], at: datetime) -> list[RunLine]:
    kept = _kept_from(runs, person, day_of(at))
    if person is None:
        return [RunLine(run, list(run.sessions.all()), run.free - kept[run.pk], kept[run.pk]) for run in runs]
    wanted = [Enrollment(employee=person, run=run, course=run.course, requested_at=at) for run in runs]
    why_not = dict(zip([run.pk for run in runs], reasons.why_not_book(wanted, at=at), strict=True))
    others = rules.other_meetings(person, runs[0].course) if runs else []
    return [_line(run, booked.get(run.pk), kept[run.pk], why_not[run.pk], others, at) for run in runs]


def _kept_from(runs: list[Any], person: Employee | None, on: date) -> dict[int, int]:
    """Run → seats that this person cannot have. Without a hold anywhere it costs no query."""
    if not any(run.keeps for run in runs):
        return dict.fromkeys((run.pk for run in runs), 0)
    kept: dict[int, Kept] = kept_seats(runs, on)
    places = {place for each in kept.values() for place in each}
    own = places_of([person.pk], places, on).get(person.pk, set()) if person else set()
    return {pk: kept_for_others(each, own) for pk, each in kept.items()}


def _line(run: Any, mine: Enrollment | None, kept: int, why_not: list[str], others: list[Any], at: datetime) -> RunLine:
    meetings, free = list(run.sessions.all()), run.free - kept
    if mine is None:
        return RunLine(run, meetings, free, kept, reasons=why_not, clashes=list(rules.clashes(run, others)))
    mine.run = run  # with its meetings: the rules ask for them
    rank = seats.rank(mine) if mine.status == EnrollmentStatus.WAITLISTED else 0
    return RunLine(
        run,
        meetings,
        free,
        kept,
        mine,
        rank,
        rank_words=_why_in_line(run, rank, kept, at) if rank else [],
        clashes=list(rules.clashes(run, others)),
        may_cancel=not reasons.why_not_cancel(mine, at=at),
        may_decline=mine.status == EnrollmentStatus.CONFIRMED and not reasons.why_not_decline(mine, at=at),
        may_ask=not reasons.why_not_ask(mine, at=at),
    )


def _why_in_line(run: Any, rank: int, kept: int, at: datetime) -> list[str]:
    words = rules.in_line_words(run, rank, at)
    if kept and run.free > 0:
        words.append(f"空いている席のうち{kept}席は、ほかの所属の枠です。開放日になると、順番に席が決まります。")
    return words
