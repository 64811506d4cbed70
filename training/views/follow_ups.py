"""活用の確認 for heads: the runs of the department's people, and the answers about one of them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.web import only
from training import follow_up_lists
from training import permissions as may
from training.follow_up_lists import RunOfPeople
from training.forms.surveys import FollowUpForm
from training.services import follow_ups

NOT_A_HEAD = (
    "活用の確認は、所属長と、その代理者のための画面です。所属長の権限は、発令の日(代理は期間の初日)から使えます。"
)
for_heads = only(may.answer_follow_ups, reason=NOT_A_HEAD)


@require_safe
@for_heads
def show_all(request: HttpRequest) -> HttpResponse:
    """`/department/follow-ups/`"""
    rows = follow_up_lists.of(request.user, at=clock.now())
    return render(request, "training/follow_ups.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@for_heads
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """`/department/follow-ups/<run>/`"""
    group = _group(request, pk)
    if request.method != "POST":
        return _page(request, group, FollowUpForm(group=group))
    form = FollowUpForm(request.POST, group=group)
    if not form.is_valid():
        return _page(request, group, form, status=422)
    try:
        seen = form.cleaned_data["seen"]
        count = follow_ups.answer(pk, form.answers, seen=seen, by=request.user, at=clock.now())
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        group = _group(request, pk)
        form.show(group.stamp)
        return _page(request, group, form, status=409)
    messages.success(request, f"{count}人について回答を保存しました。" if count else "変更はありませんでした。")
    return redirect("training:follow-ups")


def _group(request: HttpRequest, pk: int) -> RunOfPeople:
    found = follow_up_lists.of(request.user, at=clock.now(), run_id=pk)
    if not found:
        raise Http404
    return found[0]


def _page(request: HttpRequest, group: RunOfPeople, form: FollowUpForm, *, status: int = 200) -> HttpResponse:
    return render(request, "training/follow_up.html", {"group": group, "run": group.run, "form": form}, status=status)
