"""What the schoolhouse does when the floor below speaks, or when it hears of its own completions: one line each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from staff.signals import records_changed
from training.services import certificates, required_reminders, requirements
from training.signals import completion_changed


@receiver(completion_changed)
def let_certificates_follow(sender: type, *, employees: Sequence[int], by: Any, at: datetime, **kwargs: Any) -> None:
    certificates.follow(employees, by=by, at=at)


@receiver(records_changed)
def assign_required_training_again(sender: type, *, at: datetime, **kwargs: Any) -> None:
    requirements.follow(at=at)


@receiver(completion_changed)
def speak_no_more_of_what_is_done(sender: type, *, employees: list[int], at: datetime, **kwargs: Any) -> None:
    required_reminders.call_off(employees, at=at)
