"""The day of which a page of people or departments is to speak (基準日)."""

from datetime import date
from typing import Any

from django import forms

from aomori_dx.kernel.admin_forms import WarekiDateField
from aomori_dx.kernel.wareki import format_date, short_date

FIRST, LAST = date(1927, 4, 1), date(2118, 3, 31)
OUTSIDE = f"基準日は、{format_date(FIRST)}から{format_date(LAST)}までの日付にしてください。"


def day_field(**options: Any) -> WarekiDateField:
    """A day as it is typed: R8.4.1, 令和8年4月1日, 2026-04-01."""
    widget = forms.TextInput(attrs={"autocomplete": "off", "size": 12})
    return WarekiDateField(**{"widget": widget, **options})


class DayForm(forms.Form):
    """Which day? Bound to the query; without `on` it is today."""

    on = day_field(label="基準日", required=False)

    def __init__(self, query: Any, *, today: date) -> None:
        self.today = today
        super().__init__({"on": query.get("on") or short_date(today)})
        if self.is_valid():
            self.fields["on"].help_text = f"{format_date(self.day)}現在"

    def clean_on(self) -> date:
        day = self.cleaned_data["on"] or self.today
        if not FIRST <= day <= LAST:
            raise forms.ValidationError(OUTSIDE)
        return day

    @property
    def day(self) -> date:
        """The day that was asked for; today where it cannot be read (the field says what is wrong)."""
        return self.cleaned_data.get("on", self.today) if self.is_valid() else self.today
