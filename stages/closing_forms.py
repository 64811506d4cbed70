"""The form of closing a fiscal year and of opening it again. It validates only."""

from django import forms

from aomori_dx.kernel.corrections import SHORTEST_REASON


class ClosingForm(forms.Form):
    """Why it is done. It stays in the record for good."""

    reason = forms.CharField(
        label="理由",
        min_length=SHORTEST_REASON,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"何にもとづいて行うのかを書いてください({SHORTEST_REASON}文字以上)。記録に残ります。",
        error_messages={
            "required": "理由を入力してください。",
            "min_length": "理由を%(limit_value)d文字以上で入力してください。",
        },
    )
