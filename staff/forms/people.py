"""Narrowing the list of people by what stands in the address."""

from collections.abc import Iterable
from typing import Any

from django import forms

from staff.models import EmploymentType

ALL = ("", "すべて")
LEAVE = [ALL, ("no", "休職等を除く"), ("yes", "休職等の職員のみ")]
FLAGS = [("head", "所属長"), ("manager", "管理職"), ("concurrent", "兼務あり"), ("unplaced", "所属未定")]


class DirectoryForm(forms.Form):
    """What everybody may search by: what everybody may know of a person."""

    q = forms.CharField(label="氏名", required=False, max_length=100)
    bureau = forms.ChoiceField(label="部局", required=False)
    department = forms.CharField(label="所属", required=False, max_length=100)

    def __init__(self, query: Any, *, bureaus: Iterable[str]) -> None:
        super().__init__(query)
        choices: Any = self.fields["bureau"]
        choices.choices = [ALL, *((name, name) for name in bureaus)]

    @property
    def is_active(self) -> bool:
        """Some condition is set."""
        return any(self.data.get(name) for name in self.fields)


class RosterForm(DirectoryForm):
    """What those who see whole records may search by."""

    q = forms.CharField(label="氏名・職員番号", required=False, max_length=100)
    department = forms.CharField(label="所属", required=False, max_length=100)
    employment = forms.ChoiceField(label="職員区分", required=False, choices=[ALL, *EmploymentType.choices])
    leave = forms.ChoiceField(label="休職等", required=False, choices=LEAVE)
    flags = forms.MultipleChoiceField(label="区分", required=False, choices=FLAGS, widget=forms.CheckboxSelectMultiple)
