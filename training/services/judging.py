"""What came of the bookings of a run, as the attendance on record says: read only, the same queries for any number."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Q

from aomori_dx.kernel.clock import day_of
from training.models import (
    SEATED,
    Attendance,
    CompletionRule,
    CourseRun,
    Enrollment,
    EnrollmentStatus,
    RunSession,
    RunStatus,
)
from training.rules import attendance as rules
from training.rules.attendance import Attempt

Status = EnrollmentStatus
GONE = (Status.CANCELLED, Status.REJECTED)


@dataclass(frozen=True)
class Judgement:
    """A booking with those that make up for it (振替), `root` the first. `outcome`: the state that follows from the
    facts; attended while something is still open. `words` say why, in Japanese; `last_on`: the last day of presence.
    """

    root: Enrollment
    chain: tuple[Enrollment, ...]
    attempts: dict[int, Attempt]
    outcome: Status
    total: int
    present: int
    words: str
    last_on: date | None = None
    ended_with: Enrollment | None = None
    marks: dict[tuple[int, int], Attendance] = field(default_factory=dict)
    """What is on record, by booking and meeting."""

    @property
    def missed(self) -> int:
        return self.total - self.present

    @property
    def hours(self) -> Decimal:
        return rules.hours_that_count(self.total, self.present, self.root.course.hours)

    @property
    def score(self) -> int | None:
        return max((row.score for row in self.chain if row.score is not None), default=None)

    def state_of(self, row: Enrollment) -> Status | None:
        """The state that one booking of the chain should have; None while its run is not held."""
        if row.run.status != RunStatus.HELD or row.status not in SEATED:
            return None
        return self.outcome if self.attempts[row.pk].was_there else Status.ABSENT


def of_run(run: CourseRun) -> dict[int, Judgement]:
    """The judgement of each booking with a seat in the run, by the booking's id."""
    seated = run.enrollments.seated().order_by()
    firsts = seated.exclude(substitutes=None).values("substitutes")
    here = Q(pk__in=seated.values("pk")) | Q(substitutes__in=seated.values("pk"))
    chains = _chains(here | Q(pk__in=firsts) | Q(substitutes__in=firsts))
    found = _judged(chains)
    return {
        row.pk: found[root]
        for root, chain in chains.items()
        for row in chain
        if row.run_id == run.pk and row.status in SEATED
    }


def of_bookings(pairs: Iterable[tuple[int, int | None]]) -> dict[int, Judgement]:
    """The judgement of these bookings (id, id of the one they make up for), by id."""
    first = {pk: made_up_for or pk for pk, made_up_for in pairs}
    roots = set(first.values())
    found = _judged(_chains(Q(pk__in=roots) | Q(substitutes__in=roots)))
    return {pk: found[root] for pk, root in first.items() if root in found}


def _judged(chains: dict[int, tuple[Enrollment, ...]]) -> dict[int, Judgement]:
    meetings, presence = _facts([row for chain in chains.values() for row in chain])
    return {root: _judge(chain, meetings, presence) for root, chain in chains.items()}


def _chains(wanted: Q) -> dict[int, tuple[Enrollment, ...]]:
    """The bookings that are wanted by the first of each chain, which comes first in it."""
    rows = Enrollment.objects.filter(wanted).exclude(status__in=GONE)
    chains: dict[int, list[Enrollment]] = defaultdict(list)
    for row in rows.select_related("employee", "course", "run__course").order_by("requested_at", "pk"):
        chains[row.substitutes_id or row.pk].append(row)
    found = {root: tuple(sorted(rows, key=lambda row: row.pk != root)) for root, rows in chains.items()}
    for root, *others in found.values():
        for row in others:
            row.substitutes = root  # read already
    return found


def _facts(rows: list[Enrollment]) -> tuple[dict[int, list[RunSession]], dict[tuple[int, int], Attendance]]:
    meetings: dict[int, list[RunSession]] = defaultdict(list)
    for meeting in RunSession.objects.filter(run__in={row.run_id for row in rows}).order_by("starts_at"):
        meetings[meeting.run_id].append(meeting)
    recorded = Attendance.objects.filter(enrollment__in=[row.pk for row in rows]).order_by()
    return meetings, {(mark.enrollment_id, mark.session_id): mark for mark in recorded}


def _judge(
    chain: tuple[Enrollment, ...], meetings: dict[int, list[RunSession]], presence: dict[tuple[int, int], Attendance]
) -> Judgement:
    attempts, days = {}, []
    marks: dict[tuple[int, int], Attendance] = {}
    for row in chain:
        of_run = meetings[row.run_id]
        known = {meeting.pk: mark for meeting in of_run if (mark := presence.get((row.pk, meeting.pk)))}
        for meeting in of_run:
            if meeting.pk in known:
                known[meeting.pk].session = meeting  # read already
        marks |= {(row.pk, pk): mark for pk, mark in known.items()}
        minutes = tuple(known[meeting.pk].minutes if meeting.pk in known else None for meeting in of_run)
        attempts[row.pk] = Attempt(tuple(meeting.minutes for meeting in of_run), minutes)
        days += [(day_of(m.ends_at), row) for m, there in zip(of_run, minutes, strict=True) if there]
    total, present = sum(attempts[chain[0].pk].lengths), rules.credited(list(attempts.values()))
    last_on, ended_with = max(days, key=lambda pair: pair[0], default=(None, None))
    outcome, words = _outcome(chain, attempts, total, present)
    return Judgement(chain[0], chain, attempts, outcome, total, present, words, last_on, ended_with, marks)


def _outcome(
    chain: tuple[Enrollment, ...], attempts: dict[int, Attempt], total: int, present: int
) -> tuple[Status, str]:
    course = chain[0].course
    enough = rules.is_enough(total, present, Decimal(str(course.most_missed)))
    if waits := _what_is_open(chain, attempts):
        return Status.ATTENDED, f"{waits}{_still_needed(total, present, course.most_missed, enough)}"
    if not any(attempt.was_there for attempt in attempts.values()):
        return Status.ABSENT, "どの日程にも出席していません。"
    if not enough:
        most = rules.may_be_missed(total, Decimal(str(course.most_missed)))
        gap = f"{rules.duration(total - present)}欠席しました(欠席できるのは{rules.duration(most)}まで)。"
        return Status.FAILED, gap
    if course.completion_rule == CompletionRule.SCORE:
        return _by_score(chain, course.pass_mark or 0)
    return Status.COMPLETED, f"{rules.duration(total)}のうち{rules.duration(present)}を受講しました。"


def _by_score(chain: tuple[Enrollment, ...], pass_mark: int) -> tuple[Status, str]:
    score = max((row.score for row in chain if row.score is not None), default=None)
    if score is None:
        return Status.ATTENDED, "得点が入力されていません。"
    words = f"{score}点(合格点は{pass_mark}点)です。"
    return (Status.COMPLETED if score >= pass_mark else Status.FAILED), words


def _what_is_open(chain: tuple[Enrollment, ...], attempts: dict[int, Attempt]) -> str:
    """What is still to come; empty where everything is on record."""
    root, *others = chain
    rows = list(attempts.values())
    if root.run.status != RunStatus.HELD:
        return "結果はまだ確定していません。"
    if None in rows[0].minutes:
        return "出欠が記録されていない日程があります。"
    owed = [place for place in range(len(rows[0].lengths)) if rules.missed_at(rows, place)]
    for row in others:
        minutes = attempts[row.pk].minutes
        alike = len(minutes) == len(rows[0].lengths)
        needed = [minutes[place] for place in owed] if alike else list(minutes)
        held = row.run.status == RunStatus.HELD
        if (held and row.status in SEATED and None in needed) or not held:
            return f"振替(第{row.run.number}回)がまだ終わっていません。"
    return ""


def _still_needed(total: int, present: int, most_missed: Decimal, enough: bool) -> str:
    if not total or enough:
        return ""
    least = total - rules.may_be_missed(total, Decimal(str(most_missed)))
    return f"修了には、あと{rules.duration(least - present)}の受講が必要です。"
