"""What the office does with nominations: the board's proposals, and the acts upon a single one."""

from datetime import date
from typing import Any

from django import forms

from aomori_dx.kernel.wareki import short_date
from staff.forms.days import day_field
from stages.forms.seen import SeenForm
from stages.models import Nomination, Proposal
from stages.services.selection import HIGHEST_SCORE

HOW = "R8.4.1、2026-04-01 の形で入力してください。"
MARKED, PAGE, ALL = "marked", "page", "all"
TAKE_UP, TAKE_BACK = "take_up", "take_back"
BOARD_ACTS = [
    ("", "選んでください"),
    (Proposal.ACCEPT.value, "選考案を「採用」にする"),
    (Proposal.RESERVE.value, "選考案を「補欠」にする"),
    (Proposal.DECLINE.value, "選考案を「不採用」にする(理由が必要)"),
    (TAKE_BACK, "選考案を取り消す"),
    (TAKE_UP, "審査を始める"),
]


def text(label: str, **options: Any) -> forms.CharField:
    """A few lines."""
    return forms.CharField(label=label, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), **options)


class BoardForm(forms.Form):
    """Which of the nominations on the board, and what to do with them. `count`: how many met the conditions."""

    which = forms.ChoiceField(choices=[(MARKED, ""), (PAGE, ""), (ALL, "")], initial=MARKED, required=False)
    marked = forms.TypedMultipleChoiceField(coerce=int, required=False)
    on_page = forms.TypedMultipleChoiceField(coerce=int, required=False)
    count = forms.IntegerField(required=False)
    act = forms.ChoiceField(label="操作", choices=BOARD_ACTS, error_messages={"required": "操作を選んでください。"})
    reason = text(
        "理由", required=False, help_text="不採用のときは必ず入力します。確定すると、応募者と所属長に伝わります。"
    )

    def __init__(self, given: Any = None) -> None:
        super().__init__(given)
        for name in ("marked", "on_page"):
            self.fields[name].valid_value = str.isdecimal

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("which") in {MARKED, ""} and not found.get("marked"):
            self.add_error(None, "推薦を選んでください(左端の欄に印を付けるか、「全件」を選びます)。")
        return found


class ProposalForm(forms.Form):
    proposal = forms.ChoiceField(label="選考案", choices=[("", "取り消す"), *Proposal.choices], required=False)
    reason = text("理由", required=False, help_text="不採用のときは必ず入力します。")

    def __init__(self, given: Any = None, *, row: Nomination, on: date) -> None:
        super().__init__(given, initial={"proposal": row.proposal, "reason": row.proposal_reason})


class ScoreForm(forms.Form):
    first = forms.IntegerField(label="評点1", min_value=0, max_value=HIGHEST_SCORE, required=False)
    second = forms.IntegerField(label="評点2", min_value=0, max_value=HIGHEST_SCORE, required=False)

    def __init__(self, given: Any = None, *, row: Nomination, on: date) -> None:
        super().__init__(given, initial={"first": row.score_first, "second": row.score_second})


class SendBackForm(forms.Form):
    comment = text("直してほしいこと")
    due = day_field(label="再提出の期限", help_text=f"締切日のあとでもかまいません。{HOW}")

    def __init__(self, given: Any = None, *, row: Nomination, on: date) -> None:
        super().__init__(given)


class ReasonForm(forms.Form):
    reason = text("理由")

    def __init__(self, given: Any = None, *, row: Nomination, on: date) -> None:
        super().__init__(given)


class DueForm(forms.Form):
    due = day_field(label="再推薦の期限", help_text=HOW)

    def __init__(self, given: Any = None, *, row: Nomination, on: date) -> None:
        super().__init__(given)


class PlainForm(forms.Form):
    """An act that asks nothing more."""

    def __init__(self, given: Any = None, *, row: Nomination, on: date) -> None:
        super().__init__(given)


class ExceptionForm(forms.Form):
    """What the office does with a contradiction."""

    act = forms.ChoiceField(choices=[("clear", ""), ("merge", ""), ("refuse", "")])
    code = forms.CharField(max_length=20, required=False)
    reason = forms.CharField(max_length=1000, required=False)


class ConfirmForm(SeenForm):
    """確定: as of which day, and what was seen."""

    appointed_on = day_field(label="任命年月日", help_text=f"決定した日、DX推進員の任命年月日になります。{HOW}")

    def __init__(self, given: Any = None, *, on: date, seen: str) -> None:
        super().__init__(given, initial={"appointed_on": short_date(on), "seen": seen})


class AskForm(forms.Form):
    """繰上げの照会: of whom, as the page named the next in line, and until when to answer."""

    expected = forms.IntegerField(widget=forms.HiddenInput)
    due = day_field(label="回答期限", help_text=HOW)

    def __init__(self, given: Any = None, *, due: date, expected: int | None = None) -> None:
        super().__init__(given, initial={"due": short_date(due), "expected": expected})
