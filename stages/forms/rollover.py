"""年度更新: into which year, what silence means, and whether the people to look at are left out."""

from typing import Any

from django import forms

from aomori_dx.kernel.fiscal_year import FiscalYear

ASK, PAUSE = "ask", "pause"


class DryRunForm(forms.Form):
    """`years`: those that can be turned into."""

    year = forms.TypedChoiceField(label="新年度", coerce=lambda text: FiscalYear(int(text)))
    silence = forms.ChoiceField(
        label="継続の意向が未回答の人",
        choices=[(ASK, "要確認にする(一人ずつ確かめる)"), (PAUSE, "見送りにする(新年度の育成を登録しない)")],
        widget=forms.RadioSelect,
        initial=ASK,
    )

    def __init__(self, given: Any = None, *, years: list[FiscalYear], initial: FiscalYear) -> None:
        super().__init__(given, initial={"year": str(int(initial))})
        self.fields["year"].choices = [(str(int(year)), str(year)) for year in years]


class StartForm(forms.Form):
    """`exceptions`: how many people somebody has to look at."""

    leave_out = forms.BooleanField(required=False)

    def __init__(self, given: Any = None, *, exceptions: int) -> None:
        super().__init__(given)
        if not exceptions:
            del self.fields["leave_out"]
            return
        self.fields["leave_out"].label = f"要確認の{exceptions:,}人を除いて実行する"
        self.fields[
            "leave_out"
        ].help_text = "除いた人は今のまま残ります。解決したあと、もう一度年度更新を行うと登録されます。"
