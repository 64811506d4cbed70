"""振替: choosing another run for what was missed, by the office or by oneself."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from staff import roles
from training import permissions as may
from training.models import Enrollment
from training.services import judging, substitutions

TOLD = "第{}回に振替を登録しました({})。"


@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """`/bookings/<id>/substitute/`: of the own booking, or for the office of anybody's. A stranger finds nothing."""
    at = clock.now()
    user: Any = request.user
    office = may.edit_runs(user, at.date())
    rows = Enrollment.objects.select_related("employee", "run__course", "course")
    rows = rows if office else rows.filter(employee=roles.of(user, at.date()).employee_id or 0)
    row = get_object_or_404(rows, pk=pk)
    refusal, status = "", 200
    if request.method == "POST":
        chosen = request.POST.get("run", "")
        try:
            number = int(chosen) if chosen.isascii() and chosen.isdigit() else 0
            judged = judging.of_bookings([(row.pk, row.substitutes_id)]).get(row.pk)
            offered = substitutions.offered(judged, at=at, office=office) if judged else []
            if number not in {run.pk for run in offered}:
                refusal, status = "振替先の回を選んでください。", 422
            else:
                new = substitutions.book(row.pk, number, by=user, at=at)
                messages.success(request, TOLD.format(new.run.number, new.get_status_display()))
                return (
                    redirect("training:run", pk=row.run_id) if office else redirect("training:course", row.course.code)
                )
        except DomainError as error:
            refusal, status = str(error), 409
    judged = judging.of_bookings([(row.pk, row.substitutes_id)]).get(row.pk)
    why_not = substitutions.why_not(judged) if judged else "この申込は取り消されています。"
    context = {
        "row": row,
        "run": row.run,
        "judged": judged,
        "why_not": why_not,
        "runs": [] if judged is None or why_not else list(substitutions.offered(judged, at=at, office=office)),
        "office": office,
        "refusal": refusal,
    }
    return render(request, "training/substitute.html", context, status=status)
