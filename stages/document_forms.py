"""The forms of the notices: wording one, and asking for many. They validate only."""

from typing import Any

from django import forms

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.forms.days import day_field
from stages.models import DocumentText
from stages.rules import documents as rules


class DocumentForm(forms.Form):
    number = forms.CharField(label="文書番号", max_length=100, required=False)
    dated = day_field(
        label="文書の日付",
        required=False,
        help_text="空欄のときは、決定の日(推薦依頼では発出の日)になります。R8.4.1、2026-04-01 の形で入力してください。",
    )
    sender = forms.CharField(
        label="発信者名", max_length=200, widget=forms.Textarea(attrs={"rows": 2}), help_text="改行できます。"
    )
    title = forms.CharField(label="件名", max_length=200)
    body = forms.CharField(
        label="本文",
        max_length=5000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="「記」だけの行は中央に、「以上」だけの行は右に置きます。",
    )

    def __init__(self, given: Any = None, *, kind: str, **more: Any) -> None:
        self.kind = kind
        super().__init__(given, **more)

    def clean(self) -> dict[str, Any]:
        """Every text in which a placeholder is wrong says so at its own field."""
        given = super().clean() or {}
        for name in ("number", "sender", "title", "body"):
            given[name] = given.get(name, "").replace("\r\n", "\n")
            if reason := rules.why_not(self.kind, given[name]):
                self.add_error(name, reason)
        return given

    @property
    def as_text(self) -> DocumentText:
        """The wording as it was typed; not saved."""
        return DocumentText(kind=self.kind, **self.cleaned_data)


class PrintForm(forms.Form):
    """Whose notices: of a fiscal year, of a department, decided on a day."""

    year = forms.TypedChoiceField(label="年度", coerce=lambda text: FiscalYear(int(text)))
    department = forms.CharField(label="推薦所属のコード", required=False, max_length=10)
    decided_on = day_field(label="決定の日", required=False)

    def __init__(self, given: Any = None, *, years: list[FiscalYear], **more: Any) -> None:
        super().__init__(given, **more)
        choices: Any = self.fields["year"]
        choices.choices = [(str(int(year)), str(year)) for year in years]
