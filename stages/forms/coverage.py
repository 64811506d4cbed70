"""Narrowing the list of those who owe an answer to the call."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import forms

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.text import fold
from stages.models import DeclineReason
from stages.services.coverage import Answer, AnswerState

ALL = ("", "すべて")


class CoverageFilter(forms.Form):
    """Which of the departments that were asked."""

    q = forms.CharField(label="所属名・所属コード", required=False)
    bureau = forms.ChoiceField(label="部局", required=False)
    state = forms.ChoiceField(label="回答", required=False, choices=[ALL, *AnswerState.choices])
    reason = forms.ChoiceField(label="推薦なしの理由", required=False, choices=[ALL, *DeclineReason.choices])

    def __init__(self, query: Any, *, answers: Iterable[Answer], year: FiscalYear) -> None:
        super().__init__(query)
        self.year = year
        bureaus = dict.fromkeys((str(row.department.bureau.pk), row.department.bureau.name) for row in answers)
        self.fields["bureau"] = forms.ChoiceField(label="部局", required=False, choices=[ALL, *bureaus])

    @property
    def is_active(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    @property
    def query(self) -> str:
        """The year and the conditions as a query, without anything else that stood in the address."""
        given = [(name, value) for name in self.fields if (value := self.data.get(name))]
        return urlencode([("year", self.year.short), *given])

    @property
    def in_words(self) -> str:
        if not self.is_valid():
            return ""
        return "、".join(f"{bound.label}: {self._word(bound.name)}" for bound in self if self.cleaned_data[bound.name])

    def _word(self, name: str) -> str:
        value = self.cleaned_data[name]
        return str(dict(getattr(self.fields[name], "choices", ())).get(value, value))

    def chosen(self, answers: Iterable[Answer]) -> list[Answer]:
        """Those that meet every condition, in the official order; none where a condition cannot be read."""
        if not self.is_valid():
            return []
        return [row for row in answers if self._meets(row, self.cleaned_data)]

    @staticmethod
    def _meets(row: Answer, wanted: dict[str, str]) -> bool:
        text, place = fold(wanted["q"]), row.department
        declined = row.decline.reason_code if row.decline and row.state == AnswerState.DECLINED else ""
        return (
            (not wanted["bureau"] or wanted["bureau"] == str(place.bureau.pk))
            and wanted["state"] in {"", row.state.value}
            and wanted["reason"] in {"", declined}
            and (not text or text in fold(place.name) or text in place.code)
        )
