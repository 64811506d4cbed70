"""Points from a pasted list: 職員番号 and the points beside it, a line a person; all of it or nothing."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from aomori_dx.kernel.errors import RuleBroken
from staff.models import User
from training.models import CourseRun
from training.rules import pasted
from training.services import results, ticking


@transaction.atomic
def write(run_id: int, text: str, *, by: User, at: datetime, reason: str = "") -> int:
    """Returns how many changed. Raises RuleBroken with a line for each entry that cannot be read, and what
    `results.score` raises."""
    entries = list(pasted.lines(text, settings.EMPLOYEE_NUMBER_WIDTH))
    if not entries:
        raise RuleBroken("職員番号と得点を貼り付けてください。")
    people = ticking.people_of({row.number for row in entries if row.number})
    seats = CourseRun.objects.get(pk=run_id).enrollments.seated().values_list("employee", "pk")
    booked = dict(seats)
    scores: dict[int, int | None] = {}
    refusals = []
    for row in entries:
        person = people.get(row.number)
        booking = booked.get(person.pk) if person else None
        if reason_why_not := _why_not(row, booking, booking in scores):
            refusals.append(f"{row.line}行目「{row.written}」: {reason_why_not}")
        elif booking is not None:
            scores[booking] = row.figures[-1]
    if refusals:
        raise RuleBroken("\n".join(refusals))
    return results.score(run_id, scores, by=by, at=at, reason=reason)


def _why_not(row: pasted.Pasted, booking: int | None, again: bool) -> str:
    if not row.number:
        return f"職員番号({settings.EMPLOYEE_NUMBER_WIDTH}桁の数字)を読み取れません。"
    if booking is None:
        return f"職員番号{row.number}は、この回の受講者ではありません。"
    if again:
        return "同じ職員番号が2回あります。"
    return "" if row.figures else "得点を読み取れません。職員番号のあとに、数字で入力してください。"
