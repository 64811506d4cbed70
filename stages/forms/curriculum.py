"""The forms of カリキュラム: a new one, what a draft says, its items, a revision, moving people to it."""

from collections.abc import Iterable
from typing import Any

from django import forms

from aomori_dx.kernel.wareki import format_date, short_date
from staff.forms.days import day_field
from stages.curriculum_preview import VERDICTS, Line
from stages.forms.seen import SeenForm
from stages.models import Curriculum, CurriculumItem, ItemKind
from stages.rules.curriculum import plain
from stages.services import curricula, curriculum_items, curriculum_seen

HOW = "R8.4.1、2026-04-01 の形で入力してください。"
BLANK = ""
ALL, MARKED = "all", "marked"
REQUIRED = [("True", "必修"), ("False", "選択")]
HOURS: dict[str, Any] = {"max_digits": 5, "decimal_places": 1, "min_value": 0, "max_value": 999}


def _reason(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=help_text)


class StartForm(forms.Form):
    """From what a new curriculum is made. `sources`: published versions that may be copied, the nearest first."""

    source = forms.ChoiceField(label="もとにするもの", widget=forms.RadioSelect, required=False)

    def __init__(self, given: Any = None, *, sources: Iterable[Curriculum]) -> None:
        self.sources = {str(row.pk): row for row in sources}
        super().__init__(given, initial={"source": next(iter(self.sources), BLANK)})
        choices = [
            (key, f"{row.fiscal_year} {row.for_whom} 第{row.version}版を写す") for key, row in self.sources.items()
        ]
        self.fields["source"] = forms.ChoiceField(
            label="もとにするもの",
            widget=forms.RadioSelect,
            required=False,
            choices=[*choices, (BLANK, "空のカリキュラムから作る")],
            help_text="写すと、項目、時間数、選択の条件が入り、期限は同じ月日に移ります。公開するまで変えられます。",
        )

    @property
    def chosen(self) -> Curriculum | None:
        return self.sources.get(self.cleaned_data["source"])


class HeaderForm(SeenForm):
    """What a draft says of itself; of a revision also why."""

    valid_from = day_field(label="適用日", help_text=f"この日から、年度の育成を始める人に使います。{HOW}")
    deadline = day_field(label="修了の期限", help_text=f"この日までに修了します。{HOW}")
    electives = forms.IntegerField(
        label="選択項目の数",
        min_value=0,
        max_value=99,
        help_text="選択項目のうち、いくつ以上を求めるか。求めないときは0。",
    )
    elective_hours = forms.DecimalField(
        label="選択項目の時間数", **HOURS, help_text="選択項目のうち、合計何時間以上を求めるか。求めないときは0。"
    )
    reason = _reason("改定の理由", "前の版から何を、なぜ変えるのか。見る人全員に表示されます。")

    def __init__(self, given: Any = None, *, curriculum: Curriculum) -> None:
        initial = {name: getattr(curriculum, name) for name in curricula.STATED}
        initial |= {name: short_date(initial[name]) for name in ("valid_from", "deadline")}
        initial["elective_hours"] = plain(curriculum.elective_hours)
        initial["seen"] = curriculum_seen.of(curriculum, curricula.STATED)
        super().__init__(given, initial=initial)
        year = curriculum.fiscal_year
        self.fields["deadline"].help_text += f"{year}({format_date(year.last_day)}まで)の日付にします。"
        if curriculum.version == 1:
            del self.fields["reason"]

    def stated(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in curricula.STATED if name in self.fields}


class ItemForm(SeenForm):
    """One item of a draft."""

    title = forms.CharField(label="項目名", max_length=100)
    hours = forms.DecimalField(label="時間数", **HOURS, help_text="時間の単位で、0.5刻みなど小数1桁まで。")
    is_required = forms.TypedChoiceField(
        label="必修・選択", choices=REQUIRED, coerce=lambda word: word == "True", initial="True"
    )
    due_on = day_field(label="期限", required=False, help_text=f"空欄のときは、修了の期限と同じです。{HOW}")
    skill = forms.CharField(
        label="スキル標準", max_length=50, required=False, help_text="デジタルスキル標準の項目。例: データ活用"
    )

    def __init__(self, given: Any = None, *, item: CurriculumItem) -> None:
        initial = {name: getattr(item, name) for name in curriculum_items.STATED}
        initial["due_on"] = short_date(item.due_on) if item.due_on else ""
        initial["hours"] = plain(item.hours)
        initial["seen"] = curriculum_seen.of(item, curriculum_items.STATED)
        super().__init__(given, initial=initial)

    def stated(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in curriculum_items.STATED}


class OtherItemForm(forms.Form):
    """A practice report or an examination, to be added."""

    kind = forms.ChoiceField(
        label="種類", choices=[(code, word) for code, word in ItemKind.choices if code != ItemKind.COURSE]
    )
    title = forms.CharField(label="項目名", max_length=100, help_text="例: 自所属の業務を1件効率化し報告、ITパスポート")
    is_required = forms.TypedChoiceField(
        label="必修・選択", choices=REQUIRED, coerce=lambda word: word == "True", initial="True"
    )
    hours = forms.DecimalField(label="時間数", **HOURS, initial=0)
    due_on = day_field(label="期限", required=False, help_text=HOW)
    skill = forms.CharField(label="スキル標準", max_length=50, required=False)


class ReviseForm(forms.Form):
    """From when a revision is used, and why."""

    valid_from = day_field(label="適用日", help_text=f"この日から年度の育成を始める人に使います。{HOW}")
    reason = _reason("改定の理由", "何を、なぜ変えるのか。見る人全員に表示されます。")


class PreviewFilter(forms.Form):
    """Which of the people a version would change something for."""

    q = forms.CharField(label="氏名・職員番号", required=False)
    verdict = forms.ChoiceField(label="修了への影響", required=False, choices=[("", "すべて"), *VERDICTS.items()])
    from_version = forms.ChoiceField(label="今の版", required=False)

    def __init__(self, query: Any, *, lines: Iterable[Line]) -> None:
        super().__init__(query)
        versions = {str(line.old.curriculum.pk): _version(line.old.curriculum) for line in lines}
        self.fields["from_version"] = forms.ChoiceField(
            label="今の版", required=False, choices=[("", "すべて"), *sorted(versions.items())]
        )

    @property
    def is_active(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    @property
    def in_words(self) -> str:
        if not self.is_valid():
            return ""
        return "、".join(f"{bound.label}: {self._word(bound.name)}" for bound in self if self.cleaned_data[bound.name])

    def _word(self, name: str) -> str:
        value = self.cleaned_data[name]
        return str(dict(getattr(self.fields[name], "choices", ())).get(value, value))

    def chosen(self, lines: Iterable[Line]) -> list[Line]:
        """Those that meet every condition; none where a condition cannot be read."""
        if not self.is_valid():
            return []
        wanted = self.cleaned_data
        text = wanted["q"].replace(" ", "").replace("\u3000", "")
        return [
            line
            for line in lines
            if wanted["verdict"] in {"", line.verdict}
            and wanted["from_version"] in {"", str(line.old.curriculum.pk)}
            and (not text or _found(text, line))
        ]


def _version(curriculum: Curriculum) -> str:
    return f"{curriculum.for_whom} 第{curriculum.version}版"


def _found(text: str, line: Line) -> bool:
    person = line.enrollment.promoter.employee
    name = person.name.replace(" ", "").replace("\u3000", "")
    return text in name or text in person.kana or text in person.employee_number


class SwitchForm(forms.Form):
    """Who is moved to the version, and why. `count`: how many met the conditions when the page was shown."""

    which = forms.ChoiceField(choices=[(MARKED, ""), (ALL, "")], initial=MARKED)
    marked = forms.TypedMultipleChoiceField(coerce=int, required=False)
    count = forms.IntegerField(required=False, min_value=0)
    reason = _reason(
        "切り替える理由", "例: ツールの入れ替えにより研修の内容が変わったため。本人に伝わり、記録に残ります。"
    )
    confirmed = forms.CharField(required=False)

    def __init__(self, given: Any = None) -> None:
        super().__init__(given)
        self.fields["marked"].valid_value = str.isdecimal

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("which") == MARKED and not found.get("marked"):
            self.add_error(None, "切り替える人に印を付けるか、「全員」を選んでください。")
        return found
