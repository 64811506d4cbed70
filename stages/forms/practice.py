"""The forms of 実践テーマ and 実践報告, of reading them, and of examinations. A draft may leave everything open."""

from typing import Any

from django import forms

from staff.forms.days import day_field
from stages.forms.nominate import words
from stages.forms.seen import SeenForm
from stages.models import PracticeReport
from stages.rules import files, practice
from stages.services.practice_reports import seen_of

HOW = "R8.4.1、2026-04-01 の形で入力してください。"
MOST_MINUTES = 6_000_000
"""A month of 100,000 hours: more is a mistake."""


def _minutes(label: str, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_MINUTES, required=False, help_text=help_text)


class WrittenForm(SeenForm):
    """What the promoter writes; `NAMES` are columns of the report. What is missing is said by the rules, in words."""

    NAMES: tuple[str, ...] = ()

    def __init__(self, given: Any = None, *, report: PracticeReport | None) -> None:
        shown = report or PracticeReport()
        initial = {name: getattr(shown, name) for name in self.NAMES} | {"seen": seen_of(report)}
        super().__init__(given, initial=initial)

    def stated(self) -> dict[str, Any]:
        """The columns as they were typed."""
        return {name: self.cleaned_data[name] for name in self.NAMES}


class ThemeForm(WrittenForm):
    """R59"""

    NAMES = tuple(practice.THEME)

    title = forms.CharField(
        label="実践テーマ",
        max_length=100,
        required=False,
        help_text="何をどう変えるかを、一言で。例: 電話照会のフォーム化",
    )
    current_work = words("現在の業務", "今の手順、かかっている時間、困っていること。", required=False)
    tool = forms.CharField(
        label="手段・ツール",
        max_length=100,
        required=False,
        help_text="例: kintone、RPA、Excelのマクロ以外の機能、生成AI",
    )
    expected_effect = words("見込む効果", "減る時間や手間、住民や職員にとって良くなること。", required=False)


class ResultForm(WrittenForm):
    """R60"""

    NAMES = (*practice.RESULT, "cost", "is_reusable", "reuse")

    minutes_before = _minutes("改善前の時間(分/月)", "その業務全体に、1か月にかかっていた時間。担当者全員の合計です。")
    minutes_after = _minutes("改善後の時間(分/月)", "同じ業務全体に、今かかる時間。増えたときも、そのまま入力します。")
    people = forms.IntegerField(
        label="関係する人数", min_value=0, max_value=1_000_000, required=False, help_text="この業務に携わる人の数。"
    )
    cost = forms.IntegerField(
        label="費用(円)",
        min_value=0,
        max_value=2_000_000_000,
        required=False,
        help_text="かかっていなければ0。空欄でもかまいません。",
    )
    lessons = words("気づき・工夫", "うまくいったこと、つまずいたこと。次の人の役に立ちます。", required=False)
    is_reusable = forms.BooleanField(label="ほかの所属でも使える", required=False)
    reuse = words("ほかの所属での使い方", "「使える」ときは入力してください。", rows=3, required=False)


class FileForm(forms.Form):
    """One more file."""

    file = forms.FileField(
        label="追加するファイル",
        help_text=f"{files.KINDS}。1つ{files.LARGEST // 1024 // 1024}MBまで。",
        error_messages={"required": "ファイルを選んでください。", "empty": "ファイルが空です。"},
    )


class CommentForm(forms.Form):
    comment = words("コメント", "", rows=3, required=False)


class AnswerForm(SeenForm):
    """Approve, or send back with a word."""

    comment = words("コメント", "差し戻すときは、直してほしいことを必ず入力してください。", rows=3, required=False)

    def __init__(self, given: Any = None, *, report: PracticeReport, returns: bool = False) -> None:
        super().__init__(given, initial={"seen": seen_of(report)})
        if returns:
            self.fields["comment"].required = True
            self.fields["comment"].error_messages["required"] = "直してほしいことを、コメントに入力してください。"


class ExtendForm(forms.Form):
    until = day_field(label="延長した期限", help_text=HOW)
    reason = forms.CharField(label="延長の理由", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class RevokeForm(forms.Form):
    reason = forms.CharField(label="承認を取り消す理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class ExaminationForm(forms.Form):
    """R26"""

    name = forms.CharField(label="資格・検定の名称", max_length=100, help_text="例: ITパスポート試験")
    passed_on = day_field(label="合格日", help_text=HOW)
    result = forms.CharField(label="結果", max_length=100, required=False, help_text="点数や級があれば。例: 720点")
    proof = forms.FileField(
        label="合格の証明",
        help_text=f"合格証書や結果の画面など。{files.KINDS}。{files.LARGEST // 1024 // 1024}MBまで。",
        error_messages={"required": "合格を証明するファイルを選んでください。", "empty": "ファイルが空です。"},
    )


class ProofAnswerForm(forms.Form):
    """Confirm, or refuse with a reason."""

    note = forms.CharField(
        label="理由",
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="確認できないときは必ず入力してください。ご本人に伝わります。",
    )


class RemindForm(SeenForm):
    """Whom to remind, and what to say."""

    title = forms.CharField(label="件名", max_length=100)
    body = forms.CharField(label="本文", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, given: Any = None, *, title: str = "", body: str = "", seen: str = "") -> None:
        super().__init__(given, initial={"title": title, "body": body, "seen": seen})
