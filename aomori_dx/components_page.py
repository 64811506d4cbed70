"""All components on one page, for those who build screens."""

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.fields import FiscalYearFormField
from aomori_dx.kernel.models import Job, JobState
from staff import permissions as may


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label="氏名", help_text="姓と名の間に全角の空白を入れてください。")
    fiscal_year = FiscalYearFormField(label="年度")
    route = forms.ChoiceField(label="枠", choices=[("recommended", "推薦枠"), ("self", "自薦枠")])
    track = forms.ChoiceField(
        label="希望する研修", choices=[("a", "集合研修"), ("b", "ハンズオン研修")], widget=forms.RadioSelect
    )
    reason = forms.CharField(label="推薦の理由", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agreed = forms.BooleanField(label="本人の同意を得ています")


class SampleFilter(forms.Form):
    q = forms.CharField(label="氏名・職員番号", required=False)
    route = forms.ChoiceField(
        label="枠", choices=[("", "すべて"), ("recommended", "推薦枠"), ("self", "自薦枠")], required=False
    )


@dataclass(frozen=True)
class Term:
    sign: str
    label: str
    value: int
    unit: str = "人"


@dataclass(frozen=True)
class Step:
    label: str
    state: str
    words: str
    note: str = ""


TERMS = (Term("", "今年度の目標", 200), Term("＋", "前年度までの繰越", 12), Term("－", "推薦枠", 183))
STEPS = (
    Step("①業務効率化", "done", "修了", "令和6年度"),
    Step("②業務改善", "done", "修了", "令和7年度"),
    Step("③業務改革", "current", "受講中", "令和8年度"),
    Step("④データ利活用", "todo", "これから"),
    Step("⑤AI等活用", "todo", "これから"),
)
JOBS = (
    Job(kind="quota", state=JobState.QUEUED),
    Job(kind="quota", state=JobState.RUNNING, done=3, total=12, message="総務部の枠を計算しています。"),
    Job(kind="quota", state=JobState.DONE),
    Job(kind="quota", state=JobState.FAILED, error="適用中の育成計画がありません。計画を登録してください。"),
)
ROWS = (
    ("総務部", "人事課", 183, 171, "completed", "修了"),
    ("企画政策部", "DX推進課", 12, 12, "in_progress", "受講中"),
    ("健康福祉部", "がん・生活習慣病対策課", 1204, 998, "not_completed", "未修了"),
)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """`/ui/`, where the settings show it, to those who run the system."""
    if not (settings.SHOW_COMPONENTS and may.run_the_system(request.user, clock.today())):
        raise Http404
    wrong = SampleForm({"name": "", "fiscal_year": "8", "route": "recommended", "track": "a"}, auto_id="wrong_%s")
    sample = {
        "form": SampleForm(),
        "wrong": wrong,
        "filter": SampleFilter(request.GET or None, auto_id="filter_%s"),
        "terms": TERMS,
        "result": Term("", "自薦枠の目安", 29),
        "steps": STEPS,
        "jobs": JOBS,
        "rows": ROWS,
        "reasons": ["この職員はすでにDX推進員に任命されています。"],
        "difference": -12,
        "page": Paginator(range(500), 20).get_page(request.GET.get("page")),
    }
    return render(request, "components_page.html", sample)
