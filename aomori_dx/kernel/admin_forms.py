"""The form of a correction: it asks why, and notices when somebody else was quicker."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict

from aomori_dx.kernel import audit, corrections, history
from aomori_dx.kernel.wareki import parse_date, short_date

REASON = "correction_reason"
LOADED = "loaded"
_SALT = "admin.loaded"


class WarekiDateField(forms.DateField):
    """Typed as R8.4.1, 令和8年4月1日, 2026/4/1 or 2026-04-01."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return parse_date(value)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error


def reason_field() -> forms.CharField:
    """Why it is done. It stays in the record for good."""
    return forms.CharField(
        label="訂正の理由",
        min_length=corrections.SHORTEST_REASON,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text="何にもとづいて、何を正すのかを書いてください(5文字以上)。操作記録に残ります。",
        error_messages={
            "required": "訂正の理由を書いてください。",
            "min_length": "訂正の理由を%(limit_value)d文字以上で書いてください。",
        },
    )


class ReasonForm(forms.Form):
    """Asks for nothing but the reason."""

    correction_reason = reason_field()


class SeenField(forms.CharField):
    """Carries what the page showed; by itself it is no change."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class RowForm(forms.ModelForm):
    """A form for one row. `loaded` carries what the person saw when the page was opened.

    `refusal` is what the database refused when the same form was saved a moment ago.
    """

    loaded = SeenField(required=False)
    refusal = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = {field.name for field in self.instance._meta.concrete_fields}
        self.watched = [name for name in self.fields if name in columns]
        self.before: corrections.Values | None = None
        if self.instance.pk is not None:
            self.initial[LOADED] = self._seal(self._now())
            if self.is_bound:
                self.before = corrections.values_of(self.instance)

    def _now(self) -> dict[str, str | None]:
        return corrections.raw_values(self.instance, self.watched)

    @staticmethod
    def _seal(values: dict[str, str | None]) -> str:
        return signing.dumps(values, salt=_SALT, compress=True)

    def _seen(self) -> dict[str, str | None]:
        """What the person saw; empty where the page did not say it, or somebody tampered with it."""
        try:
            return signing.loads(self.data.get(self.add_prefix(LOADED), ""), salt=_SALT)
        except signing.BadSignature:
            return {}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refusal:
            self.add_error(None, self.refusal)
        self.lock()
        if self.instance.pk is not None:
            self._notice_others()
        return cleaned

    def lock(self) -> None:
        """Hold the rows that rule over this one, until it is written. Its own row is held already."""

    def _notice_others(self) -> None:
        """Refuse to write over what somebody else changed meanwhile, say what it was, and lose no typing.

        Untouched fields of the shown form take the new values, so that saving again does not undo them.
        """
        seen, now = self._seen(), self._now()
        theirs = [name for name in now if now[name] != seen.get(name, "")]
        if not theirs:
            return
        answers = QueryDict(mutable=True)
        answers.update(self.data)
        answers[self.add_prefix(LOADED)] = self._seal(now)
        for name in theirs if seen else []:
            if not self._typed(name, seen[name]):
                _fill(answers, self[name])
        self.data = answers
        self.add_error(None, [self._told(seen, now, theirs)])

    def _typed(self, name: str, seen: str | None) -> bool:
        """Whether the person changed this field against what the page showed."""
        field = self.fields[name]
        initial = None if seen is None else self.instance._meta.get_field(name).to_python(seen)
        return field.has_changed(initial, self[name].data)

    def _told(self, seen: dict, now: dict, theirs: list[str]) -> str:
        if not seen:
            return (
                "画面の情報が古くなっています。内容を確かめて、もう一度保存してください。入力した内容は残っています。"
            )
        last = audit.history_of(self.instance).first()
        who = f"{last.by_name}さんが" if last and last.by_id else ""
        lines = "、".join(self._line(name, seen.get(name), now[name]) for name in theirs)
        return (
            f"入力している間に、{who}ほかの画面でこのデータを変更しました({lines})。"
            "入力した内容は残っています。確かめて、もう一度保存してください。"
        )

    def _line(self, name: str, old: str | None, new: str | None) -> str:
        field = self.instance._meta.get_field(name)
        return f"{field.verbose_name}: {_worded(field, old)} → {_worded(field, new)}"

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:  # read-only columns are no part of the form, and yet of the constraints
            try:
                self.instance.validate_constraints()
            except ValidationError as error:
                self.add_error(None, error.messages)


class CorrectionForm(RowForm):
    """A row's own page: it asks for the reason."""

    correction_reason = reason_field()


def _worded(field: Any, raw: str | None) -> str:
    value = None if raw is None else field.to_python(raw)
    if field.is_relation and value is not None:
        return str(field.related_model._default_manager.filter(pk=value).first() or raw)
    if isinstance(value, date) and not isinstance(value, datetime):
        return short_date(value)
    return history.shown(value if isinstance(value, (bool, str)) or value is None else str(value), field)


def _fill(answers: QueryDict, bound: forms.BoundField) -> None:
    """Put the row's present value where the form's own one was."""
    value = bound.field.prepare_value(bound.initial)
    if value is None or value is False:
        answers.pop(bound.html_name, None)
    else:
        answers[bound.html_name] = value.isoformat() if hasattr(value, "isoformat") else str(value)
