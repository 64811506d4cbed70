"""The forms of the head: whom to recommend and why, or that there is nobody."""

from typing import Any

from django import forms

from staff.models import Employee
from stages.models import DeclineReason

LONGEST = 2000


class RadioSelect(forms.RadioSelect):
    """The summary of errors leads to the first of them."""

    def id_for_label(self, id_: str, index: Any = None) -> str:
        return super().id_for_label(id_, "0" if index is None else index)


def words(label: str, help_text: str, *, rows: int = 4, **options: Any) -> forms.CharField:
    """Some sentences."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, max_length=LONGEST, widget=widget, **options)


class NominateForm(forms.Form):
    """One of the department's people, and why. A draft may leave the reason for later."""

    nominee = forms.ModelChoiceField(
        label="推薦する職員",
        queryset=Employee.objects.none(),
        widget=RadioSelect,
        error_messages={
            "required": "推薦する職員を選んでください。",
            "invalid_choice": "この職員は、今はこの所属に配属されていません。ほかの職員を選んでください。",
        },
    )
    reason = words(
        "推薦理由",
        "仕事ぶり、取り組んでほしい業務など。選考で読まれ、決定までご本人には伝わりません。",
        error_messages={"required": "推薦理由を入力してください。"},
    )

    def __init__(self, given: Any = None, *, people: Any, as_draft: bool = False, **options: Any) -> None:
        super().__init__(given, **options)
        choice: Any = self.fields["nominee"]
        choice.queryset = people
        if as_draft:
            self.fields["reason"].required = False


class DeclineForm(forms.Form):
    """推薦なし: why there is nobody this year."""

    reason_code = forms.ChoiceField(
        label="推薦できない理由",
        choices=DeclineReason.choices,
        widget=RadioSelect,
        error_messages={"required": "理由を選んでください。"},
    )
    note = words("説明", "「その他」のときは必ず入力してください。", rows=3, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("reason_code") == DeclineReason.OTHER and not given.get("note", "").strip():
            self.add_error("note", "理由が「その他」のときは、説明を入力してください。")
        return given


class ReasonForm(forms.Form):
    """Why something is taken back. `required` where the record needs it."""

    reason = words("理由", "記録に残ります。", rows=3, error_messages={"required": "理由を入力してください。"})

    def __init__(self, given: Any = None, *, required: bool = True) -> None:
        super().__init__(given)
        self.fields["reason"].required = required
