"""The forms of a course, of a run with its meetings, and of booking many; they validate only."""

import re
from datetime import datetime, time

from django import forms
from django.conf import settings

from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.wareki import parse_date, short_date
from staff.forms.days import day_field
from staff.models import Employee, EmploymentType
from training.models import Course, CourseRun

HOW = "R8.12.15 13:00-16:00 の形で、1行に1回ずつ入力してください。"
LINE = re.compile(r"^(?P<day>\S+)\s+(?P<start>\d{1,2}:\d{2})\s*[-~〜~]\s*(?P<end>\d{1,2}:\d{2})$")


class CourseForm(forms.ModelForm):
    """Everything that the catalogue says of a course."""

    retired_on = day_field(label="終了日", required=False, help_text="この日から案内しません。R8.4.1の形で入力します。")
    employment_types = forms.MultipleChoiceField(
        label="対象の職員区分",
        choices=EmploymentType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="選ばないと、すべての職員区分が対象です。",
    )

    class Meta:
        model = Course
        fields = [
            "code", "name", "method", "hours", "level", "audience", "employment_types", "description", "provider",
            "to_bring", "url", "completion_rule", "most_missed", "pass_mark", "retired_on",
        ]  # fmt: skip
        widgets = {"description": forms.Textarea(attrs={"rows": 3}), "to_bring": forms.Textarea(attrs={"rows": 2})}


class RunForm(forms.ModelForm):
    """A run; its meetings are typed as lines."""

    opens_on = day_field(label="申込開始日", help_text="R8.4.1、2026-04-01 の形で入力してください。")
    closes_on = day_field(label="申込締切日")
    change_until = day_field(
        label="変更の締切日", help_text="この日まで、本人が変更と取消をでき、キャンセル待ちが繰り上がります。"
    )
    meetings = forms.CharField(
        label="日程",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"{HOW}eラーニングでは空にします。",
    )

    class Meta:
        model = CourseRun
        fields = [
            "venue", "area", "is_online", "instructor", "capacity", "minimum", "opens_on", "closes_on", "change_until",
            "note",
        ]  # fmt: skip
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}

    def clean_meetings(self) -> list[tuple[datetime, datetime]]:
        lines = [line.strip() for line in self.cleaned_data["meetings"].splitlines()]
        return [_meeting(number, line) for number, line in enumerate(lines, 1) if line]


def _meeting(number: int, line: str) -> tuple[datetime, datetime]:
    match = LINE.match(line)
    if match is None:
        raise forms.ValidationError(f"{number}行目「{line}」を読み取れません。{HOW}")
    try:
        day = parse_date(match["day"])
        times = [time.fromisoformat(match[part].zfill(5)) for part in ("start", "end")]
        start, end = (datetime.combine(day, clock_time, TOKYO) for clock_time in times)
    except ValueError as error:
        raise forms.ValidationError(f"{number}行目「{line}」の日付か時刻が正しくありません。{HOW}") from error
    if end <= start:
        raise forms.ValidationError(f"{number}行目「{line}」の終わりの時刻は、始まりより後にしてください。")
    return start, end


def as_lines(run: CourseRun) -> str:
    """The meetings as they are typed."""
    rows = [(row.starts_at.astimezone(TOKYO), row.ends_at.astimezone(TOKYO)) for row in run.sessions.all()]
    return "\n".join(f"{short_date(start.date())} {start:%H:%M}-{end:%H:%M}" for start, end in rows)


class BookManyForm(forms.Form):
    """職員番号 in any arrangement: a line each, with commas, pasted from a column."""

    numbers = forms.CharField(
        label="職員番号",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="1行に1人ずつ。表の列を貼り付けることもできます。",
    )

    def clean_numbers(self) -> list[Employee]:
        typed = dict.fromkeys(part for part in re.split(r"[\s,、]+", self.cleaned_data["numbers"]) if part)
        found = {text: _person(text) for text in typed}
        if unknown := [text for text, person in found.items() if person is None]:
            raise forms.ValidationError(f"登録されていない職員番号があります: {'、'.join(unknown)}")
        return [person for person in found.values() if person]


def _person(text: str) -> Employee | None:
    try:
        number = cells.code(settings.EMPLOYEE_NUMBER_WIDTH)(text)
    except ValueError:
        return None
    return Employee.objects.numbered(number).first()


class ReasonForm(forms.Form):
    """Why a run or a booking is called off; everybody concerned reads it."""

    reason = forms.CharField(
        label="理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="申し込んだ人への案内に載ります。",
    )
