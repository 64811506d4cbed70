"""推薦依頼: what is asked, from when to when, of whom."""

from typing import Any

from django import forms

from aomori_dx.kernel.wareki import short_date
from staff.forms.days import day_field
from staff.models import EmploymentType
from stages.forms.seen import SeenForm
from stages.models import Consent, NominationCall
from stages.services.calls import STATED, Attachment, seen_of

HOW = "R8.4.1、2026-04-01 の形で入力してください。"
CONSENT_WORDS = {
    Consent.REQUIRED: "必要(同意のない自薦は、審査しません)",
    Consent.OPTIONAL: "任意(意見として参考にします)",
    Consent.NONE: "不要(所属長には求めません)",
}


class CallForm(SeenForm):
    """All columns of a call."""

    title = forms.CharField(label="件名", max_length=100)
    document_number = forms.CharField(label="文書番号", max_length=50, required=False)
    body = forms.CharField(label="依頼文", widget=forms.Textarea(attrs={"rows": 8}))
    opens_on = day_field(label="受付開始日", help_text=f"この日から回答できます。{HOW}")
    closes_on = day_field(label="締切日", help_text=f"この日まで回答できます。{HOW}")
    places = forms.IntegerField(label="所属ごとの推薦人数", min_value=1, max_value=9, initial=1)
    employment_types = forms.MultipleChoiceField(
        label="対象の職員区分",
        choices=EmploymentType.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "対象の職員区分を1つ以上選んでください。"},
    )
    self_counts = forms.BooleanField(
        label="自薦を年度の目標人数に含める",
        required=False,
        help_text="選考の画面には、含めた場合と含めない場合の両方の合計が表示されます。",
    )
    consent = forms.ChoiceField(label="自薦への所属長の同意", choices=CONSENT_WORDS.items())
    answer_days = forms.IntegerField(
        label="補欠の回答期間(日)", min_value=1, max_value=60, help_text="繰上げの照会から回答期限までの日数です。"
    )
    attachment = forms.FileField(
        label="添付ファイル", required=False, help_text="PDF、Word、Excel、PowerPoint(5MBまで)。1つだけ付けられます。"
    )
    without_attachment = forms.BooleanField(label="今の添付ファイルを外す", required=False)

    def __init__(self, given: Any = None, files: Any = None, *, call: NominationCall | None) -> None:
        shown = call or NominationCall()
        initial = {name: getattr(shown, name) for name in STATED} | {"seen": seen_of(call)}
        for name in ("opens_on", "closes_on"):
            initial[name] = short_date(initial[name]) if initial[name] else ""
        super().__init__(given, files, initial=initial)
        if not shown.attachment_name:
            del self.fields["without_attachment"]

    def stated(self) -> dict[str, Any]:
        """The columns as they were typed."""
        return {name: self.cleaned_data[name] for name in STATED}

    def uploaded(self) -> Attachment | None:
        file = self.cleaned_data["attachment"]
        return Attachment(file.name[:200], file.read()) if file else None
