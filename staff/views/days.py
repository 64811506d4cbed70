"""The day that a page of people or departments is asked about, and whether it may be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff import permissions as may
from staff.forms.days import DayForm

SHOWN_YEARS = 3


@dataclass(frozen=True)
class Asked:
    """`day` of the records and `today`; `form` where this person may choose another day."""

    day: date
    today: date
    form: DayForm | None
    choices: Sequence[tuple[str, date]] = ()

    @property
    def is_readable(self) -> bool:
        """What was asked for is a day; else the field says what is wrong with it."""
        return self.form is None or self.form.is_valid()

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    @property
    def is_future(self) -> bool:
        return self.day > self.today

    @property
    def query(self) -> str:
        """What a link has to carry so that the next page speaks of the same day."""
        return "" if self.is_today else f"?on={self.day}"


def asked(request: HttpRequest, *, today: date) -> Asked:
    """The day of `?on=`, today without it. Raises PermissionDenied, with the reason, for a day that is not theirs."""
    form = DayForm(request.GET, today=today)
    if reason := may.why_not_on(request.user, form.day, on=today):
        raise PermissionDenied(reason)
    if not may.see_people(request.user, today):
        return Asked(form.day, today, None)
    return Asked(form.day, today, form, _choices(request, today))


def _choices(request: HttpRequest, today: date) -> list[tuple[str, date]]:
    """Days that are asked for often: today, and the first days of the years around it."""
    this_year = FiscalYear.containing(today)
    first, last = FiscalYear(this_year.start_year - SHOWN_YEARS + 1), this_year
    if may.see_plans(request.user, today):
        last = this_year.next
    return [("今日", today), *((f"{year.short}.4.1", year.first_day) for year in FiscalYear.between(first, last))]
