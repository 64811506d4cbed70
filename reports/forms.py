"""Narrowing the lists of the figures by what stands in the address."""

from collections.abc import Callable, Iterable
from urllib.parse import urlencode

from django import forms

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.text import fold
from reports.figures.departments import EXEMPT, STATES, Line

ALL = ("", "すべて")
OWING = "owing"
ORDERS: dict[str, Callable[[Line], str | int]] = {
    "code": lambda line: line.code,
    "name": lambda line: line.name,
    "state": lambda line: list(STATES).index(line.state),
}


class DepartmentFilter(forms.Form):
    """Which of a year's nominating departments."""

    fiscal_year = forms.ChoiceField(label="年度", required=False)
    bureau = forms.ChoiceField(label="部局", required=False)
    state = forms.ChoiceField(
        label="任命の状況", required=False, choices=[ALL, *STATES.items(), (OWING, "推薦を求める所属(免除を除く)")]
    )
    q = forms.CharField(label="所属名・所属コード", required=False)

    def __init__(self, query, *, years: Iterable[FiscalYear], chosen: FiscalYear, lines: Iterable[Line]) -> None:
        plain = query.copy()
        plain["fiscal_year"] = str(int(chosen))
        super().__init__(plain)
        self.bureaus = dict.fromkeys((str(line.bureau_id), line.bureau) for line in lines)
        self._offer("fiscal_year", [(str(int(year)), str(year)) for year in years])
        self._offer("bureau", [ALL, *self.bureaus])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name] = forms.ChoiceField(label=self.fields[name].label, required=False, choices=choices)

    @property
    def is_active(self) -> bool:
        return any(self.data.get(name) for name in ("bureau", "state", "q"))

    @property
    def query(self) -> str:
        """The conditions as a query, without anything else that stood in the address."""
        return urlencode([(name, self.data[name]) for name in (*self.fields, "sort") if self.data.get(name)])

    @property
    def in_words(self) -> str:
        given = [(field.label, field.value()) for field in self if field.name != "fiscal_year" and field.value()]
        choices = {**STATES, OWING: "免除を除く", **dict(self.bureaus)}
        return "、".join(f"{label}: {choices.get(value, value)}" for label, value in given)

    def chosen(self, lines: Iterable[Line]) -> list[Line]:
        """The lines that meet every condition; none where a condition cannot be read."""
        if not self.is_valid():
            return []
        return self._in_order([line for line in lines if self._meets(line, self.cleaned_data)])

    def _in_order(self, lines: list[Line]) -> list[Line]:
        """By the column asked for; otherwise in the official order in which they came."""
        asked = self.data.get("sort", "")
        key = ORDERS.get(asked.removeprefix("-"))
        return sorted(lines, key=key, reverse=asked.startswith("-")) if key else lines

    @staticmethod
    def _meets(line: Line, wanted: dict[str, str]) -> bool:
        text = fold(wanted["q"])
        return (
            (not wanted["bureau"] or wanted["bureau"] == str(line.bureau_id))
            and (wanted["state"] in {"", line.state} or (wanted["state"] == OWING and line.state != EXEMPT))
            and (not text or text in fold(line.name) or text in line.code)
        )
