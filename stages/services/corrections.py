"""Correcting what a workflow rules: a person's decision, with author, day and reason, beside the table of moves."""

from datetime import date, datetime

from django.db import transaction

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.corrections import announce, demand_reason, keep_constraints
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from aomori_dx.kernel.wareki import format_date
from staff import permissions as may_staff
from staff.models import User
from stages.models import Promoter, StageEnrollment, StageStatus
from stages.rules import progression

State = tuple[str, date]


def state_of(enrollment: StageEnrollment) -> State:
    return enrollment.status, enrollment.status_on


def status_blockers(enrollment: StageEnrollment, *, to: str, on: date, at: datetime) -> list[str]:
    """Why the state cannot be corrected to this, in sentences; empty if it can.

    A correction may go where no move leads, but the stages are still climbed in order (rule 9).
    """
    if to not in StageStatus.values:
        return ["状態を選んでください。"]
    reasons: list[str | None] = [closing.hold().why_not(enrollment.fiscal_year, enrollment.status_on, on)]
    if (to, on) == state_of(enrollment):
        reasons.append("いまの状態と日付のままです。訂正するものがありません。")
    if on > day_of(at):
        reasons.append("先の日付にはできません。")
    if on < enrollment.started_on:
        reasons.append(f"状態の日付は開始日({format_date(enrollment.started_on)})以後にしてください。")
    if to == StageStatus.COMPLETED:
        reasons += [
            progression.stage_before_is_completed(enrollment, at),
            progression.stage_is_not_completed_yet(enrollment, at),
        ]
    elif (
        enrollment.status == StageStatus.COMPLETED and _later(enrollment).filter(status=StageStatus.COMPLETED).exists()
    ):
        reasons.append("この先のステージをすでに修了しています。先のステージの状態から訂正してください。")
    return [reason for reason in reasons if reason]


def what_follows(enrollment: StageEnrollment, *, to: str) -> list[str]:
    """What the correction means, in sentences for the person who confirms it."""
    gained, lost = to == StageStatus.COMPLETED, enrollment.status == StageStatus.COMPLETED
    sentences = []
    if gained and not lost:
        sentences.append(f"「{enrollment.stage}」の修了者として数えられます。")
    if lost and not gained:
        sentences.append(f"「{enrollment.stage}」の修了者から外れます。")
        if _later(enrollment).exists():
            sentences.append("この先のステージの登録は残ります。あわせて確かめてください。")
    if to == StageStatus.IN_PROGRESS:
        sentences.append("受講中に戻り、この年度の育成の続きを受けられます。")
    return [*sentences, "枠と育成実績を計算し直します。", "訂正したことは、理由とともに操作記録に残ります。"]


@transaction.atomic
def correct_status(
    enrollment_id: int, *, to: str, on: date, reason: str, by: User, at: datetime, seen: State | None = None
) -> StageEnrollment:
    """Set the state of a year of training and since when it holds.

    `seen`: the state the person saw when deciding. Raises NotAllowed, or RuleBroken with the sentences of
    `status_blockers`, without a reason, or where the state is another one by now.
    """
    if not may_staff.correct_records(by, day_of(at)):
        raise NotAllowed("データを訂正する権限がありません。")
    plain = demand_reason(reason)
    promoter_id = StageEnrollment.objects.values_list("promoter_id", flat=True).get(pk=enrollment_id)
    hold_promoter(promoter_id)
    enrollment = StageEnrollment.objects.select_for_update().get(pk=enrollment_id)
    if seen is not None and seen != state_of(enrollment):
        raise RuleBroken(_moved_on(enrollment))
    if blockers := status_blockers(enrollment, to=to, on=on, at=at):
        raise RuleBroken("\n".join(blockers))
    before = _kept(enrollment)
    enrollment.status = to
    enrollment.status_on = on
    keep_constraints(enrollment)
    with constraints_as_rules():
        enrollment.save(update_fields=["status", "status_on"])
    audit.record(enrollment, "status_corrected", by=by, at=at, before=before, after=_kept(enrollment), reason=plain)
    announce(StageEnrollment, by=by, at=at)
    return enrollment


def hold_promoter(promoter_id: int) -> None:
    """Lock a promoter until the transaction ends: the years of one person are compared with each other."""
    Promoter.objects.select_for_update().get(pk=promoter_id)


def _kept(enrollment: StageEnrollment) -> dict[str, str]:
    return {"status": str(enrollment.status), "status_on": enrollment.status_on.isoformat()}


def _moved_on(enrollment: StageEnrollment) -> str:
    return (
        f"確認している間に、状態が「{enrollment.get_status_display()}」({format_date(enrollment.status_on)})に"
        "変わりました。確かめて、もう一度訂正してください。"
    )


def _later(enrollment: StageEnrollment):
    """The same promoter's years in the stages above."""
    return StageEnrollment.objects.filter(promoter=enrollment.promoter, stage__number__gt=enrollment.stage.number)
