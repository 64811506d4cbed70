"""Forms of reorganisations by hand: which day and why, which departments there are afterwards. They validate only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.wareki import format_date, short_date
from staff.drafts import UNDECIDED, Target
from staff.forms.days import FIRST, LAST, day_field
from staff.models import Department, DepartmentKind, Posting

NEW = "新しい所属をつくる"
CODE_WIDTH = settings.DEPARTMENT_CODE_WIDTH


@dataclass(frozen=True)
class Offer:
    """The departments and bureaus that can be chosen: those that go on, also those that have yet to begin."""

    departments: list[tuple[str, list[tuple[str, str]]]]
    bureaus: list[tuple[str, str]]
    rows: dict[str, Department]


def offer(*, today: date, without: Department | None = None) -> Offer:
    """Two queries. `without`: the department in hand, which cannot take itself in."""
    bureaus = list(Department.objects.open().bureaus().order_by("sort_order", "pk"))
    places = Department.objects.open().below_bureaus().in_official_order().select_related("parent")
    groups: dict[str, list[tuple[str, str]]] = {}
    rows = {str(row.pk): row for row in bureaus}
    for row in places:
        if row != without:
            rows[str(row.pk)] = row
            groups.setdefault(row.bureau.name, []).append((str(row.pk), f"{row.name}({row.code}){_begins(row, today)}"))
    named = [(str(row.pk), f"{row.name}{_begins(row, today)}") for row in bureaus]
    return Offer(list(groups.items()), named, rows)


def _begins(row: Department, today: date) -> str:
    return f" {short_date(row.valid_from)}から" if row.valid_from > today else ""


class Given(forms.Form):
    """A form that shows what was typed without judging it yet, as long as `judged` is not said."""

    def __init__(self, data: Any = None, *, judged: bool = True, **kwargs: Any) -> None:
        if data is None or judged:
            super().__init__(data, **kwargs)
            return
        super().__init__(None, **kwargs)
        for name, field in self.fields.items():
            self.initial[name] = field.widget.value_from_datadict(data, {}, self.add_prefix(name))


class ActForm(Given):
    """When and why."""

    on = day_field(
        label="施行日",
        help_text="この日の0時から変わります(例 R9.4.1)。先の日付にすると予定として登録され、"
        "その日までほかの職員には表示されません。",
        error_messages={"required": "施行日を入力してください。"},
    )
    reason = forms.CharField(
        label="理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="根拠となる規則の改正や通知など。記録に残ります。",
        error_messages={"required": "理由を入力してください。"},
    )

    def clean_on(self) -> date:
        day = self.cleaned_data["on"]
        if not FIRST <= day <= LAST:
            raise ValidationError(f"施行日は、{format_date(FIRST)}から{format_date(LAST)}までの日付にしてください。")
        return day


def _cell(parse: Any, value: str) -> Any:
    """The value as the files of the office are read. Raises ValidationError with the same sentences."""
    try:
        return parse(value)
    except ValueError as error:
        raise ValidationError(str(error)) from error


class PlaceForm(Given):
    """A department that is there afterwards: chosen among those that are there, or described.

    `asks` names the fields that the act needs; what it does not ask is as it was (`like`).
    """

    existing = forms.ChoiceField(label="所属", required=False)
    kind = forms.ChoiceField(label="区分", required=False, choices=DepartmentKind.choices)
    bureau = forms.ChoiceField(label="部局", required=False)
    name = forms.CharField(label="名称", required=False, max_length=100)
    code = forms.CharField(label=f"所属コード({CODE_WIDTH}桁)", required=False, max_length=20)
    short_name = forms.CharField(label="略称", required=False, max_length=50)
    nominates = forms.BooleanField(
        label="推薦対象にする", required=False, help_text="年度ごとに1名のDX推進員を推薦する所属です。"
    )

    def __init__(
        self, data: Any = None, *, asks: Iterable[str], offer: Offer, like: Department | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.like, self.offer = like, offer
        self.asks = tuple(asks)
        for name in set(self.fields) - set(self.asks):
            del self.fields[name]
        self._offer(offer)
        if not self.may_choose:
            for name in {"name", "code", "bureau", "kind"} & set(self.fields):
                self.fields[name].required = not (self.may_be_bureau and name in {"code", "bureau"})

    def _offer(self, offer: Offer) -> None:
        choices: Any = self.fields.get("existing")
        if choices:
            first = NEW if "name" in self.fields else "選んでください"
            choices.choices = [("", first), *offer.departments]
        bureaus: Any = self.fields.get("bureau")
        if bureaus:
            bureaus.choices = [("", "選んでください"), *offer.bureaus]
        kinds: Any = self.fields.get("kind")
        if kinds and not self.may_be_bureau:
            kinds.choices = [choice for choice in DepartmentKind.choices if choice[0] != DepartmentKind.BUREAU]

    @property
    def may_choose(self) -> bool:
        return "existing" in self.asks

    @property
    def may_be_bureau(self) -> bool:
        """Only 新設 opens a 部局: it has nobody to take along."""
        return self.like is None

    @staticmethod
    def says_something(typed: Any, prefix: str) -> bool:
        """Whether the block called `prefix` was filled in; a spare one was not."""
        return any(typed.get(f"{prefix}-{name}", "").strip() for name in ("existing", "name", "code"))

    def clean_name(self) -> str:
        return _cell(cells.limited(100), self.cleaned_data["name"])

    def clean_short_name(self) -> str:
        return _cell(cells.limited(50), self.cleaned_data["short_name"])

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        return _cell(cells.code(CODE_WIDTH), code) if code else ""

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if self.may_choose and given.get("existing"):
            if given.get("name") or given.get("code"):
                self.add_error("existing", "今ある所属を選んだときは、名称と所属コードを空欄にしてください。")
            return given
        if self.may_choose and "name" not in self.fields:
            self.add_error("existing", "所属を選んでください。")
        elif given.get("kind") == DepartmentKind.BUREAU:
            self._without("code", "bureau", "部局には、所属コードも上の部局もありません。空欄にしてください。")
        else:
            self._needs("name", "code", "bureau")
        return given

    def _needs(self, *names: str) -> None:
        for name in names:
            if name in self.fields and not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, "この項目を入力してください。")

    def _without(self, *names_and_reason: str) -> None:
        *names, reason = names_and_reason
        for name in names:
            if self.cleaned_data.get(name):
                self.add_error(name, reason)

    def target(self, key: str) -> Target:
        """What was said, once it is valid."""
        given, like = self.cleaned_data, self.like
        if given.get("existing"):
            return Target(key, existing=self.offer.rows[given["existing"]])
        kind = given.get("kind") or (like.kind if like else DepartmentKind.SECTION)
        is_bureau = kind == DepartmentKind.BUREAU
        bureau = self.offer.rows[given["bureau"]] if given.get("bureau") else (like.parent if like else None)
        kept = like.nominates if like else False
        return Target(
            key,
            name=given["name"],
            code=given.get("code", ""),
            short_name=given.get("short_name", ""),
            kind=kind,
            bureau=None if is_bureau else bureau,
            nominates=not is_bureau and bool(given.get("nominates", kept)),
        )


class OtherForm(Given):
    """Another department that is merged along."""

    other = forms.ChoiceField(label="いっしょに統合する所属", required=False)

    def __init__(self, data: Any = None, *, offer: Offer, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        choices: Any = self.fields["other"]
        choices.choices = [("", "ありません"), *offer.departments]


class PlacesForm(forms.Form):
    """Where each posting goes. What is left open is no error here: the page says how many are left."""

    def __init__(self, data: Any, *, people: Iterable[Posting], targets: Iterable[Target], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        places = [(target.key, target.label) for target in targets]
        for posting in people:
            nowhere = "所属未定にする" if posting.is_primary else "兼務を終える"
            self.fields[place_name(posting.pk)] = forms.ChoiceField(
                label=f"{posting.employee.name}の行き先",
                required=False,
                choices=[("", "選んでください"), *places, (UNDECIDED, nowhere)],
                widget=forms.Select(attrs={"aria-label": f"{posting.employee.name}の行き先"}),
            )


class HeadsForm(forms.Form):
    """Who is head where two come together."""

    def __init__(self, data: Any, *, rivals: dict[str, list[Posting]], labels: dict[str, str], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for key, heads in rivals.items():
            self.fields[f"head-{key}"] = forms.ChoiceField(
                label=f"{labels[key]}の所属長",
                required=False,
                choices=[
                    (str(row.pk), f"{row.employee.name}({row.department.name} {row.title or '所属長'})")
                    for row in heads
                ],
                widget=forms.RadioSelect,
                help_text="選ばなかった職員は、補職名と管理職の区分はそのままで、所属長ではなくなります。",
            )


def place_name(posting_id: int) -> str:
    return f"place-{posting_id}"
