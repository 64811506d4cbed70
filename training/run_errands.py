"""What waits for the office because of runs: for the home page."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse

from aomori_dx.kernel.clock import day_of
from staff.models import User
from training import permissions as may
from training.errands import Errand
from training.models import ChangeRequest, CourseRun

NEAR = timedelta(days=7)
"""So long before the last day of booking a run that lacks people is spoken of."""


def of(user: User, *, at: datetime) -> Iterator[Errand]:
    """For those who plan runs, in one query: runs that lack people shortly before their booking ends, changes that
    people ask for, lists that an officer moves."""
    on = day_of(at)
    if not may.edit_runs(user, on):
        return
    below = Q(status="open", seats_taken__lt=F("minimum"), closes_on__gte=on, closes_on__lte=on + NEAR)
    asked = Exists(ChangeRequest.objects.filter(enrollment__run=OuterRef("pk"), settled_at=None))
    waiting = Exists(CourseRun.objects.filter(pk=OuterRef("pk"), enrollments__status="waitlisted"))
    by_hand = Q(promotes_by_hand=True, status__in=("open", "closed"), seats_taken__lt=F("capacity"))
    running = CourseRun.objects.filter(status__in=("open", "closed")).annotate(asked=asked, lined=waiting)
    counts = running.aggregate(
        below=Count("pk", filter=below),
        asking=Count("pk", filter=Q(asked=True)),
        by_hand=Count("pk", filter=by_hand & Q(lined=True)),
    )
    runs = reverse("training:runs")
    if number := counts["below"]:
        text = "締切が近いのに、最少催行人数に届いていません。案内するか、中止して別の回に移してください。"
        yield Errand("人数の足りない開催回", text, f"{runs}?needs=closing", "開催回を見る", count=number, unit="回")
    if number := counts["asking"]:
        text = "変更の締切を過ぎた受講者から、変更・取消の申出があります。承認するかどうかを決めてください。"
        yield Errand("受講の変更の申出", text, f"{runs}?needs=requests", "開催回を見る", count=number, unit="回")
    if number := counts["by_hand"]:
        text = "席が空いていて、キャンセル待ちの人がいます。順番に繰り上げてください。"
        yield Errand("手動で繰り上げる開催回", text, f"{runs}?needs=waiting", "開催回を見る", count=number, unit="回")
