"""切替: an officer moves people to a revision, after the preview; nobody moves by itself (rule 8, R21)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from aomori_dx.kernel import audit
from aomori_dx.kernel.errors import RuleBroken
from staff.services import notices
from staff.services.notices import Message
from stages import curriculum_preview
from stages.models import Curriculum, StageEnrollment
from stages.services.curricula import hold
from stages.signals import curricula_assigned

NAMED = 10
"""So many people who stand in the way are named."""


@transaction.atomic
def switch(
    curriculum_id: int, enrollment_ids: Iterable[int], *, reason: str, by: Any, at: datetime
) -> list[StageEnrollment]:
    """Judge these years by this version from now on; the people are told. All or none; returns the years.

    Raises NotAllowed, or RuleBroken: the year is closed, the version is not published, nobody is chosen, no reason,
    somebody cannot be moved (any more): has it already, was judged, is of another stage or track.
    """
    wanted = sorted(set(enrollment_ids))
    new = Curriculum.objects.select_related("stage", "track").get(pk=curriculum_id)
    hold(new.stage_id, new.fiscal_year, by=by, at=at)
    if not new.is_published:
        raise RuleBroken("公開していない版には切り替えられません。先に公開してください。")
    if not wanted:
        raise RuleBroken("切り替える人を選んでください。")
    if not reason.strip():
        raise RuleBroken("切り替える理由を入力してください。")
    held = _held(wanted, new)
    events = [
        audit.event(
            row,
            "curriculum_switched",
            by=by,
            at=at,
            before={"curriculum": str(row.curriculum)},
            after={"curriculum": str(new)},
            reason=reason.strip(),
        )
        for row in held
    ]
    StageEnrollment.objects.filter(pk__in=[row.pk for row in held]).update(curriculum=new)
    audit.record_all(events)
    notices.write_all((_message(row, new, reason.strip(), at) for row in held), at=at)
    for row in held:
        row.curriculum = new
    curricula_assigned.send(sender=Curriculum, enrollments=[row.pk for row in held], at=at)
    return held


def _held(wanted: list[int], new: Curriculum) -> list[StageEnrollment]:
    """These years, locked. Raises RuleBroken naming those that cannot be moved."""
    rows = StageEnrollment.objects.filter(pk__in=wanted).select_for_update(of=("self",)).order_by("pk")
    held = list(rows.select_related("promoter__employee", "stage", "curriculum__stage", "curriculum__track"))
    movable = set(curriculum_preview.candidates(new).filter(pk__in=wanted).values_list("pk", flat=True))
    if stuck := [row for row in held if row.pk not in movable]:
        raise RuleBroken(_cannot_move(stuck))
    return held


def _message(row: StageEnrollment, new: Curriculum, reason: str, at: datetime) -> Message:
    return Message(
        f"curriculum:{new.pk}:{row.pk}:{at.isoformat()}",
        row.promoter.employee,
        f"{new.fiscal_year}のカリキュラムが変わりました",
        f"{new.stage.label}の修了の条件が、第{new.version}版に変わりました。理由: {reason}",
        f"/plan/curricula/{new.pk}/",
        new.deadline,
    )


def _cannot_move(rows: list[StageEnrollment]) -> str:
    names = "、".join(row.promoter.employee.name for row in rows[:NAMED])
    more = f" ほか{len(rows) - NAMED}人" if len(rows) > NAMED else ""
    return (
        f"次の人は切り替えられません(すでに切り替えたか、判定が済んでいるか、対象が変わりました): {names}{more}。"
        "一覧を確かめて、選び直してください。"
    )
