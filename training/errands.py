"""What waits for a person because of required training: the own courses, and those of the department's people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.urls import reverse

from aomori_dx.kernel.wareki import format_date
from staff import roles
from staff.models import User
from training import own_requirements, rates
from training.obligation_states import OwedState
from training.own_requirements import Own
from training.services import required_reminders


@dataclass(frozen=True)
class Errand:
    """Something to be done: what components/task.html shows."""

    title: str
    text: str
    href: str
    link: str
    tone: str = "warning"
    icon: str = "users"
    count: int | str = ""
    unit: str = ""


TONES: dict[str, str] = {OwedState.OVERDUE: "danger", OwedState.SOON: "warning"}


def of(user: User, *, on: date) -> Iterator[Errand]:
    """As a person, then as a head; one query each."""
    who = roles.of(user, on)
    if who.employee_id is not None and user.employee is not None:
        yield from (_own(row) for row in own_requirements.of(user.employee, on) if row.to_do)
    if who.headed:
        yield from _of_departments(who.headed, on)


def _own(row: Own) -> Errand:
    due = format_date(row.due)
    text = f"期限({due})を{row.days_late}日過ぎています。" if row.days_late else f"期限は{due}です。"
    return Errand(
        f"必修研修「{row.name}」",
        f"{text}{row.course}を受講してください。",
        row.href,
        "研修を見る",
        TONES.get(row.state, "info"),
        "calendar",
    )


def _of_departments(headed: frozenset[int], on: date) -> Iterator[Errand]:
    rows = rates.with_place(required_reminders.to_do(on), on).filter(place__department__in=headed)
    counts = rows.aggregate(
        people=Count("employee", distinct=True), late=Count("employee", distinct=True, filter=Q(due_on__lt=on))
    )
    if not counts["people"]:
        return
    late = f"うち{counts['late']}人は期限を過ぎています。" if counts["late"] else ""
    yield Errand(
        "所属の必修研修の未受講者", f"必修研修をまだ修了していない職員です。{late}",
        reverse("training:department-training"), "名前と期限を見る", "warning" if late else "info",
        "users", counts["people"], "人",
    )  # fmt: skip
