"""Knocking on every door: which addresses there are, what they answer, and whether a refusal changed anything."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.login_pages import LOGIN
from tests.architecture.people import House, log_in

WRITING = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE|TRUNCATE)\b", re.IGNORECASE)
NOT_OURS = re.compile(r'"(?:django_session|kernel_cache)"')
"""What a page may write whoever asks: the login library counts attempts and keeps messages."""


def patterns(
    resolver: URLResolver | None = None, prefix: str = "", spaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, str]]:
    """Every address of the project: (name with its namespace, or empty; pattern)."""
    for part in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(part.pattern)
        if isinstance(part, URLResolver):
            yield from patterns(part, pattern, (*spaces, part.namespace) if part.namespace else spaces)
        elif isinstance(part, URLPattern):
            yield ":".join((*spaces, part.name)) if part.name else "", pattern


@dataclass
class Writes:
    """The statements by which our tables were changed."""

    found: list[str] = field(default_factory=list)

    def __call__(self, execute, sql, params, many, context):
        if WRITING.match(sql) and not NOT_OURS.search(sql):
            self.found.append(sql)
        return execute(sql, params, many, context)


class Visitor:
    """One person with one login, who leaves everything as it was."""

    def __init__(self, house: House, who: str) -> None:
        self.client = Client(raise_request_exception=False)
        if who != "nobody":
            log_in(self.client, house.users[who])
        self._cookies = self.client.cookies.output(header="", sep=";")
        self.writes = Writes()

    def ask(self, method: str, address: str) -> int | str:
        """What is answered: a status, or LOGIN. `writes` are those of this visit."""
        self.client.cookies = SimpleCookie(self._cookies)
        self.writes = Writes()
        with _undone(), connection.execute_wrapper(self.writes):
            return answer(getattr(self.client, method)(address))


def answer(response: HttpResponse) -> int | str:
    target = response.headers.get("Location", "")
    return LOGIN if target.startswith(("/accounts/login/", "/admin/login/")) else response.status_code


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
