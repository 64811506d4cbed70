"""Narrowing the organisation by what stands in the address."""

from collections.abc import Iterable
from typing import Any

from django import forms

ALL = ("", "すべて")


class DepartmentsForm(forms.Form):
    q = forms.CharField(label="所属の名称・コード", required=False, max_length=100)
    bureau = forms.ChoiceField(label="部局", required=False)
    head = forms.ChoiceField(label="所属長", required=False, choices=[ALL, ("vacant", "不在の所属のみ")])

    def __init__(self, query: Any, *, bureaus: Iterable[str], vacancies: bool) -> None:
        super().__init__(query)
        choices: Any = self.fields["bureau"]
        choices.choices = [ALL, *((name, name) for name in bureaus)]
        if not vacancies:
            del self.fields["head"]

    @property
    def is_active(self) -> bool:
        return any(self.data.get(name) for name in self.fields)
