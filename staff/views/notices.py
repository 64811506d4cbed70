"""お知らせ: everybody's own list, and opening one of them."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from aomori_dx.kernel import clock
from staff.forms.notices import NoticesForm
from staff.models import Notice
from staff.services import notices

PER_PAGE = 30


@require_safe
def show_all(request: HttpRequest) -> HttpResponse:
    """`/notices/`: to me, to the post I hold, to my office; unread first, the newest first."""
    today = clock.today()
    mine = _mine(request, today)
    form = NoticesForm(request.GET)
    rows = _narrowed(mine.with_unread(request.user, today), form)
    page = Paginator(rows.order_by("-is_unread", "-written_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.days_left = (row.due - today).days if row.due else None
    context = {
        "page": page,
        "form": form,
        "newest": mine.order_by("-pk").values_list("pk", flat=True).first() or 0,
        "unread": mine.unread_by(request.user, today).count(),
    }
    return render(request, "staff/notices.html", context)


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """`/notices/<pk>/`: marks it as read and goes on to where it leads; one that leads nowhere is shown."""
    at = clock.now()
    notice = get_object_or_404(_mine(request, at.date()), pk=pk)
    if request.method == "GET":
        notices.mark_read([notice], user=request.user, at=at)
    if url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None):
        return redirect(notice.url)
    return render(request, "staff/notice.html", {"notice": notice})


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """`/notices/read/`: one of them (`notice`), or all that the page knew of (`newest`): what came since is unread."""
    at = clock.now()
    rows = _mine(request, at.date()).unread_by(request.user, at.date())
    one, newest = _number(request.POST.get("notice")), _number(request.POST.get("newest"))
    found = list(rows.filter(pk=one) if one else rows.filter(pk__lte=newest))
    notices.mark_read(found, user=request.user, at=at)
    messages.success(request, f"{len(found)}件を既読にしました。" if found else "未読のお知らせはありません。")
    return redirect(f"{reverse('staff:notices')}?{request.POST.get('query', '')}".rstrip("?"))


def _number(text: str | None) -> int:
    """A key as the page sent it; 0, which is nothing's key, where it is none."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0


def _mine(request: HttpRequest, today: date) -> Any:
    return Notice.objects.visible_to(request.user, today).select_related("department")


def _narrowed(rows: Any, form: NoticesForm) -> Any:
    if not form.is_valid():
        return rows.none()
    asked = form.cleaned_data
    if text := asked["q"].strip():
        rows = rows.filter(Q(title__icontains=text) | Q(body__icontains=text))
    if asked["state"] == "unread":
        rows = rows.filter(is_unread=True)
    return rows.filter(due__isnull=False) if asked["state"] == "due" else rows
