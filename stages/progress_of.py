"""The progress of one year in a stage, for screens."""

from datetime import date

from stages.folding.progress import Progress
from stages.models import StageEnrollment
from stages.services import progress_facts


def of(enrollment: StageEnrollment, *, as_of: date) -> Progress:
    """The state of the year as of a day, folded from the facts that stand. Five queries."""
    (case,) = progress_facts.load([enrollment.pk], as_of=as_of)
    return case.fold()
