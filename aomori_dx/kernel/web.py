"""Answers that views of every app give."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def part(request: HttpRequest, template: str, fragment: str) -> str:
    """The template's name, or that of its fragment where htmx asks for a piece of the page."""
    return f"{template}#{fragment}" if request.headers.get("HX-Request") else template


def refused(request: HttpRequest, reason: str, *, status: int = 409) -> HttpResponse:
    """A page that says in words why the act was refused."""
    return render(request, f"errors/{status}.html", {"reason": reason}, status=status)
