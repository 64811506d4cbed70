"""Asking for the figures to be computed now."""

from datetime import datetime, timedelta

from django.db import transaction

from aomori_dx.kernel.models import Job
from staff.models import User
from stages.models import TrainingPlan
from stages.services import quotas

SAME_CLICK = timedelta(seconds=10)


@transaction.atomic
def ask(*, seen: int, by: User, at: datetime) -> Job:
    """Ask once: a second click on the same page (`seen`: the newest job that it knew of) gets the first one's job.

    Raises NotAllowed for those who may not. The lock makes two clicks at the same moment come one after the other.
    """
    list(TrainingPlan.objects.select_for_update().order_by("pk").values_list("pk"))
    mine = Job.objects.filter(kind=quotas.KIND, pk__gt=seen, requested_by_id=by.pk, queued_at__gt=at - SAME_CLICK)
    return mine.first() or quotas.request(by=by, at=at)
