"""Asking for plans, promoters, their years and what was computed, always with a date."""

from datetime import date

from django.db.models import Q, QuerySet

from aomori_dx.kernel.fiscal_year import FiscalYear


class TrainingPlanQuerySet(QuerySet):
    def covering(self, fiscal_year: FiscalYear):
        """Plans whose period has `fiscal_year`."""
        return self.filter(first_year__lte=fiscal_year, last_year__gte=fiscal_year)


class PromoterQuerySet(QuerySet):
    def appointed_by(self, day: date):
        """Appointed on `day` or before, whatever happened later."""
        return self.filter(appointed_on__lte=day)

    def of_cohorts(self, first: FiscalYear, last: FiscalYear):
        """Of the cohorts from `first` to `last`, both included."""
        return self.filter(cohort__gte=first, cohort__lte=last)


class StageEnrollmentQuerySet(QuerySet):
    def started_by(self, day: date):
        """Started on `day` or before, whatever became of it: the people of a cell of the matrix."""
        return self.filter(started_on__lte=day)

    def completed_by(self, day: date):
        """Completed on `day` or before."""
        return self.filter(self.completion(day))

    @staticmethod
    def completion(day: date) -> Q:
        """The condition of `completed_by`, for counting beside others."""
        return Q(status="completed", status_on__lte=day)


class QuotaSnapshotQuerySet(QuerySet):
    def of_year(self, fiscal_year: FiscalYear):
        """What was computed for the year, newest first: by day, then by when the facts were last looked at."""
        return self.filter(fiscal_year=fiscal_year).order_by("-as_of", "-confirmed_at", "-pk")
