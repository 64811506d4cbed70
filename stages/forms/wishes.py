"""意向確認: the promoter's answer, and the days and words of the office."""

from typing import Any

from django import forms

from aomori_dx.kernel.wareki import short_date
from staff.forms.days import day_field
from stages.forms.acts import HOW
from stages.models import CareerTrack, ContinuationWish, WishAnswer, WishCall


class WishForm(forms.Form):
    """`tracks`: whether a career track is asked for (from stage ② on)."""

    answer = forms.ChoiceField(
        label="来年度の意向",
        choices=WishAnswer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "意向を選んでください。"},
    )
    track = forms.ModelChoiceField(
        CareerTrack.objects.all(),
        label="希望するキャリアプラン",
        required=False,
        empty_label="まだ決めていない",
        help_text="ステージ②からのカリキュラムに使います。決まっていないときは、選ばなくてかまいません。",
    )
    words = forms.CharField(
        label="ひとこと",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="業務の見通し、学びたいことなど。DX推進担当と所属長が読みます。",
    )

    def __init__(self, given: Any = None, *, row: ContinuationWish | None, tracks: bool) -> None:
        told = {"answer": row.answer, "track": row.track_id, "words": row.words} if row else {}
        super().__init__(given, initial=told)
        if not tracks:
            del self.fields["track"]


class WishCallForm(forms.Form):
    opens_on = day_field(label="受付開始日", help_text=HOW)
    closes_on = day_field(label="締切日", help_text=f"この日まで、回答と変更を受け付けます。{HOW}")
    words = forms.CharField(
        label="案内文",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="お知らせと回答の画面に表示されます。",
    )

    def __init__(self, given: Any = None, *, row: WishCall | None) -> None:
        told = {}
        if row is not None:
            told = {
                "opens_on": short_date(row.opens_on),
                "closes_on": short_date(row.closes_on),
                "words": row.words,
            }
        super().__init__(given, initial=told)
