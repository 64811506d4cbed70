"""The turn of the year on a made-up cohort: who learned last year goes on, repeats, pauses, comes back or ends."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from aomori_dx.benchmark.floor import seconds
from aomori_dx.benchmark.measures import Measure, Memory, processor_seconds
from aomori_dx.kernel import bulk
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Department, Employee
from stages.models import (
    ContinuationWish,
    GrowthStage,
    Promoter,
    Rollover,
    Route,
    StageEnrollment,
    StageOutcome,
    StageStatus,
    WishAnswer,
)
from stages.services import rollover

MOST = 100_000
BAR = "100,000人で確認と実行を合わせて60秒未満"
PORTION = 5_000
LIVES = (
    *[(StageStatus.COMPLETED, StageOutcome.COMPLETED, WishAnswer.YES)] * 16,
    (StageStatus.NOT_COMPLETED, StageOutcome.REPEAT, ""),
    (StageStatus.COMPLETED, StageOutcome.COMPLETED, WishAnswer.NOT_THIS_YEAR),
    (StageStatus.COMPLETED, StageOutcome.COMPLETED, WishAnswer.NO),
    (StageStatus.SUSPENDED, StageOutcome.SUSPENDED, ""),
)
"""How the year before ended and what was answered, in turn."""


def cohort(into: FiscalYear, *, at: datetime, most: int = MOST) -> int:
    """Make promoters of up to `most` members of staff, with the year before `into` judged; returns how many."""
    place = Department.objects.filter(parent__isnull=False).earliest("pk").pk
    people = Employee.objects.order_by("pk").values_list("pk", flat=True)[:most]
    waiting: list[int] = list(people)
    for start in range(0, len(waiting), PORTION):
        _appoint(waiting[start : start + PORTION], into, place, at=at)
    return len(waiting)


def _appoint(people: Sequence[int], into: FiscalYear, place: int, *, at: datetime) -> None:
    last = into.previous
    first_stage = GrowthStage.objects.earliest("number").pk
    began, ended = date(last.start_year, 6, 1), last.last_day
    promoters = [
        Promoter(employee_id=pk, cohort=last, route=Route.SELF, department_id=place, appointed_on=began)
        for pk in people
    ]
    bulk.insert_all(Promoter, promoters)
    lives = [(row, *LIVES[number % len(LIVES)]) for number, row in enumerate(promoters)]
    years = (
        StageEnrollment(
            promoter=row,
            fiscal_year=last,
            stage_id=first_stage,
            started_on=began,
            status=status,
            status_on=ended,
            outcome=outcome,
        )
        for row, status, outcome, _ in lives
    )
    bulk.insert_all(StageEnrollment, years, keyed=False)
    wishes = (
        ContinuationWish(promoter=row, fiscal_year=into, answer=answer, answered_at=at)
        for row, _, _, answer in lives
        if answer
    )
    bulk.insert_all(ContinuationWish, wishes, keyed=False)


def measure(into: FiscalYear, *, at: datetime, most: int = MOST) -> Iterator[Measure]:
    """The dry run and the moves of a turn into `into`, and both together."""
    number = cohort(into, at=at, most=most)
    steps = [_step("年度更新 確認", number, partial(rollover.plan, into, by=None, at=at))]
    turn = Rollover.objects.latest("pk")
    rollover.begin(turn.pk, by=None, at=at, leave_out=True)
    steps.append(_step("年度更新 実行", number, partial(rollover.carry_out, turn.pk, by=None, at=at)))
    yield from steps
    yield Measure(
        "年度更新 合わせて",
        sum(step.seconds for step in steps),
        number,
        bar=BAR,
        peak_mb=max(step.peak_mb or 0 for step in steps),
        processor=sum(step.processor or 0 for step in steps),
    )


def _step(name: str, number: int, work: Any) -> Measure:
    before = processor_seconds()
    with Memory() as memory:
        taken = seconds(work)
    return Measure(name, taken, number, peak_mb=memory.peak, processor=processor_seconds() - before)
