"""How an obligation stands on a day: done, overdue, due soon, on leave; one expression for lists and figures alike."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, TextChoices, Value, When

from aomori_dx.kernel.fiscal_year import FiscalYear

SOON = timedelta(days=30)
"""So long before its due day a course is shown as due soon."""


class OwedState(TextChoices):
    """`ON_LEAVE`: 休職等 on the day. `AWAY`: ever since it was obliged, so that it leaves the denominator (R68)."""

    DONE = "obligation_done", "修了"
    OVERDUE = "obligation_overdue", "期限超過"
    SOON = "obligation_soon", "期限間近"
    OPEN = "obligation_open", "未受講"
    ON_LEAVE = "obligation_on_leave", "休職中"
    AWAY = "obligation_away", "全期間休職"
    LIFTED = "obligation_lifted", "対象外"


NOT_DONE = (OwedState.OVERDUE, OwedState.SOON, OwedState.OPEN, OwedState.ON_LEAVE)
"""In the denominator, and not done."""
TO_DO = (OwedState.OVERDUE, OwedState.SOON, OwedState.OPEN)
"""What somebody who is at work has to do."""


class ObligationQuerySet(QuerySet):
    def of_rounds(self, year: FiscalYear, *, on: date):
        """Of the rounds in which `year` lies, up to it, as known on `on`; a person once a rule, by the newest row."""
        newer = self.model._default_manager.filter(
            requirement=OuterRef("requirement"), employee=OuterRef("employee"), obliged_on__lte=on,
            fiscal_year__gt=OuterRef("fiscal_year"), fiscal_year__lte=year, counts_from=OuterRef("counts_from"),
        )  # fmt: skip
        alone = Q(counts_from=year) | Q(fiscal_year=year)  # no newer row can be there: most rounds are of one year
        rows = self.filter(counts_from__lte=year, counts_until__gte=year, fiscal_year__lte=year, obliged_on__lte=on)
        return rows.filter(alone | ~Exists(newer))

    def in_service(self, on: date):
        """Of people who are in service on `on`: who has left owes nothing and is counted nowhere."""
        return self.filter(employee__in=self._people().in_service(on).order_by().values("pk"))

    def with_state(self, on: date):
        """`state` on `on`, one of `OwedState`. One correlated look at the completions and one at the absences."""
        relation: Any = self.model._meta.get_field("employee")
        absences = relation.related_model._meta.get_field("absences").related_model._default_manager
        away = Q(present_from__isnull=True) | Q(present_from__gt=on)
        state = Case(
            When(Exists(self._completions(on)), then=Value(OwedState.DONE)),
            When(lifted_on__lte=on, then=Value(OwedState.LIFTED)),
            When(away, then=Value(OwedState.AWAY)),
            When(Exists(absences.on(on).filter(employee=OuterRef("employee"))), then=Value(OwedState.ON_LEAVE)),
            When(due_on__lt=on, then=Value(OwedState.OVERDUE)),
            When(due_on__lte=on + SOON, then=Value(OwedState.SOON)),
            default=Value(OwedState.OPEN),
            output_field=CharField(),
        )
        return self.annotate(state=state)

    def with_done_on(self, on: date):
        """`done_on`: the day of the completion that fulfils it."""
        return self.annotate(
            done_on=Subquery(self._completions(on).order_by("completed_on").values("completed_on")[:1])
        )

    def _completions(self, on: date):
        """E25: the fiscal year for which a completion counts decides, not the day on which it was finished."""
        relation: Any = self.model._meta.get_field("requirement")
        course: Any = relation.related_model._meta.get_field("course")
        completions = course.related_model._meta.get_field("completions").related_model._default_manager.standing()
        return completions.filter(
            employee=OuterRef("employee"), course=OuterRef("requirement__course"), completed_on__lte=on,
            fiscal_year__gte=OuterRef("counts_from"), fiscal_year__lte=OuterRef("counts_until"),
        )  # fmt: skip

    def _people(self) -> Any:
        relation: Any = self.model._meta.get_field("employee")
        return relation.related_model._default_manager
