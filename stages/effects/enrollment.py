"""What follows a move of a promoter's year: since when the new state holds."""

from datetime import datetime
from typing import Any

from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.errors import constraints_as_rules
from stages.models import StageEnrollment


def date_the_status(enrollment: StageEnrollment, *, by: Any, at: datetime) -> None:
    """The state holds from the day of the move on. Raises RuleBroken for a day before the start."""
    enrollment.status_on = at.astimezone(TOKYO).date()
    with constraints_as_rules():
        enrollment.save(update_fields=["status_on"])
