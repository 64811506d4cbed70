"""The pages for what went wrong. Those for a broken system need neither the database nor the request."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

STALE = "画面の有効期限が切れました。前の画面に戻り、再読み込みしてからやり直してください。"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, also for a host name that is not ours: so nothing may be asked of the request."""
    return HttpResponse(render_to_string("errors/400.html"), status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 with the reason that the refusal carries, if it was written for people (libraries' are English)."""
    reason = str(exception or "")
    return render(request, "errors/403.html", {"reason": "" if reason.isascii() else reason}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same page for what does not exist and for what is not yours to know about."""
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500"""
    return HttpResponse(render_to_string("errors/500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from a page of another time (or another site)."""
    return render(request, "errors/403.html", {"reason": STALE}, status=403)


@login_not_required
def closed(request: HttpRequest, **parts: str) -> HttpResponse:
    """An address of the login library that has no use here (mail is not how people are known)."""
    raise Http404
