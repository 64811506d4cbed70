"""The forms of surveys: the own sheet, the head's answers, the questions, and what a list was asked for."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import django_filters  # type: ignore[import-untyped]
from django import forms
from django.db.models import Q, QuerySet

from aomori_dx.kernel.fiscal_year import FiscalYear
from training.follow_up_lists import RunOfPeople
from training.models import Question, QuestionKind, Survey, Usage
from training.models.survey import CHOICES, LONGEST_TEXT
from training.rules.surveys import plain
from training.services.questionnaires import MOST, Asked

ALL = "すべて"
YEARS = 10
"""So many fiscal years can be chosen, the present one first."""


class RadioSelect(forms.RadioSelect):
    """The summary of errors leads to the first of them."""

    def id_for_label(self, id_: str, index: Any = None) -> str:
        return super().id_for_label(id_, "0" if index is None else index)


class Words(forms.CharField):
    """Some sentences, without signs that control and show nothing."""

    def __init__(self, *, rows: int = 3, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(max_length=LONGEST_TEXT, widget=widget, **options)

    def to_python(self, value: Any) -> str:
        return plain(super().to_python(value) or "")


class SurveyForm(forms.Form):
    """One sheet: a field for each question."""

    def __init__(self, given: Any = None, *, questions: Sequence[Question]) -> None:
        super().__init__(given)
        self.questions = questions
        for number, question in enumerate(questions, 1):
            self.fields[f"q{question.pk}"] = _field(number, question)

    @property
    def answers(self) -> dict[int, int | str]:
        """Question id → the number that was chosen, or the words; passed over where nothing was given."""
        given = {question.pk: self.cleaned_data[f"q{question.pk}"] for question in self.questions}
        return {pk: value for pk, value in given.items() if value != ""}


def _field(number: int, question: Question) -> forms.Field:
    label, required = f"問{number} {question.text}", question.is_required
    if question.kind == QuestionKind.TEXT:
        return Words(
            label=label,
            required=required,
            help_text=f"{LONGEST_TEXT:,}文字まで。個人の名前や連絡先は書かないでください。",
            error_messages={"required": "入力してください。"},
        )
    choices: list[tuple[Any, str]] = list(CHOICES[QuestionKind(question.kind)])
    return forms.TypedChoiceField(
        label=label,
        required=required,
        coerce=int,
        empty_value="",
        choices=choices if required else [*choices, ("", "回答しない")],
        widget=RadioSelect,
        error_messages={"required": "1つ選んでください。", "invalid_choice": "選択肢から選んでください。"},
    )


class FollowUpForm(forms.Form):
    """The people of one run: for each the use at work and some words. `seen`: the state that the page showed."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, given: Any = None, *, group: RunOfPeople) -> None:
        super().__init__(given, initial={"seen": group.stamp})
        self.rows = group.rows
        for row in group.rows:
            name = row.enrollment.employee.name
            self.fields[f"usage{row.pk}"] = forms.ChoiceField(
                label=f"{name}さんは、学んだことを仕事で使っていますか",
                choices=Usage.choices,
                required=False,
                initial=row.usage,
                widget=RadioSelect,
            )
            self.fields[f"words{row.pk}"] = Words(
                label=f"{name}さんについての補足", required=False, rows=2, initial=row.words
            )

    def people(self) -> list[tuple[Any, Any, Any]]:
        """Each row with its two fields."""
        return [(row, self[f"usage{row.pk}"], self[f"words{row.pk}"]) for row in self.rows]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for row in self.rows:
            if given.get(f"words{row.pk}") and not given.get(f"usage{row.pk}"):
                self.add_error(f"usage{row.pk}", "補足を書いたときは、活用の状況も選んでください。")
        if not self.errors and not self.answers:
            self.add_error(None, "1人以上の活用の状況を選んでください。ほかの人は、あとから回答できます。")
        return given

    @property
    def answers(self) -> dict[int, tuple[str, str]]:
        """Follow-up id → usage and words, of those with a choice."""
        given = self.cleaned_data
        chosen = [row for row in self.rows if given.get(f"usage{row.pk}")]
        return {row.pk: (given[f"usage{row.pk}"], given.get(f"words{row.pk}", "")) for row in chosen}

    def show(self, seen: str) -> None:
        """What was typed stays; the next attempt is measured by what the page shows now."""
        typed: Any = self.data
        typed = typed.copy()
        typed["seen"] = seen
        self.data = typed


class QuestionForm(forms.Form):
    """One line of a questionnaire; an empty one is left out."""

    position = forms.IntegerField(label="順番", min_value=1, max_value=99, required=False)
    kind = forms.ChoiceField(label="種類", choices=QuestionKind.choices, required=False)
    text = forms.CharField(label="質問", max_length=200, required=False)
    is_required = forms.BooleanField(label="必須", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.empty_permitted = True

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("text") and not given.get("kind"):
            self.add_error("kind", "種類を選んでください。")
        return given


class QuestionFormSet(forms.BaseFormSet):
    """The questions in the order of their numbers."""

    @property
    def questions(self) -> list[Asked]:
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("text", "").strip()]
        rows.sort(key=lambda row: row.get("position") or 100)  # those without a number stay behind, as they stand
        return [Asked(row["kind"], plain(row["text"]), row["is_required"]) for row in rows]


_Questions = forms.formset_factory(
    QuestionForm, formset=QuestionFormSet, extra=3, max_num=MOST, absolute_max=MOST + 10, validate_max=True
)


def questions_form(given: Any, asked: Sequence[Asked]) -> Any:
    """The questions with three empty lines behind them."""
    initial = [
        {"position": number, "kind": row.kind, "text": row.text, "is_required": row.is_required}
        for number, row in enumerate(asked, 1)
    ]
    return _Questions(given, initial=initial, prefix="q")


class YearFilter(django_filters.FilterSet):
    """Each part of the query is one condition."""

    year = django_filters.ChoiceFilter(label="年度", field_name="run__fiscal_year", empty_label=ALL)

    class Meta:
        model = Survey
        fields: list[str] = []

    def __init__(self, query: Any, queryset: QuerySet[Survey], *, on: date) -> None:
        super().__init__(query, queryset=queryset)
        this_year = FiscalYear.containing(on)
        years = FiscalYear.between(FiscalYear(this_year.start_year - YEARS + 1), this_year)
        self.filters["year"].extra["choices"] = [(int(year), str(year)) for year in reversed(list(years))]

    @property
    def is_active(self) -> bool:
        return any(self.data.get(name) for name in self.filters)


class SurveyFilter(YearFilter):
    """Of all courses."""

    q = django_filters.CharFilter(label="研修名", method="search")

    def search(self, rows: QuerySet[Survey], name: str, text: str) -> QuerySet[Survey]:
        return rows.filter(Q(run__course__name__icontains=text) | Q(run__course__code__iexact=text))
