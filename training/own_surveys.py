"""The surveys of one person: those that wait for an answer first."""

from dataclasses import dataclass
from datetime import datetime

from aomori_dx.kernel.clock import day_of
from staff.models import Employee
from training.models import CourseRun, Enrollment, SurveyInvitation
from training.rules import surveys as rules


@dataclass(frozen=True)
class OwnSurvey:
    """`reason`: why it cannot be answered (any more), empty where it can."""

    invitation: SurveyInvitation
    reason: str = ""

    @property
    def run(self) -> CourseRun:
        return self.invitation.survey.run

    @property
    def waits(self) -> bool:
        return not self.reason

    @property
    def state(self) -> str:
        """The code of its badge."""
        if self.invitation.answered_on:
            return "answered"
        return "unanswered" if self.waits else "closed"

    @property
    def state_word(self) -> str:
        return {"answered": "回答済み", "unanswered": "未回答", "closed": "締切"}[self.state]


def of(employee: Employee, at: datetime) -> list[OwnSurvey]:
    """Every survey that the person was asked, in one query; those to answer first, the next to close on top."""
    rows = SurveyInvitation.objects.filter(enrollment__employee=employee)
    rows = rows.filter(enrollment__in=Enrollment.objects.attended()) | rows.filter(answered_on__isnull=False)
    found = [
        OwnSurvey(row, rules.why_not_answer(row, day_of(at)) or "")
        for row in rows.select_related("survey__run__course").order_by("-closes_on", "-pk")
    ]
    waiting = sorted((row for row in found if row.waits), key=lambda row: row.invitation.closes_on)
    return [*waiting, *(row for row in found if not row.waits)]


def waiting(employee_id: int, at: datetime) -> int:
    """How many surveys wait for the person's answer."""
    rows = SurveyInvitation.objects.filter(enrollment__employee=employee_id, answered_on__isnull=True)
    return rows.filter(closes_on__gte=day_of(at), enrollment__in=Enrollment.objects.attended()).count()
