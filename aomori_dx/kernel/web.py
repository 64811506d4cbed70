"""Answers that views of every app give."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from aomori_dx.kernel import clock


def part(request: HttpRequest, template: str, fragment: str) -> str:
    """The template's name, or that of its fragment where htmx asks for a piece of the page."""
    return f"{template}#{fragment}" if request.headers.get("HX-Request") else template


def site(request: HttpRequest) -> str:
    """The address of this system without the last slash, as letters and printed codes name it."""
    return settings.SITE_URL or request.build_absolute_uri("/").rstrip("/")


def refused(request: HttpRequest, reason: str, *, status: int = 409) -> HttpResponse:
    """A page that says in words why the act was refused."""
    return render(request, f"errors/{status}.html", {"reason": reason}, status=status)


def only(may: Callable[[Any, date], bool], *, reason: str) -> Callable:
    """A view for those of whom the predicate holds today; the others get a page that says why not (403)."""

    def guard(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not may(request.user, clock.today()):
                return refused(request, reason, status=403)
            return view(request, *args, **kwargs)

        return guarded

    return guard
