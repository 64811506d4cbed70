"""結果: what came of a run is settled once its meetings are over, and again whenever the attendance is corrected."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from staff.models import User
from staff.services import notices
from staff.services.notices import Message
from training import permissions as may
from training.models import (
    Attendance,
    Completion,
    CompletionRule,
    CompletionSource,
    CourseRun,
    Enrollment,
    EnrollmentStatus,
    RunStatus,
)
from training.services import completions, judging, seats
from training.services.judging import Judgement
from training.workflows.enrollment import ENROLLMENT

NOT_YOURS = "出欠と結果を記録できるのは、人財育成・人事担当とDX推進担当だけです。"
HIGHEST_SCORE = 999
Status = EnrollmentStatus
STEPS = {
    (Status.CONFIRMED, Status.ATTENDED): ("attend",),
    (Status.CONFIRMED, Status.ABSENT): ("miss",),
    (Status.CONFIRMED, Status.COMPLETED): ("attend", "complete"),
    (Status.CONFIRMED, Status.FAILED): ("attend", "fail"),
    (Status.ATTENDED, Status.ABSENT): ("miss",),
    (Status.ATTENDED, Status.COMPLETED): ("complete",),
    (Status.ATTENDED, Status.FAILED): ("fail",),
    (Status.ABSENT, Status.ATTENDED): ("attend",),
    (Status.ABSENT, Status.COMPLETED): ("attend", "complete"),
    (Status.ABSENT, Status.FAILED): ("attend", "fail"),
    (Status.FAILED, Status.ABSENT): ("reopen", "miss"),
    (Status.FAILED, Status.COMPLETED): ("reopen", "complete"),
    (Status.COMPLETED, Status.ABSENT): ("reopen", "miss"),
    (Status.COMPLETED, Status.FAILED): ("reopen", "fail"),
}
"""State on record, state that follows from the facts → the moves between them. A judged booking of which something is
open again (a new 振替) keeps its state."""


@dataclass(frozen=True)
class Settled:
    """How many bookings got which state."""

    completed: int = 0
    failed: int = 0
    absent: int = 0
    open: int = 0


@transaction.atomic
def conclude(run_id: int, *, by: User, at: datetime) -> Settled:
    """結果を確定: each booking is completed, failed or absent as its attendance says; 修了 is granted. Again changes
    nothing that is settled.

    Raises NotAllowed, or RuleBroken: not held, meetings to come, attendance or scores not recorded, a closed year.
    """
    run = _hold(run_id, by=by, at=at)
    if refusals := why_not_conclude(run, at=at):
        raise RuleBroken("\n".join(refusals))
    return settle(judging.of_run(run).values(), by=by, at=at)


def why_not_conclude(run: CourseRun, *, at: datetime) -> list[str]:
    """What stands against it, in sentences; empty where nothing does."""
    if run.course.completion_rule == CompletionRule.MARK:
        return ["この研修の修了は、eラーニングの結果の取込で記録します。"]
    meetings = list(run.sessions.all())
    if not meetings:
        return ["日程がないため、出欠から結果を確定できません。"]
    if (last := max(row.ends_at for row in meetings)) > at:
        return [f"最後の日程({day_of(last):%-m月%-d日})がまだ終わっていません。"]
    if run.status != RunStatus.HELD:
        return ["先に、この回を「実施済」にしてください。"]
    rows = run.enrollments.seated().filter(substitutes=None)
    known = Attendance.objects.filter(enrollment__in=rows).order_by().values_list("enrollment", "session")
    lacking = rows.count() * len(meetings) - len(set(known))
    sentences = [f"出欠が記録されていない人がいます(のべ{lacking}人)。"] if lacking > 0 else []
    if run.course.completion_rule == CompletionRule.SCORE:
        there = run.enrollments.seated().filter(score=None, attendances__minutes__gt=0).distinct().count()
        sentences += [f"得点が入力されていない人がいます({there}人)。"] if there else []
    return sentences


@transaction.atomic
def settle(found: Iterable[Judgement], *, by: User, at: datetime, reason: str = "") -> Settled:
    """Move each booking to the state that follows from the facts, and grant what holds now; a 修了 that no longer holds
    stays until an officer takes it back (`take_back`)."""
    chains = list({row.root.pk: row for row in found}.values())
    steps: dict[tuple[str, ...], list[int]] = defaultdict(list)
    count: dict[Status, int] = defaultdict(int)
    moved: set[int] = set()
    for judged in chains:
        for row in judged.chain:
            wanted, now = judged.state_of(row), Status(row.status)
            if wanted is None or (now == Status.COMPLETED and wanted != now):
                continue
            count[wanted] += 1
            if path := STEPS.get((now, wanted)):
                steps[path].append(row.pk)
                moved.add(judged.root.pk)
    why = reason or "出欠の記録による判定"
    for path, ids in steps.items():
        for name in path:
            ENROLLMENT.move_all(ids, name, by=by, at=at, reason=why if name == "reopen" else reason)
    changed = [row for row in chains if row.root.pk in moved]
    _grant([row for row in changed if row.outcome == Status.COMPLETED], by=by, at=at, reason=reason)
    _tell(changed, at=at)
    return Settled(count[Status.COMPLETED], count[Status.FAILED], count[Status.ABSENT], count[Status.ATTENDED])


def no_longer_holding(found: Mapping[int, Judgement]) -> list[Judgement]:
    """Judgements with a 修了 on record that the facts do not bear any more: an officer confirms, then it is revoked."""
    rows = {row.root.pk: row for row in found.values() if row.outcome in (Status.FAILED, Status.ABSENT)}
    return [row for row in rows.values() if any(each.status == Status.COMPLETED for each in row.chain)]


@transaction.atomic
def take_back(run_id: int, roots: Collection[int], *, reason: str, by: User, at: datetime) -> int:
    """修了を取り消す, of these bookings whose attendance no longer bears it; returns how many.

    Raises NotAllowed, or RuleBroken: no reason, nothing chosen, a closed year.
    """
    run = _hold(run_id, by=by, at=at)
    if not reason.strip():
        raise RuleBroken(completions.NEEDS_REASON)
    chosen = [row for row in no_longer_holding(judging.of_run(run)) if row.root.pk in roots]
    if not chosen:
        raise RuleBroken("取り消す修了を選んでください。")
    ids = [row.pk for judged in chosen for row in judged.chain]
    granted = Completion.objects.standing().filter(enrollment__in=ids, source=CompletionSource.ATTENDANCE)
    completions.revoke_all(list(granted.values_list("pk", flat=True)), reason=reason, by=by, at=at)
    for judged in chosen:
        for row in judged.chain:
            wanted = judged.state_of(row)
            for name in STEPS.get((Status(row.status), wanted), ()) if wanted else ():
                ENROLLMENT.move(row.pk, name, by=by, at=at, reason=reason.strip())
    _tell(chosen, at=at)
    return len(chosen)


@transaction.atomic
def score(run_id: int, scores: Mapping[int, int | None], *, by: User, at: datetime, reason: str = "") -> int:
    """Write scores (booking → points, None for none yet); returns how many changed. A run that is settled is judged
    anew, with the reason.

    Raises NotAllowed, or RuleBroken: another run's booking, points out of range, no reason after the results.
    """
    run = _hold(run_id, by=by, at=at)
    rows = {row.pk: row for row in run.enrollments.seated().filter(pk__in=scores).select_related("employee", "run")}
    if set(scores) - set(rows):
        raise RuleBroken("この回の受講者ではない人の得点があります。画面を開き直してください。")
    changed = [row for pk, row in rows.items() if row.score != scores[pk]]
    if any(not 0 <= (scores[row.pk] or 0) <= HIGHEST_SCORE for row in changed):
        raise RuleBroken(f"得点は0から{HIGHEST_SCORE}までの整数で入力してください。")
    settled = [row for row in changed if row.status in (Status.COMPLETED, Status.FAILED)]
    if settled and not reason.strip():
        raise RuleBroken("結果を確定したあとの訂正には、理由を入力してください。")
    before = {row.pk: row.score for row in changed}
    for row in changed:
        row.score = scores[row.pk]
    Enrollment.objects.bulk_update(changed, ["score"], batch_size=500)
    audit.record_all(
        audit.event(
            row, "score_entered", by=by, at=at, before={"score": before[row.pk]}, after={"score": row.score},
            reason=reason.strip(),
        )
        for row in changed
    )  # fmt: skip
    if is_concluded(run) and changed:
        settle(judging.of_run(run).values(), by=by, at=at, reason=reason.strip())
    return len(changed)


def is_concluded(run: CourseRun) -> bool:
    """Held, and nobody whose result is not settled."""
    held = run.status == RunStatus.HELD
    return held and not run.enrollments.confirmed().exists() and run.enrollments.seated().exists()


def _hold(run_id: int, *, by: User, at: datetime) -> CourseRun:
    """The run, held, for somebody who may; its year is open. Raises NotAllowed, RuleBroken."""
    if not may.edit_runs(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    run = seats.hold(run_id)
    closing.ensure_open(run.fiscal_year)
    return run


def _grant(found: list[Judgement], *, by: User, at: datetime, reason: str) -> None:
    """The completions of these, but for whom the course of the year is on record already."""
    there = set(
        Completion.objects.standing()
        .filter(employee__in=[row.root.employee_id for row in found], course__in={row.root.course_id for row in found})
        .values_list("employee", "course", "fiscal_year")
    )
    rows = [
        Completion(
            employee=row.root.employee,
            course=row.root.course,
            fiscal_year=row.root.run.fiscal_year,
            completed_on=row.last_on,
            source=CompletionSource.ATTENDANCE,
            enrollment=row.ended_with,
            hours=row.hours,
            score=row.score,
        )
        for row in found
        if row.last_on and (row.root.employee_id, row.root.course_id, row.root.run.fiscal_year) not in there
    ]
    completions.grant_all(rows, by=by, at=at, reason=reason)


def _tell(found: list[Judgement], *, at: datetime) -> None:
    """Each is told how it ended; an absence is no news to whoever was absent."""
    words = {Status.COMPLETED: "を修了しました。", Status.FAILED: "は未修了となりました。"}
    notices.write_all(
        (
            Message(
                key=f"result:{row.root.pk}:{row.outcome}:{at:%Y%m%dT%H%M%S%f}",
                to=row.root.employee,
                title=f"{row.root.run}{words[row.outcome]}",
                body=row.words,
                url=f"/courses/{row.root.course.code}/",
            )
            for row in found
            if row.outcome in words
        ),
        at=at,
    )
