"""The roll as it is typed: a line a person. What cannot be is said at the line, and everything typed stays."""

from typing import Any

from django import forms

from aomori_dx.kernel.tables import cells
from training.models import Presence
from training.roll import Line
from training.rules.attendance import IN_PART
from training.services.attendance import Mark

LONGEST_NOTE = 200
UNKNOWN = "出欠を選び直してください。"


class RollForm:
    """Reads what was sent into the lines of a roll. `marks`: what is to be written, of those that were touched."""

    def __init__(self, lines: list[Line], query: Any) -> None:
        self.lines = lines
        self.marks: dict[int, Mark] = {}
        for line in lines:
            self._read(line, query)

    def _read(self, line: Line, query: Any) -> None:
        pk = line.row.pk
        if f"s-{pk}" not in query:
            return  # who came onto the list since the page was opened is left alone
        was = (line.presence, line.minutes, line.note)
        line.seen = query[f"s-{pk}"]
        line.presence = query.get(f"p-{pk}", "")
        line.minutes = query.get(f"m-{pk}", "").strip()
        line.note = query.get(f"n-{pk}", "").strip()
        minutes = self._minutes(line) if line.presence in IN_PART else None
        if line.presence and line.presence not in Presence.values:
            line.error, line.presence = UNKNOWN, was[0]
        if len(line.note) > LONGEST_NOTE:
            line.error = f"備考は{LONGEST_NOTE}文字以内にしてください。"
        if line.presence or line.seen:
            self.marks[pk] = Mark(line.presence, minutes, line.note, seen=line.seen)

    @staticmethod
    def _minutes(line: Line) -> int | None:
        if not line.minutes:
            return None
        try:
            return cells.number(line.minutes)
        except ValueError:
            line.error = f"「{line.minutes}」は分として読み取れません。数字で入力してください。"
            return None

    def fill(self) -> int:
        """Everybody without a presence was there; returns how many."""
        blank = [line for line in self.lines if not line.presence and not line.seen]
        for line in blank:
            line.presence = Presence.PRESENT
        return len(blank)

    def refuse(self, reasons: dict[int, str]) -> None:
        for line in self.lines:
            line.error = reasons.get(line.row.pk, line.error)

    @property
    def errors(self) -> list[Line]:
        return [line for line in self.lines if line.error]


class PasteForm(forms.Form):
    """職員番号 in any arrangement."""

    numbers = forms.CharField(
        label="職員番号",
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="1行に1人ずつ。氏名などを含む表の列を、そのまま貼り付けることもできます。",
    )


class DoorForm(forms.Form):
    """One 職員番号, typed or scanned."""

    number = forms.CharField(
        label="職員番号",
        max_length=40,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "inputmode": "numeric"}),
        help_text="入力するか、本人の受付コードを読み取ってください。",
    )
