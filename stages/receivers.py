"""What this floor does when the floor below speaks: one line each."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from staff.signals import departments_succeeded, records_changed
from stages.services import exemptions, quotas, recomputing
from stages.signals import curricula_assigned
from training.signals import completion_changed


@receiver(records_changed)
def compute_the_quotas_again(sender: type, *, at: datetime, **kwargs: Any) -> None:
    quotas.request(by=None, at=at)


@receiver(departments_succeeded)
def let_exemptions_follow(sender: type, *, successions: list, act: Any, **kwargs: Any) -> None:
    exemptions.follow(successions, act=act)


@receiver(completion_changed)
def compute_the_progress_again(sender: type, *, employees: list[int], at: datetime, **kwargs: Any) -> None:
    recomputing.of_employees(employees, at=at)


@receiver(curricula_assigned)
def compute_by_the_other_curriculum(sender: type, *, enrollments: list[int], at: datetime, **kwargs: Any) -> None:
    recomputing.of_enrollments(enrollments, at=at)
