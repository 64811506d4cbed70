"""What a batch of the turn of the year writes: the new training with its curriculum, and what people are told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aomori_dx.kernel import audit, bulk
from staff.services import notices
from staff.services.notices import Message
from stages.effects.curriculum import assign
from stages.models import GrowthStage, MoveKind, Promoter, Rollover, StageEnrollment
from stages.services.rollover_facts import Case

SAID = {
    MoveKind.CLIMB: "次のステージに進みます。",
    MoveKind.REPEAT: "同じステージをもう一度受講します。",
    MoveKind.CARRY_ON: "同じステージを続けます。",
    MoveKind.RESUME: "中断していたステージを再開します。",
}


def enrol(turn: Rollover, found: Sequence[Case], *, by: Any, at: datetime) -> list[StageEnrollment]:
    """Begin the new year for these promoters, from its first day, by the curriculum version of that day (rule 8).

    Call it in the transaction of the batch. The caller has checked that nobody has the new year already.
    """
    if not found:
        return []
    stages = {stage.number: stage for stage in GrowthStage.objects.all()}
    named = Promoter.objects.select_related("employee").only("cohort", "employee__name")
    promoters = named.in_bulk([case.promoter for case in found])
    first = turn.fiscal_year.first_day
    rows = [
        StageEnrollment(
            promoter=promoters[case.promoter],
            fiscal_year=turn.fiscal_year,
            stage=stages[case.decision.stage or 0],
            track_id=case.track,
            started_on=first,
            status_on=first,
        )
        for case in found
    ]
    assign(rows, on=first)
    bulk.insert_all(StageEnrollment, rows)
    audit.record_all(
        audit.event(row, "start", by=by, at=at, after=row.status, reason=f"{turn}: {case.decision.why}")
        for row, case in zip(rows, found, strict=True)
    )
    notices.write_all((_message(row, case) for row, case in zip(rows, found, strict=True)), at=at)
    return rows


def _message(row: StageEnrollment, case: Case) -> Message:
    return Message(
        key=f"rollover:{row.fiscal_year.start_year}:{row.promoter_id}",
        to=row.promoter.employee,
        title=f"{row.fiscal_year}は{row.stage}です",
        body=SAID[case.decision.kind],
        url="/me/progress/",
    )
