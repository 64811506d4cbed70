"""The forms of a course, of a run with its meetings, and of booking many; they validate only."""

import re
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings

from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.wareki import parse_date, short_date
from staff.areas import AREAS
from staff.forms.days import day_field
from staff.models import Employee, EmploymentType
from training import programme
from training.models import Course, CourseRun

HOW = "R8.12.15 13:00-16:00 の形で、1行に1回ずつ入力してください。"
CHANGES = timedelta(days=14)
FINAL = time(17)
ANSWER_DAYS = 3
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
    tracks = forms.MultipleChoiceField(
        label="キャリアプラン",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="選ばないと、どのキャリアプランにも共通の研修です。",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = programme.tracks()
        codes = dict.fromkeys([*known, *(self.instance.tracks or ())])
        self.fields["tracks"].choices = [(code, known.get(code, code)) for code in codes]
        if not codes:
            del self.fields["tracks"]

    class Meta:
        model = Course
        fields = [
            "code", "name", "method", "hours", "level", "tracks", "audience", "employment_types", "description",
            "provider", "to_bring", "url", "completion_rule", "most_missed", "pass_mark", "retired_on",
        ]  # fmt: skip
        widgets = {"description": forms.Textarea(attrs={"rows": 3}), "to_bring": forms.Textarea(attrs={"rows": 2})}


class RunForm(forms.ModelForm):
    """A run; its meetings are typed as lines. What is left empty of the deadlines follows from the first meeting (R42):
    changes until 14 days before, the final moment at 17:00 of the day before."""

    area = forms.ChoiceField(label="圏域", required=False)

    opens_on = day_field(label="申込開始日", help_text="R8.4.1、2026-04-01 の形で入力してください。")
    closes_on = day_field(label="申込締切日")
    change_until = day_field(
        label="変更の締切日",
        required=False,
        help_text="この日まで、本人が変更と取消をでき、キャンセル待ちが繰り上がります。空にすると、開始日の14日前です。",
    )
    final_at = forms.CharField(
        label="最終締切",
        required=False,
        help_text=(
            "変更の締切日のあと、この日時まで、本人が担当に変更・取消を申し出られます。"
            "R8.12.14 17:00 の形で入力します。"
            "空にすると、開始日の前日の17:00です。"
        ),
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
            "final_at", "promotes_by_hand", "answer_days", "invited_only", "note",
        ]  # fmt: skip
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "minimum": "この人数に届かないまま締切が近づくと、一覧とホームでお知らせします。",
            "promotes_by_hand": "選ぶと、席が空いても自動では繰り上げず、担当が開催回の画面で順番に繰り上げます。",
            "answer_days": "キャンセル待ちから繰り上がった人は、この日数のあいだ(開始まで)、辞退できます。",
            "invited_only": "選ぶと、案内の一覧に載せた職員だけが申し込めます。一覧は、登録したあとに作ります。",
        }

    field_order = (
        "meetings", "venue", "area", "is_online", "instructor", "capacity", "minimum", "opens_on", "closes_on",
        "change_until", "final_at", "promotes_by_hand", "answer_days", "invited_only", "note",
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [*AREAS, self.instance.area] if self.instance.area else list(AREAS)
        self.fields["answer_days"].required = False
        self.fields["area"].choices = [("", "なし"), *((area, area) for area in dict.fromkeys(known))]

    def clean_meetings(self) -> list[tuple[datetime, datetime]]:
        lines = [line.strip() for line in self.cleaned_data["meetings"].splitlines()]
        return [_meeting(number, line) for number, line in enumerate(lines, 1) if line]

    def clean_answer_days(self) -> int:
        days = self.cleaned_data["answer_days"]
        return ANSWER_DAYS if days is None else days

    def clean_final_at(self) -> datetime | None:
        text = self.cleaned_data["final_at"].strip()
        return _moment(text) if text else None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        begins = min((start for start, _ in given.get("meetings") or ()), default=None)
        opens, closes = given.get("opens_on"), given.get("closes_on")
        if opens and closes and not given.get("change_until") and "change_until" not in self.errors:
            last = (begins.astimezone(TOKYO).date() - CHANGES) if begins else closes
            given["change_until"] = max(last, opens)
        if begins and given.get("final_at") is None and "final_at" not in self.errors:
            given["final_at"] = datetime.combine(begins.astimezone(TOKYO).date() - timedelta(days=1), FINAL, TOKYO)
        if begins and (until := given.get("change_until")) and until > begins.astimezone(TOKYO).date():
            self.add_error("change_until", "変更の締切日は、開始日以前にしてください。")
        return given


def _moment(text: str) -> datetime:
    day, _, hour = text.replace("　", " ").strip().rpartition(" ")
    try:
        return datetime.combine(parse_date(day), time.fromisoformat(hour.zfill(5)), TOKYO)
    except ValueError as error:
        raise forms.ValidationError(f"「{text}」を読み取れません。R8.12.14 17:00 の形で入力してください。") from error


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


def as_typed(at: datetime | None) -> str:
    """A moment as it is typed: R8.12.14 17:00"""
    return f"{short_date(at.astimezone(TOKYO).date())} {at.astimezone(TOKYO):%H:%M}" if at else ""


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
        return people_of(self.cleaned_data["numbers"])


def people_of(text: str) -> list[Employee]:
    """The people of pasted 職員番号, each once, in the order given. Raises ValidationError naming unknown ones."""
    typed = dict.fromkeys(part for part in re.split(r"[\s,、]+", text) if part)
    found = {part: _person(part) for part in typed}
    if unknown := [part for part, person in found.items() if person is None]:
        raise forms.ValidationError(f"登録されていない職員番号があります: {'、'.join(unknown)}")
    return [person for person in found.values() if person]


def _person(text: str) -> Employee | None:
    try:
        number = cells.code(settings.EMPLOYEE_NUMBER_WIDTH)(text)
    except ValueError:
        return None
    return Employee.objects.numbered(number).first()
