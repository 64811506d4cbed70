"""Narrowing one's notices and the letters; calling a letter off."""

from typing import Any

from django import forms

from aomori_dx.kernel.models import LetterState

ALL = ("", "すべて")


class NoticesForm(forms.Form):
    q = forms.CharField(label="件名・本文", required=False, max_length=100)
    state = forms.ChoiceField(
        label="状態", required=False, choices=[ALL, ("unread", "未読"), ("due", "期限のあるもの")]
    )

    @property
    def is_active(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


class LettersForm(forms.Form):
    q = forms.CharField(label="宛先・件名・本文", required=False, max_length=100)
    state = forms.ChoiceField(label="状態", required=False, choices=[ALL, *LetterState.choices])

    @property
    def is_active(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


class CallOffForm(forms.Form):
    """Why a letter does not go. It stays in the record."""

    reason = forms.CharField(
        label="取り消す理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "取り消す理由を入力してください。"},
    )

    def clean_reason(self) -> Any:
        return self.cleaned_data["reason"].strip()
