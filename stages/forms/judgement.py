"""修了判定: drafts for one or many, 確定, and taking a judgement back."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from aomori_dx.kernel.wareki import short_date
from staff.forms.days import day_field
from stages.forms.acts import ALL, HOW, MARKED, PAGE, TAKE_BACK, text
from stages.forms.seen import SeenForm
from stages.models import StageOutcome

ACTS = [
    ("", "選んでください"),
    (StageOutcome.COMPLETED.value, "判定案を「修了」にする(条件をすべて満たす方)"),
    *((str(code), f"判定案を「{label}」にする(理由が必要)") for code, label in StageOutcome.choices[1:]),
    (TAKE_BACK, "判定案を取り消す"),
]
REASON = "「修了」のほかは必ず入力します。確定すると、ご本人に伝わります。"


class JudgeForm(forms.Form):
    """Which of the years on the board, and what to do with them. `count`: how many met the conditions."""

    which = forms.ChoiceField(choices=[(MARKED, ""), (PAGE, ""), (ALL, "")], initial=MARKED, required=False)
    marked = forms.TypedMultipleChoiceField(coerce=int, required=False)
    on_page = forms.TypedMultipleChoiceField(coerce=int, required=False)
    count = forms.IntegerField(required=False)
    act = forms.ChoiceField(label="操作", choices=ACTS, error_messages={"required": "操作を選んでください。"})
    reason = text("理由", required=False, help_text=REASON)

    def __init__(self, given: Any = None) -> None:
        super().__init__(given)
        for name in ("marked", "on_page"):
            self.fields[name].valid_value = str.isdecimal

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("which") in {MARKED, ""} and not found.get("marked"):
            self.add_error(None, "判定する方を選んでください(左端の欄に印を付けるか、「全件」を選びます)。")
        return found


class OneForm(SeenForm):
    """The draft for one person; `outcomes` are those that are possible now."""

    outcome = forms.ChoiceField(label="判定案", required=False)
    reason = text("理由", required=False, help_text=REASON)

    def __init__(self, given: Any = None, *, outcomes: Iterable[tuple[str, str]], **initial: Any) -> None:
        super().__init__(given, initial=initial)
        field: Any = self.fields["outcome"]
        field.choices = [("", "判定案なし"), *outcomes]


class TakeBackForm(SeenForm):
    reason = text("取り消す理由", help_text="ご本人と所属長に伝わります。修了証は失効します。")


class DecideForm(SeenForm):
    """確定: as of which day, and what was seen."""

    decided_on = day_field(label="判定日", help_text=f"修了した日になります。{HOW}")

    def __init__(self, given: Any = None, *, on: date, seen: str = "") -> None:
        super().__init__(given, initial={"decided_on": short_date(on), "seen": seen})
