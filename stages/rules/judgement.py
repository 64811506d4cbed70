"""修了判定 (R23): what each outcome makes of a year, and when one may be judged. Rules say why not, or None."""

from collections.abc import Mapping
from datetime import datetime

from stages.models import StageEnrollment, StageOutcome, StageStatus

STATUS_OF: Mapping[str, str] = {
    StageOutcome.COMPLETED: StageStatus.COMPLETED,
    StageOutcome.RECOGNISED: StageStatus.COMPLETED,
    StageOutcome.REPEAT: StageStatus.NOT_COMPLETED,
    StageOutcome.CARRY_ON: StageStatus.NOT_COMPLETED,
    StageOutcome.SUSPENDED: StageStatus.SUSPENDED,
    StageOutcome.WITHDRAWN: StageStatus.WITHDRAWN,
}
"""The state of the year after the judgement; stage n+1 asks for n completed, which is 修了 or 認定 (R24)."""
RUNNING = frozenset({StageStatus.IN_PROGRESS, StageStatus.SUSPENDED})
"""The states in which a year waits for its judgement."""
NEEDS_REASON = frozenset(StageOutcome.values) - {StageOutcome.COMPLETED}


def move_of(enrollment: StageEnrollment, outcome: str) -> str:
    """The move that makes this outcome of the year."""
    if outcome == StageOutcome.SUSPENDED and enrollment.status == StageStatus.SUSPENDED:
        return "stay_suspended"
    return _MOVES[outcome]


_MOVES = {
    StageOutcome.COMPLETED.value: "complete",
    StageOutcome.RECOGNISED.value: "recognise",
    StageOutcome.REPEAT.value: "repeat",
    StageOutcome.CARRY_ON.value: "carry_on",
    StageOutcome.SUSPENDED.value: "suspend",
    StageOutcome.WITHDRAWN.value: "withdraw",
}


def take_back_of(enrollment: StageEnrollment) -> str:
    """The move that takes the judgement of this year back: a suspension stays one, until it is resumed."""
    return "take_back_suspended" if enrollment.status == StageStatus.SUSPENDED else "take_back"


def was_judged(enrollment: StageEnrollment, at: datetime) -> str | None:
    """Only what was decided is taken back; what came with an older list is corrected as a fact."""
    return None if enrollment.judged_on is not None else "この年度には、確定した判定がありません。"


def is_judged_as(enrollment: StageEnrollment) -> bool:
    """Whether the judgement that was decided is that of the state in which the year is."""
    return enrollment.judged_on is not None and STATUS_OF.get(enrollment.outcome) == enrollment.status


def next_year_has_not_begun(enrollment: StageEnrollment, at: datetime) -> str | None:
    """What a later year rests on stays as it is, until that year is gone."""
    later = StageEnrollment.objects.filter(promoter=enrollment.promoter, fiscal_year__gt=enrollment.fiscal_year)
    if row := later.select_related("stage").order_by("fiscal_year").first():
        return f"{row.fiscal_year}の「{row.stage.label}」がすでに始まっているため、取り消せません。"
    return None
