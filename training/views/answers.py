"""What the screens of runs share: who may open them, the run of an address, a form that keeps what was typed."""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.web import only
from training import permissions as may
from training.models import ChangeRequest, CourseRun, RunStatus, SeatHold
from training.services import runs

OFFICES_ONLY = "開催回の一覧は、研修の担当課だけが見られます。申し込める研修は「研修」から確認できます。"
for_offices = only(may.see_runs, reason=OFFICES_ONLY)
for_editors = only(may.edit_runs, reason=runs.NOT_YOURS)


def given(request: HttpRequest) -> Any:
    """What was sent with a form; None where the form is only looked at."""
    return request.POST if request.method == "POST" else None


def run_of(pk: int) -> Any:
    """The run of an address, with its course, meetings and seats; `keeps`: it has holds, `asks`: somebody asks for a
    change."""
    rows = CourseRun.objects.select_related("course").with_seats().prefetch_related("sessions")
    holds = SeatHold.objects.filter(run=OuterRef("pk"), released_on__gt=clock.today())
    asked = ChangeRequest.objects.filter(enrollment__run=OuterRef("pk"), settled_at=None)
    return get_object_or_404(rows.annotate(keeps=Exists(holds), asks=Exists(asked)), pk=pk)


def other_runs(run: CourseRun) -> list[Any]:
    """Runs of the same course to which somebody can be moved."""
    rows = CourseRun.objects.filter(course=run.course_id, status__in=(RunStatus.OPEN, RunStatus.CLOSED))
    return list(rows.exclude(pk=run.pk).with_seats().order_by("first_at", "pk"))


def saved(form: Any, act: Callable[[], Any]) -> bool:
    """Whether it was written; what refuses stands on the form, with everything that was typed."""
    try:
        act()
    except DomainError as refusal:
        for line in str(refusal).splitlines():
            form.add_error(None, line)
        return False
    return True
