"""Loading what the fold needs, for one person or for thousands: the same queries whatever their number."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from aomori_dx.kernel.text import fold as folded
from staff.models import Employee
from stages.folding.conditions import Condition, conditions
from stages.folding.facts import (
    PRACTICE,
    Away,
    Begun,
    Done,
    Extended,
    Fact,
    Item,
    Ruling,
    Spec,
    course_key,
    examination_key,
)
from stages.folding.fold import fold
from stages.folding.progress import Progress
from stages.folding.standing import RUNNING, Situation, Verdict, classify
from stages.models import (
    CurriculumItem,
    ItemKind,
    PracticeStatus,
    Promoter,
    ProofState,
    StageEnrollment,
    StageOutcome,
    StageStatus,
)
from stages.services import fact_rows
from stages.services.fact_rows import Row
from training.models import Course, CourseRun, Method, RunStatus

NO_SPEC = Spec(())


@dataclass(frozen=True)
class Case:
    """One year in a stage with all that is known of it. `as_of`: the day asked for, or the one on which it ended.

    `bookings`: what is booked, by item. `rows`: the items as they stand in the curriculum, with their courses.
    """

    enrollment: StageEnrollment
    as_of: date
    spec: Spec
    facts: tuple[Fact, ...]
    situation: Situation
    bookings: dict[str, Row]
    rows: tuple[CurriculumItem, ...]

    @property
    def status(self) -> StageStatus:
        """The state as of the day: before it was reached, the year was going on."""
        return StageStatus(self.situation.status)

    def fold(self) -> Progress:
        return fold(self.spec, self.facts, as_of=self.as_of)

    def conditions(self, progress: Progress) -> tuple[Condition, ...]:
        """What the judgement looks at (R63)."""
        courses = [row for row in self.rows if row.course and row.course.method != Method.ELEARNING]
        return conditions(progress, attended={course_key(row.course_id or 0) for row in courses})

    def verdict(self, progress: Progress) -> Verdict:
        return classify(progress, self.situation)


def load(enrollment_ids: Collection[int], *, as_of: date) -> list[Case]:
    """The cases of these years (ids) as of a day, by promoter and year. Six queries, whatever their number."""
    promoters = Promoter.objects.filter(pk__in=StageEnrollment.objects.filter(pk__in=enrollment_ids).values("promoter"))
    return _cases(promoters, as_of, only=frozenset(enrollment_ids))


def load_of(promoter: Promoter, *, as_of: date) -> list[Case]:
    """Every year of one promoter, oldest first. Four queries."""
    return _cases(Promoter.objects.filter(pk=promoter.pk), as_of, only=None)


def _cases(promoters: Any, as_of: date, *, only: frozenset[int] | None) -> list[Case]:
    years = _years(promoters, as_of, joined=only is None)
    asked = _asked({row.curriculum_id for rows in years.values() for row in rows if row.curriculum_id})
    known: dict[int, list[Row]] = defaultdict(list)
    for row in fact_rows.of_people(promoters.values("employee")):
        known[row.who].append(row)
    offered = offered_courses(as_of) if asked else frozenset()
    found = []
    for rows in years.values():
        person = _Person(rows, known.get(rows[0].promoter.employee_id, []), as_of)
        found += [
            person.case(row, asked.get(row.curriculum_id or 0, _Asked()), offered)
            for row in rows
            if only is None or row.pk in only
        ]
    return found


def _years(promoters: Any, as_of: date, *, joined: bool) -> dict[int, list[StageEnrollment]]:
    """All years of these promoters, since what counts in one depends on the others.

    `joined`: with stage and curriculum of each in the same query; of thousands the few that there are, on their own.
    """
    serving = Employee.objects.in_service(as_of).filter(pk=OuterRef("promoter__employee"))
    rows: Any = StageEnrollment.objects.filter(promoter__in=promoters).annotate(serving=Exists(serving))
    rows = rows.select_related("promoter").order_by("promoter", "fiscal_year")
    shared = ("stage", "curriculum")
    rows = rows.select_related("promoter", *shared) if joined else rows.prefetch_related(*shared)
    found: dict[int, list[StageEnrollment]] = defaultdict(list)
    for row in rows:
        found[row.promoter_id].append(row)
    return found


@dataclass(frozen=True)
class _Asked:
    """The items of one curriculum, as rows and as the fold knows them."""

    rows: tuple[CurriculumItem, ...] = ()
    items: tuple[Item, ...] = ()


def _asked(curricula: set[int]) -> dict[int, _Asked]:
    found: dict[int, list[CurriculumItem]] = defaultdict(list)
    if curricula:
        rows = CurriculumItem.objects.filter(curriculum__in=curricula).select_related("course")
        for row in rows.order_by("position", "pk"):
            found[row.curriculum_id].append(row)
    return {pk: _Asked(tuple(rows), tuple(item_of(row) for row in rows)) for pk, rows in found.items()}


def item_of(row: CurriculumItem) -> Item:
    """A row of the curriculum as the fold knows it."""
    key = key_of(row.kind, row.course_id, row.title)
    return Item(key, row.title, row.pk, row.kind, row.is_required, row.hours, row.due_on, row.position)


def key_of(kind: str, course: int | None, title: str) -> str:
    """What an item is known by in every version. One approved report settles whatever asks for one."""
    if course is not None:
        return course_key(course)
    return PRACTICE if kind == ItemKind.PRACTICE else examination_key(folded(title))


def offered_courses(on: date) -> frozenset[str]:
    """The items that somebody can take up: e-learning of the catalogue, and runs that take or will take bookings."""
    runs = CourseRun.objects.filter(course=OuterRef("pk"), status__in=(RunStatus.OPEN, RunStatus.DRAFT))
    runs = runs.filter(closes_on__gte=on)
    courses = Course.objects.offered_on(on).filter(Q(method=Method.ELEARNING) | Exists(runs))
    return frozenset(course_key(pk) for pk in courses.values_list("pk", flat=True))


class _Person:
    """The facts of one person, as each of her years sees them."""

    def __init__(self, years: Sequence[StageEnrollment], rows: Sequence[Row], as_of: date) -> None:
        self.years, self.as_of = years, as_of
        self.completed = {year.stage.number for year in years if year.status == StageStatus.COMPLETED}
        self.running = sum(year.status in RUNNING for year in years)
        self.bookings = {course_key(row.course): row for row in rows if row.table == fact_rows.BOOKING and row.course}
        self.of_everything: list[Fact] = []
        self.of_item: dict[str, list[Fact]] = defaultdict(list)
        self.of_year: dict[int, list[Fact]] = defaultdict(list)
        for row in rows:
            for fact in _MAKERS[row.table](row):
                if row.enrollment is not None:
                    self.of_year[row.enrollment].append(fact)
                elif isinstance(fact, Away):
                    self.of_everything.append(fact)
                else:
                    self.of_item[fact.item or ""].append(fact)

    def case(self, row: StageEnrollment, asked: _Asked, offered: frozenset[str]) -> Case:
        chain, anew = self._chain(row)
        as_of = self.as_of
        if row.status in (StageStatus.NOT_COMPLETED, StageStatus.WITHDRAWN):
            as_of = min(as_of, row.status_on)
        spec = _spec(row, asked.items, anew)
        facts = tuple(self._facts(row, spec, chain))
        return Case(row, as_of, spec, facts, self._situation(row, spec, facts, offered), self.bookings, asked.rows)

    def _chain(self, row: StageEnrollment) -> tuple[list[StageEnrollment], int | None]:
        """The years of the same stage up to this one whose facts hold together, and from which year they start anew.

        継続 and 中断 carry everything over; after 再履修 the stage starts from nothing.
        """
        chain: list[StageEnrollment] = []
        anew = None
        for year in self.years:
            if year.stage_id != row.stage_id or year.fiscal_year > row.fiscal_year:
                continue
            if chain and chain[-1].outcome == StageOutcome.REPEAT:
                chain, anew = [], int(year.fiscal_year)
            chain.append(year)
        return chain, anew

    def _facts(self, row: StageEnrollment, spec: Spec, chain: list[StageEnrollment]) -> Iterator[Fact]:
        """What is about the items of this year, this year and those before it that it carries on, and the leave.

        What was begun before, and not finished, is not going on any more.
        """
        yield from self.of_everything
        for year in chain:
            yield from self.of_year.get(year.pk, ())
        first = int(chain[0].fiscal_year)
        for item in spec.items:
            for fact in self.of_item.get(item.key, ()):
                if not isinstance(fact, Begun) or fact.year is None or fact.year >= first:
                    yield fact
        if row.status == StageStatus.SUSPENDED:
            yield Away(row.status_on, None)

    def _situation(
        self, row: StageEnrollment, spec: Spec, facts: tuple[Fact, ...], offered: frozenset[str]
    ) -> Situation:
        away = [fact for fact in facts if isinstance(fact, Away)]
        returns = [fact.until for fact in away if fact.until and fact.until <= self.as_of]
        courses = {item.key for item in spec.items if item.kind == ItemKind.COURSE}
        meetings = [told.on for told in self.bookings.values() if told.on and told.on >= self.as_of]
        gone = row.promoter.withdrawn_on
        return Situation(
            status=StageStatus.IN_PROGRESS if row.status_on > self.as_of else row.status,
            status_on=row.status_on,
            has_curriculum=row.curriculum_id is not None,
            active_since=max([row.started_on, *returns]),
            is_away=any(fact.first <= self.as_of and not (fact.until and fact.until <= self.as_of) for fact in away),
            has_left=not row.serving,  # type: ignore[attr-defined]
            has_withdrawn=gone is not None and gone <= self.as_of,
            follows=row.stage.number == 1 or row.stage.number - 1 in self.completed,
            runs_twice=self.running > 1,
            recognised=row.outcome == StageOutcome.RECOGNISED,
            unavailable=frozenset(courses - offered - self.bookings.keys()),
            booked_on=min(meetings, default=None),
        )


def _spec(row: StageEnrollment, items: tuple[Item, ...], anew: int | None) -> Spec:
    if row.curriculum is None:
        return replace(NO_SPEC, started_on=row.started_on)
    asked = row.curriculum
    return Spec(items, asked.deadline, asked.electives, asked.elective_hours, row.started_on, anew)


def _completion(row: Row) -> Iterator[Fact]:
    yield Done(row.key, course_key(row.course or 0), row.on or date.max, row.year)


def _attendance(row: Row) -> Iterator[Fact]:
    yield Begun(row.key, course_key(row.course or 0), row.on or date.max, row.number or 0, row.year)


def _booking(row: Row) -> Iterator[Fact]:
    return iter(())


def _report(row: Row) -> Iterator[Fact]:
    day = row.on or date.max
    if row.code == PracticeStatus.APPROVED:
        yield Done(row.key, PRACTICE, day)
    else:
        yield Begun(row.key, PRACTICE, day)
    if row.until:
        yield Extended(PRACTICE, row.until, date.min)


def _examination(row: Row) -> Iterator[Fact]:
    key = examination_key(folded(row.text))
    if row.code == ProofState.CONFIRMED:
        yield Done(row.key, key, row.on or date.max)
    else:
        yield Begun(row.key, key, row.on or date.max)


def _ruling(row: Row) -> Iterator[Fact]:
    about = key_of(row.item_kind, row.course, row.text) if row.item_kind else None
    yield Ruling(row.key, about, row.code, row.on or date.max, by=row.by)


def _absence(row: Row) -> Iterator[Fact]:
    yield Away(row.on or date.max, row.until)


_MAKERS = {
    fact_rows.COMPLETION: _completion,
    fact_rows.ATTENDANCE: _attendance,
    fact_rows.BOOKING: _booking,
    fact_rows.REPORT: _report,
    fact_rows.EXAMINATION: _examination,
    fact_rows.RULING: _ruling,
    fact_rows.ABSENCE: _absence,
}
