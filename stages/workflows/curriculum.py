"""カリキュラムの版: a draft is published, and never changes afterwards; what is to change is the next version."""

from aomori_dx.kernel.workflow import Move, Workflow
from stages import permissions as may
from stages.effects import curriculum as effects
from stages.models import Curriculum
from stages.models import CurriculumState as S
from stages.rules import curriculum as rules

CURRICULUM = Workflow(
    Curriculum,
    [
        Move(
            "publish",
            "公開",
            frozenset({S.DRAFT}),
            S.PUBLISHED,
            who=may.publish_curriculum,
            needs=(
                rules.year_is_open,
                rules.asks_for_something,
                rules.electives_can_be_met,
                rules.days_lie_in_its_year,
                rules.courses_are_offered,
            ),
            then=(effects.date_the_publication,),
        ),
    ],
    field="state",
    related=("stage",),
)
