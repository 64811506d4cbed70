"""私の育成: a promoter's own way, and the same for the head who is asked about one of the department's people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.web import only
from staff import roles
from stages import headed, own_path
from stages import permissions as may
from stages.models import Promoter

for_heads = only(may.answer_calls, reason=headed.NOT_A_HEAD)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """`/me/progress/`: everybody's own; who is no promoter is told how one becomes one."""
    on = clock.today()
    employee = roles.of(request.user, on).employee_id
    mine = Promoter.objects.select_related("employee", "department").filter(employee=employee or 0).first()
    if mine is None:
        return render(request, "stages/no_promoter.html", {"may_apply": may.apply_oneself(request.user, on)})
    context = {"path": own_path.of(mine, as_of=on), "is_own": True, "on": on}
    return render(request, "stages/my_progress.html", context)


@require_safe
@for_heads
def of_department(request: HttpRequest, pk: int) -> HttpResponse:
    """`/department/promoters/<id>/`: of a promoter who works in a department that the reader heads."""
    at = clock.now()
    on = clock.day_of(at)
    here = Promoter.objects.working_in(roles.of(request.user, on).headed, on)
    promoter = get_object_or_404(here.select_related("employee", "department"), pk=pk)
    audit.record(promoter, "viewed", by=request.user, at=at)
    context = {"path": own_path.of(promoter, as_of=on), "is_own": False, "on": on}
    return render(request, "stages/promoter_of_department.html", context)
