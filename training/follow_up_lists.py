"""活用の確認 as a head sees it: the runs of the department's people, open ones first."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aomori_dx.kernel.clock import day_of
from staff.models import User
from training.models import CourseRun, FollowUp
from training.services.follow_ups import stamp

KEPT = timedelta(days=730)
"""So long a head sees what was answered."""


@dataclass(frozen=True)
class RunOfPeople:
    """The people of one run about whom this head is asked."""

    run: CourseRun
    rows: list[FollowUp]
    on: date

    @property
    def waiting(self) -> int:
        return sum(row.answered_at is None for row in self.rows)

    @property
    def due_on(self) -> date:
        return min((row.due_on for row in self.rows if not row.answered_at), default=self.rows[0].due_on)

    @property
    def closes_on(self) -> date:
        return max(row.closes_on for row in self.rows)

    @property
    def takes_answers(self) -> bool:
        return self.on <= self.closes_on

    @property
    def is_late(self) -> bool:
        return bool(self.waiting) and self.due_on < self.on

    @property
    def state(self) -> str:
        """The code of its badge."""
        if not self.waiting:
            return "answered"
        return "unanswered" if self.takes_answers else "closed"

    @property
    def state_word(self) -> str:
        return {"answered": "回答済み", "unanswered": "未回答", "closed": "受付終了"}[self.state]

    @property
    def stamp(self) -> str:
        return stamp(self.rows)


def of(user: User, *, at: datetime, run_id: int | None = None) -> list[RunOfPeople]:
    """The runs (or the one) about whose people `user` is asked; those that wait first, the next due on top.

    One query, and one for each generation of a reorganised department.
    """
    on = day_of(at)
    rows = FollowUp.objects.answered_by(user, on).filter(closes_on__gte=on - KEPT)
    if run_id is not None:
        rows = rows.filter(enrollment__run=run_id)
    rows = rows.select_related("enrollment__run__course", "enrollment__employee", "department")
    groups: dict[int, list[FollowUp]] = {}
    for row in rows.order_by("-due_on", "enrollment__employee__employee_number"):
        groups.setdefault(row.enrollment.run_id, []).append(row)
    found = [RunOfPeople(rows[0].enrollment.run, rows, on) for rows in groups.values()]
    waiting = sorted((row for row in found if row.state == "unanswered"), key=lambda row: row.due_on)
    return [*waiting, *(row for row in found if row.state != "unanswered")]


def waiting(user: User, on: date) -> int:
    """About how many people an answer is waited for."""
    return FollowUp.objects.answered_by(user, on).open_on(on).waiting().count()
