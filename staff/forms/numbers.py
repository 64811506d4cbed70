"""A 職員番号 as it is typed, and the form that gives a person another one."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.wareki import short_date
from staff.forms.days import day_field


class EmployeeNumberField(forms.CharField):
    """The leading zeros and the narrow digits come back, as in the office's files."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return cells.code(settings.EMPLOYEE_NUMBER_WIDTH)(text) if text else ""
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error


class NumberForm(forms.Form):
    """Which number, from which day on, and why."""

    number = EmployeeNumberField(label="新しい職員番号", max_length=20)
    on = day_field(
        label="切替日", help_text="この日から新しい職員番号を使います。R8.4.1、2026-04-01 の形で入力してください。"
    )
    reason = forms.CharField(
        label="理由", max_length=200, help_text="例: 会計年度任用職員から正規職員に採用されたため。"
    )

    def __init__(self, given: Any = None, *, today: Any) -> None:
        super().__init__(given, initial={"on": short_date(today)})
