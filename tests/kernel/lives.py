"""A small life to try the workflow machinery on: the year of a promoter, with moves of the tests' own."""

from datetime import datetime
from typing import Any

from aomori_dx.kernel import outbox
from aomori_dx.kernel.workflow import Move, Workflow
from stages.models import StageEnrollment, StageStatus

S = StageStatus
REFUSAL = "この職員はいま休職中です。"


def officer(by: Any, obj: StageEnrollment, at: datetime) -> bool:
    return by is None or by.username.startswith("officer")


def not_away(obj: StageEnrollment, at: datetime) -> str | None:
    return REFUSAL if obj.promoter.withdrawn_on else None


def write_a_letter(obj: StageEnrollment, *, by: Any, at: datetime) -> None:
    outbox.write(key=f"suspended:{obj.pk}", to="dx@example.jp", subject="中断", body="中断しました。", at=at)


def explode(obj: StageEnrollment, *, by: Any, at: datetime) -> None:
    raise RuntimeError("the effect failed")


YEAR = Workflow(
    StageEnrollment,
    [
        Move("complete", "修了", frozenset({S.IN_PROGRESS}), S.COMPLETED, who=officer, needs=(not_away,)),
        Move("suspend", "中断", frozenset({S.IN_PROGRESS}), S.SUSPENDED, who=officer, then=(write_a_letter,)),
        Move("resume", "再開", frozenset({S.SUSPENDED, S.NOT_COMPLETED}), S.IN_PROGRESS, who=officer),
        Move("give_up", "辞退", frozenset({S.IN_PROGRESS}), S.WITHDRAWN, who=officer, reason_required=True),
        Move(
            "break", "未修了", frozenset({S.IN_PROGRESS}), S.NOT_COMPLETED, who=officer, then=(write_a_letter, explode)
        ),
    ],
)
