"""What is measured: files on their way into the records, the quota job, and the pages."""

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import include, path

from aomori_dx.benchmark.floor import seconds
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import OfficeRole, OfficeRoleGrant, User
from staff.services import change_set_jobs, change_sets
from stages.services import quotas

PAGE_RUNS = 15
PAGES = ("/", "/dashboard/", "/promoters/", "/dashboard/departments/", "/people/", "/departments/", "/imports/")


@dataclass(frozen=True)
class Measure:
    """One line of the result. `ratio` is to `floor`, taken in the same run; None where there is nothing to compare."""

    name: str
    seconds: float
    rows: int | None = None
    ratio: float | None = None
    bar: str = ""
    queries: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {key: value for key, value in vars(self).items() if value is not None}


def officer() -> User:
    """A login of the offices, for loading files and looking at pages."""
    user = User.objects.create_user("benchmark")
    for role in (OfficeRole.HR, OfficeRole.DX):
        OfficeRoleGrant.objects.create(user=user, role=role, valid_from=date(2020, 4, 1))
    return user


def load(kind: str, content: bytes, *, as_of: date | None, by: User, at: datetime) -> tuple[float, float, int]:
    """Check and apply one file; returns the seconds of each and the rows read. Raises RuntimeError for a bad file."""
    change_set = change_sets.upload(kind, name=f"{kind}.file", content=content, as_of=as_of, by=by, at=at)
    checking = seconds(lambda: change_set_jobs.check(change_set.pk, by=by, at=at))
    change_set.refresh_from_db()
    if change_set.state != "ready":
        line = change_set.lines.first()
        raise RuntimeError(f"{kind}: {line.reason if line else change_set.state}")
    applying = seconds(lambda: change_set_jobs.apply(change_set.pk, by=by, at=at))
    return checking, applying, change_set.checked["counts"]["read"]


def quota_job(year: FiscalYear, *, as_of: date, at: datetime) -> Measure:
    """The figures of one fiscal year, from facts to snapshot."""
    with _counted() as asked:
        taken = seconds(lambda: quotas.compute(year, as_of=as_of, at=at))
    return Measure("枠の計算", taken, queries=len(asked), bar="1秒未満")


@contextmanager
def _counted() -> Iterator[list[str]]:
    """Every query that is asked inside, as SQL."""
    asked: list[str] = []

    def note(execute: Callable, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield asked


def bare(request: HttpRequest) -> HttpResponse:
    """A page that only knows who is there: the floor of every other page."""
    return HttpResponse(f"<p>{request.user.pk}</p>")


urlpatterns = [path("bare/", bare), path("", include("aomori_dx.urls"))]


@contextmanager
def _client(user: User) -> Iterator[Client]:
    with override_settings(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"]):
        client = Client()
        client.force_login(user)
        yield client


def pages(user: User) -> list[Measure]:
    """Every page against the bare one, server time, with the connection kept."""
    measures = []
    with _client(user) as client:
        floor = _page_seconds(client, "/bare/")
        measures.append(Measure("画面 /bare/(下限)", floor, ratio=1.0))
        for address in PAGES:
            with _counted() as asked:
                answer = client.get(address)
            if answer.status_code != 200:
                raise RuntimeError(f"{address}: {answer.status_code}")
            taken = _page_seconds(client, address)
            bar = "下限の6倍以内、12クエリ以内"
            measures.append(Measure(f"画面 {address}", taken, ratio=taken / floor, queries=len(asked), bar=bar))
    return measures


def _page_seconds(client: Client, address: str) -> float:
    client.get(address)
    return min(seconds(lambda: client.get(address)) for _ in range(PAGE_RUNS))


def peak_megabytes() -> int:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def policy() -> None:
    call_command("load_policy", verbosity=0, stdout=_Silence())


class _Silence:
    def write(self, text: str) -> None:
        """Says nothing."""
