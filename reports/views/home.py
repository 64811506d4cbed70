"""The first page: what waits for you today, before anything else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aomori_dx.kernel import clock
from reports.figures import home
from stages import errands
from training import own_training


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    waiting = errands.of(request.user, at=at)
    context = {
        "home": home.today(request.user, on=at.date(), waiting=waiting),
        "training": own_training.in_one_line(request.user, at=at),
    }
    return render(request, "reports/home.html", context)
