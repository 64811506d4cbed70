"""Forms about the people of a run: who is invited, what is told, which seats are kept, what becomes of a run."""

from datetime import date
from typing import Any

from django import forms

from aomori_dx.kernel.wareki import short_date
from staff.forms.days import day_field
from staff.models import Department, Employee
from training import invitees
from training.forms.runs import people_of
from training.models import CourseRun, Recipients

NOBODY = "この条件に当てはまる職員がいません。"


class ReasonForm(forms.Form):
    """Why a run or a booking is called off; everybody concerned reads it."""

    reason = forms.CharField(
        label="理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="申し込んだ人への案内に載ります。",
    )


class CallOffForm(ReasonForm):
    """Calling a run off, and where its people go."""

    to_run = forms.ChoiceField(
        label="移す先の回",
        required=False,
        help_text="選ぶと、席の確定した人から申込の順に移します。満席になると、続く人はキャンセル待ちになります。",
    )

    def __init__(self, *args: Any, targets: list[CourseRun], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to_run"].choices = [("", "移さない(全員の申込を取り消す)"), *_named(targets)]
        if not targets:
            del self.fields["to_run"]


class MoveForm(forms.Form):
    """Where the people of a run that was called off go."""

    to_run = forms.ChoiceField(label="移す先の回")

    def __init__(self, *args: Any, targets: list[CourseRun], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to_run"].choices = _named(targets)


def _named(runs: list[CourseRun]) -> list[tuple[str, str]]:
    return [(str(run.pk), described(run)) for run in runs]


def described(run: Any) -> str:
    """第2回(R8.12.22、弘前合同庁舎、空席5)"""
    begins = short_date(run.first_at.date()) if run.first_at else "日程なし"
    where = "オンライン" if run.is_online else run.venue or "会場未定"
    return f"第{run.number}回({run.fiscal_year.short}、{begins}、{where}、空席{max(0, run.free)})"


class HoldForm(forms.Form):
    """Seats for a department until a day."""

    department = forms.ModelChoiceField(label="所属", queryset=Department.objects.none())
    seats = forms.IntegerField(label="席数", min_value=1, max_value=9999)
    released_on = day_field(label="開放日", help_text="この日から、残った席はだれでも使えます。")

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        places = Department.objects.on(on).below_bureaus().in_official_order()
        self.fields["department"].queryset = places


class InviteForm(forms.Form):
    """Whom to invite: by 職員番号, by department, or by a list that the house keeps."""

    numbers = forms.CharField(
        label="職員番号",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="1行に1人ずつ。表の列を貼り付けることもできます。",
    )
    departments = forms.ModelMultipleChoiceField(
        label="所属",
        required=False,
        queryset=Department.objects.none(),
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text="選んだ所属の職員全員を加えます。Ctrlキーを押しながら選ぶと、複数を選べます。",
    )
    listed = forms.ChoiceField(label="登録済みの名簿", required=False)

    def __init__(self, *args: Any, run: CourseRun, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self._on, self._lists = on, invitees.of(run, on)
        places = Department.objects.on(on).below_bureaus().in_official_order()
        self.fields["departments"].queryset = places
        names = [(code, name) for code, (name, _) in self._lists.items()]
        self.fields["listed"].choices = [("", "選ばない"), *names]

    def clean_numbers(self) -> list[Employee]:
        return people_of(self.cleaned_data["numbers"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and not any(given.get(name) for name in self.fields):
            raise forms.ValidationError("職員番号、所属、名簿のどれかを指定してください。")
        if not self.errors and not self.people():
            raise forms.ValidationError(NOBODY)
        return given

    def people(self) -> dict[int, tuple[Employee, str]]:
        """Person → how the person came on the list; each once, those in service alone where a group was chosen."""
        given = self.cleaned_data
        found = {person.pk: (person, "職員番号") for person in given["numbers"]}
        staff = Employee.objects.in_service(self._on)
        if given["departments"]:
            here = staff.posted_to(given["departments"], self._on)
            found |= {row.pk: (row, "所属") for row in here if row.pk not in found}
        if given["listed"]:
            name, ids = self._lists[given["listed"]]
            found |= {row.pk: (row, name) for row in staff.filter(pk__in=ids) if row.pk not in found}
        return found


class MessageForm(forms.Form):
    """What the people of a run are told."""

    to = forms.ChoiceField(label="あて先", choices=Recipients.choices)
    subject = forms.CharField(label="件名", max_length=100)
    body = forms.CharField(label="本文", max_length=2000, widget=forms.Textarea(attrs={"rows": 6}))


class ChangeForm(forms.Form):
    """R45: 変更内容、理由、補足."""

    CANCEL = "cancel"
    what = forms.ChoiceField(label="変更内容", widget=forms.RadioSelect)
    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    supplement = forms.CharField(label="補足", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, targets: list[CourseRun], **options: Any) -> None:
        super().__init__(*args, **options)
        others = [(pk, f"{name}に変更する") for pk, name in _named(targets)]
        self.fields["what"].choices = [(self.CANCEL, "申込を取り消す"), *others]

    @property
    def to_run(self) -> int | None:
        """The run that is wished for; None to give the booking up."""
        what = self.cleaned_data["what"]
        return None if what == self.CANCEL else int(what)
