"""The form with which departments are reminded. It validates only."""

from collections.abc import Iterable
from typing import Any

from django import forms

from stages.services.reminders import Line


class ReminderForm(forms.Form):
    """Which departments, and the text. The page shows the boxes in its table; without a choice all are ticked."""

    title = forms.CharField(label="件名", max_length=200)
    body = forms.CharField(label="本文", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    departments = forms.TypedMultipleChoiceField(
        label="催促する所属", coerce=int, error_messages={"required": "催促する所属を1つ以上選んでください。"}
    )

    def __init__(self, given: Any = None, *, lines: Iterable[Line], **more: Any) -> None:
        super().__init__(given, **more)
        choices: Any = self.fields["departments"]
        choices.choices = [(row.department.pk, row.department.name) for row in lines]

    @property
    def ticked(self) -> set[str]:
        """The ids of the boxes that are ticked, as texts."""
        return {str(pk) for pk in self["departments"].value() or ()}
