"""What this floor does when it hears of its own completions: one line each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from training.services import certificates
from training.signals import completion_changed


@receiver(completion_changed)
def let_certificates_follow(sender: type, *, employees: Sequence[int], by: Any, at: datetime, **kwargs: Any) -> None:
    certificates.follow(employees, by=by, at=at)
