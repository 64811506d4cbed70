"""年度更新: the dry run, and its application batch by batch. Killed anywhere and run again, the same state."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count

from aomori_dx.kernel import audit, bulk, clock, closing, progress
from aomori_dx.kernel.audit import actor_name
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import DomainError, NotAllowed, RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import Job, JobState
from aomori_dx.kernel.progress import Steps
from staff.models import User
from stages import permissions as may
from stages.models import (
    GrowthStage,
    MoveKind,
    Promoter,
    Rollover,
    RolloverMove,
    RolloverState,
    StageEnrollment,
    StageStatus,
)
from stages.rules.rollover import ENROLS
from stages.services import calls, fiscal_years, quotas, recomputing
from stages.services.rollover_batch import enrol
from stages.services.rollover_facts import Case, cases, portions, rules_for
from stages.workflows.rollover import ROLLOVER

Report = Callable[[int, int, str], None]

KIND = "roll_over_fiscal_year"
BATCH = 2_000
"""So many promoters are moved in one transaction."""
AGAIN = "解決したあと、もう一度確認して実行してください。"
NOT_YOURS = "年度更新を行えるのは、DX推進担当だけです。"
CHANGED = "確認のあとに記録が変わったため、動かしていません"
LEFT_OUT = "要確認の{}人を除いて実行"
EXCEPTIONS_LEFT = "要確認の人が{}人残っています。先に解決するか、「要確認の人を除いて実行する」を選んでください。"


def foresee(year: FiscalYear, *, silence_pauses: bool = False) -> Iterator[Case]:
    """Every promoter's move into `year` and why, in the order of their ids; writes nothing (dry run)."""
    rules = rules_for(year, silence_pauses=silence_pauses)
    for portion in portions(year):
        yield from cases(portion, rules)


@transaction.atomic
def plan(year: FiscalYear, *, by: Any, at: datetime, silence_pauses: bool = False) -> Rollover:
    """The dry run, kept with every move. It takes the place of one that was not started.

    Raises NotAllowed, or RuleBroken: the year is closed, or a turn into it is running.
    """
    if by is not None and not may.roll_over(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    closing.ensure_open(year)
    earlier = Rollover.objects.select_for_update().filter(fiscal_year=year)
    if any(row.state == RolloverState.RUNNING for row in earlier):
        raise RuleBroken(f"{year}への年度更新は、いま実行されています。")
    for row in earlier:
        if row.state == RolloverState.PLANNED:
            RolloverMove.objects.filter(rollover=row).delete()  # a dry run is no fact; its row stays
            ROLLOVER.move(row.pk, "discard", by=by, at=at)
    turn = Rollover.objects.create(
        fiscal_year=year, silence_pauses=silence_pauses, planned_by_name=actor_name(by), planned_at=at
    )
    counts: Counter[str] = Counter()
    sums = hashlib.sha256()
    bulk.insert_all(RolloverMove, _moves(turn, counts, sums), keyed=False)
    Rollover.objects.filter(pk=turn.pk).update(counts=dict(counts), digest=sums.hexdigest())
    turn.refresh_from_db()
    audit.record(turn, "foreseen", by=by, at=at, after=turn.counts)
    return turn


def _moves(turn: Rollover, counts: Counter[str], sums: Any) -> Iterator[RolloverMove]:
    stages = dict(GrowthStage.objects.values_list("number", "pk"))
    for case in foresee(turn.fiscal_year, silence_pauses=turn.silence_pauses):
        decision = case.decision
        counts[decision.kind] += 1
        sums.update(f"{case.promoter}|{decision.kind}|{decision.stage}\n".encode())
        yield RolloverMove(
            rollover=turn,
            promoter_id=case.promoter,
            kind=decision.kind,
            stage_id=stages.get(decision.stage) if decision.stage else None,
            why=decision.why,
        )


def unfinished(year: FiscalYear) -> Rollover | None:
    """A turn into `year` that was started and not ended: it is gone on with, not planned anew."""
    return Rollover.objects.filter(fiscal_year=year, state=RolloverState.RUNNING).first()


@transaction.atomic
def begin(rollover_id: int, *, by: Any, at: datetime, leave_out: bool = False) -> Rollover:
    """From here on the moves may be made (`carry_out`). One that has begun stays as it is.

    `leave_out`: the people whom somebody has to look at stay as they are; who said so is recorded. Raises NotAllowed,
    or RuleBroken: the new year has not begun, is closed, the turn is over, or exceptions are left.
    """
    turn = Rollover.objects.select_for_update().get(pk=rollover_id)
    if by is not None and not may.roll_over(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    if turn.state == RolloverState.RUNNING:
        return turn
    left = turn.counts.get(MoveKind.EXCEPTION, 0)
    if turn.state == RolloverState.PLANNED and left and not leave_out:
        raise RuleBroken(EXCEPTIONS_LEFT.format(left))
    ROLLOVER.move(turn.pk, "start", by=by, at=at, reason=LEFT_OUT.format(left) if left else "")
    Rollover.objects.filter(pk=turn.pk).update(started_by_name=actor_name(by), started_at=at)
    turn.refresh_from_db()
    return turn


@transaction.atomic
def start(rollover_id: int, *, by: Any, at: datetime, leave_out: bool = False) -> Job:
    """`begin`, and have the moves made in the background. Again: the same job, or another one where it was given up."""
    turn = begin(rollover_id, by=by, at=at, leave_out=leave_out)
    key = f"{KIND}:{turn.pk}"
    at_it = Job.objects.filter(key=key, state=JobState.RUNNING).first()
    params = {"rollover": turn.pk, "by": getattr(by, "pk", None)}
    return at_it or progress.enqueue(KIND, key=key, params=params, by=by, at=at)


def job_of(turn: Rollover) -> Job | None:
    """The newest job that makes its moves; None where it was not asked for, or runs on the server's command line."""
    return Job.objects.filter(key=f"{KIND}:{turn.pk}").order_by("-pk").first()


def carry_out(rollover_id: int, *, by: Any, at: datetime, report: Report | None = None) -> Rollover:
    """Make the moves of a turn that was started, a transaction a batch; what is done already stays done.

    `report(done, total, message)` is told after each batch.
    """
    turn = Rollover.objects.get(pk=rollover_id)
    if turn.state != RolloverState.RUNNING:
        return turn
    waiting = RolloverMove.objects.filter(rollover=turn, done_at__isnull=True).order_by("promoter")
    ids = waiting.values_list("promoter", flat=True)
    total = RolloverMove.objects.filter(rollover=turn).count()
    done, last = total - waiting.count(), 0
    while batch := list(ids.filter(promoter__gt=last)[:BATCH]):
        _make(turn, batch, by=by, at=at)
        done, last = done + len(batch), batch[-1]
        if report:
            report(done, total, f"{turn.fiscal_year}の育成を登録しています。")
    return _end(turn.pk, by=by, at=at)


@transaction.atomic
def _make(turn: Rollover, promoters: list[int], *, by: Any, at: datetime) -> None:
    """One batch: the moves are decided anew from the records under lock; who is another case by now is left alone."""
    closing.ensure_open(turn.fiscal_year)
    list(Promoter.objects.select_for_update().filter(pk__in=promoters).order_by("pk").values_list("pk"))
    shown = RolloverMove.objects.filter(rollover=turn, promoter__in=promoters, done_at__isnull=True)
    rules = rules_for(turn.fiscal_year, silence_pauses=turn.silence_pauses)
    found = {case.promoter: case for case in cases(promoters, rules)}
    same, changed = [], []
    for promoter, pk, kind, stage in shown.values_list("promoter", "pk", "kind", "stage__number"):
        case = found.get(promoter)
        if case is not None and (kind, stage) == (case.decision.kind, case.decision.stage):
            same.append(case)
        elif kind != MoveKind.EXCEPTION:
            why = f"{CHANGED}。{case.decision.why if case else ''}"[:300]
            changed.append(RolloverMove(pk=pk, kind=MoveKind.EXCEPTION, stage=None, why=why))
    enrol(turn, [case for case in same if case.decision.kind in ENROLS and case.facts.new is None], by=by, at=at)
    RolloverMove.objects.bulk_update(changed, ["kind", "stage", "why"])
    shown.update(done_at=at)


@transaction.atomic
def _end(rollover_id: int, *, by: Any, at: datetime) -> Rollover:
    """The year before is closed where nobody is left to look at, and this year's call is drafted; then it is done."""
    turn = Rollover.objects.select_for_update().get(pk=rollover_id)
    if turn.state != RolloverState.RUNNING:
        return turn
    sums = RolloverMove.objects.filter(rollover=turn).order_by().values_list("kind").annotate(times=Count("pk"))
    counts: Counter[str] = Counter(dict(sums))
    notes = [_close(turn, counts[MoveKind.EXCEPTION], by=by, at=at), _draft_the_call(turn, by=by, at=at)]
    ROLLOVER.move(turn.pk, "finish", by=None, at=at)
    note = "\n".join(filter(None, notes))
    Rollover.objects.filter(pk=turn.pk).update(counts=dict(counts), note=note, finished_at=at)
    quotas.request(by=None, at=at)
    recomputing.request(by=None, at=at)  # of so many at once in the background; the nightly run would do it too
    turn.refresh_from_db()
    return turn


def _close(turn: Rollover, exceptions: int, *, by: Any, at: datetime) -> str:
    last = turn.fiscal_year.previous
    if exceptions:
        return f"要確認の人が{exceptions}人残っているため、{last}は締めていません。{AGAIN}"
    if closing.closed_years().holds(last):
        return f"{last}は締められています。"
    learning = StageEnrollment.objects.filter(fiscal_year=last, status=StageStatus.IN_PROGRESS).count()
    if learning:
        return f"退職者などに{last}の育成が受講中のままの人が{learning}人いるため、{last}は締めていません。"
    try:
        with transaction.atomic():
            if refusal := fiscal_years.why_not_close(last, on=day_of(at)):
                return f"{last}は締めていません。{refusal}"
            closing.close(last, by=by, at=at, reason=f"{turn}による")
    except DomainError as refusal:
        return f"{last}は締めていません。{refusal}"
    return f"{last}を締めました。"


def _draft_the_call(turn: Rollover, *, by: Any, at: datetime) -> str:
    if not isinstance(by, User):
        return ""
    try:
        with transaction.atomic():
            calls.copy(turn.fiscal_year, by=by, at=at)
    except DomainError:
        return ""  # there is one already, or none to copy
    return f"{turn.fiscal_year}の推薦依頼の下書きを、前年度の写しで用意しました。"


def run(steps: Steps) -> dict[str, Any]:
    """The job."""
    by = User.objects.filter(pk=steps.params["by"]).first()
    turn = carry_out(steps.params["rollover"], by=by, at=clock.now(), report=steps.at)
    return {"rollover": turn.pk, "counts": turn.counts, "note": turn.note}
