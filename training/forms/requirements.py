"""The forms of required training: narrowing its lists, writing a rule, reminding. They validate only."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.text import fold
from staff.forms.days import day_field
from staff.models import EmploymentType
from training.models import Requirement
from training.obligation_states import OwedState
from training.required import ORDERS, Line

ALL = ("", "すべて")
GROUPS = [("department", "所属別"), ("bureau", "部局別")]
STATES = [("", "未受講(修了していない人)"), ("all", "すべて"), *OwedState.choices]


class Narrowing(forms.Form):
    """A list narrowed by what stands in the address, of a fiscal year as of a day."""

    fiscal_year = forms.ChoiceField(label="年度", required=False)
    on = day_field(label="基準日", required=False)

    def __init__(self, query: Any, *, years: Iterable[FiscalYear], year: FiscalYear, today: date) -> None:
        plain = query.copy()
        plain["fiscal_year"] = str(int(year))
        super().__init__(plain)
        self.today = today
        self.fields["fiscal_year"] = forms.ChoiceField(
            label="年度", required=False, choices=[(str(int(row)), str(row)) for row in years]
        )

    def clean_on(self) -> date | None:
        on: date | None = self.cleaned_data["on"]
        if on is not None and on > self.today:
            raise forms.ValidationError("基準日は今日までの日付にしてください。")
        return on

    @property
    def conditions(self) -> list[str]:
        return [name for name in self.fields if name not in ("fiscal_year", "on", "by")]

    @property
    def is_active(self) -> bool:
        return any(self.data.get(name) for name in [*self.conditions, "on"])

    @property
    def query(self) -> str:
        """The conditions as a query, without anything else that stood in the address."""
        return urlencode([(name, self.data[name]) for name in (*self.fields, "sort") if self.data.get(name)])

    @property
    def in_words(self) -> str:
        found = []
        for name in self.conditions:
            if value := self.data.get(name):
                words = dict(getattr(self.fields[name], "choices", ()))
                found.append(f"{self.fields[name].label}: {words.get(value, value)}")
        return "、".join(found)


class RankingFilter(Narrowing):
    """Departments or bureaus of one rule."""

    by = forms.ChoiceField(label="まとめ方", required=False, choices=GROUPS)
    bureau = forms.ChoiceField(label="部局", required=False)
    q = forms.CharField(label="所属名・所属コード", required=False)
    field_order = ("fiscal_year", "by", "bureau", "q", "on")

    def offer(self, lines: Iterable[Line]) -> None:
        """The bureaus of what there is."""
        bureaus = {str(line.bureau_id): line.bureau for line in lines if line.bureau_id}
        self.fields["bureau"] = forms.ChoiceField(label="部局", required=False, choices=[ALL, *bureaus.items()])
        self.order_fields(self.field_order)

    @property
    def group(self) -> str:
        return "bureau" if self.data.get("by") == "bureau" else "department"

    def chosen(self, lines: Iterable[Line]) -> list[Line]:
        """What meets every condition, by the column asked for, else in official order."""
        text, bureau = fold(self.data.get("q", "")), self.data.get("bureau", "")
        found = [
            line for line in lines
            if (not text or text in fold(line.name) or text in line.code) and bureau in {"", str(line.bureau_id)}
        ]  # fmt: skip
        asked = self.data.get("sort", "")
        key = ORDERS.get(asked.removeprefix("-"))
        return sorted(found, key=key, reverse=asked.startswith("-")) if key else found


class PeopleFilter(Narrowing):
    """The people of one rule."""

    state = forms.ChoiceField(label="状態", required=False, choices=STATES)
    bureau = forms.ChoiceField(label="部局", required=False)
    department = forms.CharField(label="所属コード", required=False)
    q = forms.CharField(label="氏名・職員番号", required=False)
    field_order = ("fiscal_year", "state", "bureau", "department", "q", "on")

    def offer(self, bureaus: Iterable[tuple[int, str]]) -> None:
        choices = [ALL, *((str(pk), name) for pk, name in bureaus)]
        self.fields["bureau"] = forms.ChoiceField(label="部局", required=False, choices=choices)
        self.order_fields(self.field_order)

    @property
    def asked(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name) or "" for name in ("state", "bureau", "department", "q")}


class RequirementForm(forms.ModelForm):
    """A rule of required training."""

    employment_types = forms.MultipleChoiceField(
        label="対象の職員区分",
        choices=EmploymentType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="選ばないと、派遣受入と派遣出を除くすべての職員区分が対象です。",
    )

    class Meta:
        model = Requirement
        fields = [
            "name", "course", "obliges", "employment_types", "first_year", "every_years", "due_month", "due_day",
            "grace_days", "last_year",
        ]  # fmt: skip
        help_texts = {
            "name": "職員の画面に表示される名前です。",
            "first_year": "R8、2026の形で入力します。",
            "every_years": "毎年度は1、3年度に1回は3です。新規採用職員は1にします。",
            "grace_days": "採用や昇任で途中から対象になった人に、その日から少なくともこの日数を置きます。",
            "last_year": "この年度までで終わります。続けるときは空にします。",
        }

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        courses: Any = self.fields["course"]
        courses.queryset = courses.queryset.order_by("code")


class RemindForm(forms.Form):
    """Whom to remind, and the text."""

    to = forms.ChoiceField(
        label="送り先", choices=[("people", "未受講の本人"), ("heads", "未受講者がいる所属の所属長")], initial="people"
    )
    title = forms.CharField(label="件名", max_length=200)
    body = forms.CharField(label="本文", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
