"""The forms of 自薦: applying, the head's word, and saying no."""

from typing import Any

from django import forms

from stages.forms.nominate import words
from stages.models import CareerTrack


class SelfNominationForm(forms.Form):
    """Why, and what one wants to improve. A draft may leave both for later."""

    motive = words(
        "志望動機",
        "DX推進員になって取り組みたいこと、学びたいことなど。",
        error_messages={"required": "志望動機を入力してください。"},
    )
    work_to_improve = words(
        "改善したい業務",
        "今の仕事で、時間がかかっていることや困っていることなど。",
        error_messages={"required": "改善したい業務を入力してください。"},
    )
    wanted_track = forms.ModelChoiceField(
        label="希望するキャリアプラン",
        queryset=CareerTrack.objects.all(),
        required=False,
        empty_label="まだ決めていない",
        help_text="2年目以降に進みたい方向です。あとで変えられます。",
    )

    def __init__(self, given: Any = None, *, as_draft: bool = False, **options: Any) -> None:
        super().__init__(given, **options)
        if as_draft:
            for name in ("motive", "work_to_improve"):
                self.fields[name].required = False


class OpinionForm(forms.Form):
    """The head's word on a 自薦; needed to disagree."""

    opinion = words(
        "意見",
        "同意しないときは必ず入力してください。ご本人とDX推進担当が読みます。",
        rows=3,
        required=False,
        error_messages={"required": "同意しない理由を、意見に入力してください。"},
    )

    def __init__(self, given: Any = None, *, agrees: bool = True, **options: Any) -> None:
        super().__init__(given, **options)
        self.agrees = agrees
        if given is not None and not agrees:
            self.fields["opinion"].required = True
