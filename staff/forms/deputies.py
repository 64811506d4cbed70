"""Setting a deputy of a 所属長, and taking the powers back."""

from datetime import date, timedelta
from typing import Any

from django import forms

from aomori_dx.kernel.wareki import short_date
from staff.forms.days import day_field
from staff.forms.numbers import EmployeeNumberField
from staff.models import Employee

ONE_DAY = timedelta(days=1)
HOW = "R8.4.1、2026-04-01 の形で入力してください。"


class DeputyForm(forms.Form):
    """From which day to which (that day included), and why. Who it is, the subclasses ask."""

    employee: Any
    valid_from = day_field(label="始まりの日", help_text=f"この日の0時から所属長の権限を持ちます。{HOW}")
    last_day = day_field(label="終わりの日", help_text=f"この日まで権限を持ちます。{HOW}")
    reason = forms.CharField(
        label="理由", max_length=200, help_text="例: 所属長の病気休暇のため。休職等の理由の詳細は書かないでください。"
    )
    field_order = ("employee", "valid_from", "last_day", "reason")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("valid_from"), given.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "終わりの日は、始まりの日以後の日付にしてください。")
        return given

    @property
    def valid_to(self) -> date:
        """The first day without the powers."""
        return self.cleaned_data["last_day"] + ONE_DAY


class AnybodyAsDeputyForm(DeputyForm):
    """For the offices: anybody, by 職員番号."""

    employee = EmployeeNumberField(label="代理者の職員番号", max_length=20)

    def clean_employee(self) -> Employee:
        found = Employee.objects.numbered(self.cleaned_data["employee"]).first()
        if found is None:
            raise forms.ValidationError("この職員番号の職員は登録されていません。職員の一覧で確認してください。")
        return found


class OwnPeopleAsDeputyForm(DeputyForm):
    """For a head: one of the own people."""

    employee = forms.ModelChoiceField(label="代理者", queryset=Employee.objects.none(), empty_label="選んでください")

    def __init__(self, *args: Any, people: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choice: Any = self.fields["employee"]
        choice.queryset = people


class EndForm(forms.Form):
    """From which day on the powers are taken back."""

    valid_to = day_field(
        label="代理を終える日",
        help_text=f"この日の0時に所属長の権限がなくなります。今日を入れると、すぐになくなります。{HOW}",
    )

    def __init__(self, given: Any = None, *, today: date) -> None:
        super().__init__(given, initial={"valid_to": short_date(today)})
