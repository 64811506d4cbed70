"""免除・認定・不認定 on the page of a promoter's progress, and the day as of which it is shown."""

from datetime import date
from typing import Any

from django import forms

from staff.forms.days import day_field
from stages.models import CurriculumItem, RulingKind

HOW = "R8.4.1、2026-04-01 の形で入力してください。空欄は今日です。"
TO_COME = "今日までの日付を入力してください。"


class AsOfForm(forms.Form):
    """`as_of`: the day asked about, today where it is empty or cannot be read."""

    as_of = day_field(label="基準日", required=False, help_text="空欄は今日です。")

    def __init__(self, given: Any, *, on: date) -> None:
        self.on = on
        super().__init__(given)

    def clean_as_of(self) -> date | None:
        day = self.cleaned_data["as_of"]
        if day is not None and day > self.on:
            raise forms.ValidationError(TO_COME)
        return day

    @property
    def day(self) -> date:
        return (self.cleaned_data.get("as_of") if self.is_valid() else None) or self.on


class RulingForm(forms.Form):
    """`item`: a row of the person's curriculum, empty for the stage as a whole."""

    item = forms.ModelChoiceField(
        CurriculumItem.objects.none(), label="項目", required=False, empty_label="ステージ全体"
    )
    kind = forms.ChoiceField(label="判断", choices=[("", "選んでください"), *RulingKind.choices])
    ruled_on = day_field(label="判断日", required=False, help_text=HOW)
    reason = forms.CharField(
        label="理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="本人と所属長にも示せる言葉で。",
    )

    def __init__(self, given: Any = None, *, items: Any) -> None:
        super().__init__(given)
        field: Any = self.fields["item"]
        field.queryset = CurriculumItem.objects.filter(pk__in=[row.pk for row in items])
        field.choices = [("", "ステージ全体"), *((row.pk, row.title) for row in items)]


class RevokeForm(forms.Form):
    reason = forms.CharField(label="取り消す理由", max_length=1000)
