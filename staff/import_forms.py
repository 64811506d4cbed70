"""Forms of the import screen. They validate only."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from aomori_dx.kernel import wareki
from aomori_dx.kernel.tables.importing import FileKind
from aomori_dx.kernel.tables.reading import Choices
from aomori_dx.kernel.tables.source import MAX_BYTES
from staff.models import ChangeSet, ChangeSetState, LineOutcome

ENCODINGS = [
    ("", "自動で判別"),
    ("cp932", "Shift_JIS(CP932)"),
    ("utf-8", "UTF-8"),
    ("utf-8-sig", "UTF-8(BOMあり)"),
    ("utf-16", "UTF-16"),
]


class DayField(forms.CharField):
    """A day typed as R8.4.1, 令和8年4月1日, 2026/4/1 or 2026-04-01."""

    def to_python(self, value):
        text = super().to_python(value)
        if text in self.empty_values:
            return None
        try:
            return wareki.parse_date(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class UploadForm(forms.Form):
    """Which file, of what kind, as of which day."""

    kind = forms.ChoiceField(label="ファイルの種類")
    file = forms.FileField(
        label="ファイル",
        help_text="Excel(.xlsx)またはCSV。見出しの行の上に表題があってもかまいません。列の順番は自由です。",
    )
    as_of = DayField(
        label="基準日",
        required=False,
        help_text="所属一覧・職員名簿・所属の承継で使います。この日の内容として照らし合わせます(例 R8.4.1)。"
        "先の日付のファイルは予定として登録され、その日から有効になります。",
    )

    def __init__(self, *args, kinds: list[FileKind], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = {kind.code: kind for kind in kinds}
        self.fields["kind"].choices = [("", "選んでください"), *((kind.code, kind.title) for kind in kinds)]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(f"ファイルが大きすぎます({MAX_BYTES // 1024 // 1024} MBまで)。")
        return file

    def clean(self):
        kind = self.kinds.get(self.cleaned_data.get("kind", ""))
        if kind and kind.dated and "as_of" in self.cleaned_data and not self.cleaned_data["as_of"]:
            self.add_error("as_of", f"{kind.title}には基準日が必要です。")
        return self.cleaned_data


class ReadingForm(forms.Form):
    """How the file is read: its encoding, which column is which, what a gap means."""

    encoding = forms.ChoiceField(label="文字コード(CSV)", choices=ENCODINGS, required=False)

    def __init__(self, *args, change_set: ChangeSet, kind: FileKind, **kwargs) -> None:
        known = change_set.options or {}
        names, mapping = change_set.checked.get("names", {}), known.get("mapping", {})
        initial = {"encoding": known.get("encoding", ""), "as_of": change_set.as_of.isoformat()}
        super().__init__(*args, initial=initial, **kwargs)
        self.kind = kind
        headers = [name for name in dict.fromkeys(change_set.checked.get("headers", [])) if name]
        for column in kind.columns:
            blank = "(この列はありません)" if not column.required else "(見つかりません)"
            self.fields[f"column_{column.key}"] = forms.ChoiceField(
                label=f"{column.label}の列",
                required=False,
                choices=[("", blank), *((name, name) for name in headers)],
                initial=mapping.get(column.key) or names.get(column.key, ""),
            )
        if kind.dated:
            self.fields["as_of"] = DayField(label="基準日")
        if kind.complete:
            self.fields["missing"] = forms.ChoiceField(
                label="ファイルにないもの",
                choices=[("end", "基準日に終了したものとする"), ("leave", "そのままにする")],
                initial="end" if known.get("missing_ends", True) else "leave",
            )
        if kind.complete and any(column.key == "kana" for column in kind.columns):
            self.fields["blanks"] = forms.ChoiceField(
                label="空欄(氏名カナ・職員区分・採用年月日・メールアドレス)",
                choices=[("keep", "今の内容を残す"), ("clear", "今の内容を消す")],
                initial="clear" if known.get("blanks_clear") else "keep",
            )
        self.names = names
        self.questions = change_set.checked.get("questions", [])
        for place, question in enumerate(self.questions):
            self.fields[f"ask_{place}"] = _asked(question, known.get("extra", {}))
        self.order_fields([f"ask_{place}" for place in range(len(self.questions))])  # what the file waits for

    def choices(self) -> Choices:
        """What was chosen. A column that is where its name says needs no mapping."""
        chosen = {column.key: self.cleaned_data[f"column_{column.key}"] for column in self.kind.columns}
        usual = {column.key: set(column.labels) for column in self.kind.columns}
        return Choices(
            encoding=self.cleaned_data["encoding"],
            mapping={key: header for key, header in chosen.items() if header and header not in usual[key]},
            missing_ends=self.cleaned_data.get("missing", "end") == "end",
            blanks_clear=self.cleaned_data.get("blanks") == "clear",
            extra={
                question["key"]: answer
                for place, question in enumerate(self.questions)
                if (answer := self.cleaned_data[f"ask_{place}"])
            },
        )


def _asked(question: dict[str, Any], answers: dict[str, str]) -> forms.Field:
    """The field of a question of the kind; nobody has to answer."""
    given = {"label": question["label"], "required": False, "help_text": question["help"]}
    initial = answers.get(question["key"], question["initial"])
    if not question["choices"]:
        return forms.CharField(**given, initial=initial, max_length=500)
    return forms.ChoiceField(**given, initial=initial, choices=question["choices"])


class UndoForm(forms.Form):
    """Why an applied file is taken back."""

    reason = forms.CharField(label="取り消しの理由", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ImportFilter(forms.Form):
    """Narrows the list of loaded files."""

    kind = forms.ChoiceField(label="種類", required=False)
    state = forms.ChoiceField(label="状態", required=False, choices=[("", "すべて"), *ChangeSetState.choices])

    def __init__(self, *args, kinds: list[FileKind], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "すべて"), *((kind.code, kind.title) for kind in kinds)]

    def rows(self, rows):
        """`rows` narrowed; a word that is not offered narrows nothing."""
        self.is_valid()
        chosen = {key: value for key in ("kind", "state") if (value := self.cleaned_data.get(key))}
        return rows.filter(**chosen)


def outcome_of(word: str | None) -> str:
    """The outcome that a preview is filtered by; empty for all."""
    return word if word in LineOutcome.values else ""
