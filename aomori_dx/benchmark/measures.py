"""What is measured: files on their way into the records, the quota job, and the pages."""

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import include, path

from aomori_dx.benchmark import growth
from aomori_dx.benchmark.floor import seconds
from aomori_dx.benchmark.prefecture import course_name
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import OfficeRole, OfficeRoleGrant, User
from staff.services import change_set_jobs, change_sets
from stages.models import StageProgress
from stages.services import quotas, recomputing
from training import rates
from training.models import CompletionRule, Course, Method, Obliged, Requirement
from training.services import requirements

PAGE_RUNS = 15
LOOK_SECONDS = 0.1
BARS = {
    "roster": "20,000人で8秒未満、200,000人で600 MB未満",
    "transfers": "改編とともに2,500件で10秒未満、300 MB未満",
    "elearning": "50,000件で15秒未満、500 MB未満",
}
PAGES = (
    "/",
    "/dashboard/",
    "/promoters/",
    "/promoters/standing/",
    "/dashboard/departments/",
    "/people/",
    "/departments/",
    "/imports/",
    "/requirements/",
)


@dataclass(frozen=True)
class Measure:
    """One line of the result. `ratio` is to `floor`, taken in the same run; None where there is nothing to compare.

    `processor`: seconds of the processor, of this process and one that it started; on a busy machine only they tell.
    `peak_mb`: the most memory that the step held, in this process and in one that read a workbook for it.
    """

    name: str
    seconds: float
    rows: int | None = None
    ratio: float | None = None
    bar: str = ""
    queries: int | None = None
    peak_mb: int | None = None
    processor: float | None = None

    def as_json(self) -> dict[str, Any]:
        return {key: value for key, value in vars(self).items() if value is not None}


def officer() -> User:
    """A login of the offices, for loading files and looking at pages."""
    user = User.objects.create_user("benchmark")
    for role in (OfficeRole.HR, OfficeRole.DX):
        OfficeRoleGrant.objects.create(user=user, role=role, valid_from=date(2020, 4, 1))
    return user


def load(
    title: str, kind: str, content: bytes, *, as_of: date | None, by: User, at: datetime, least: float
) -> Iterator[Measure]:
    """Check and apply one file: each of them, and both together. Raises RuntimeError for a bad file."""
    change_set = change_sets.upload(kind, name=f"{kind}.file", content=content, as_of=as_of, by=by, at=at)
    steps = []
    for name, step in (("確認", change_set_jobs.check), ("適用", change_set_jobs.apply)):
        before = processor_seconds()
        with Memory() as memory:
            taken = seconds(partial(step, change_set.pk, by=by, at=at))
        processor = processor_seconds() - before
        change_set.refresh_from_db()
        if change_set.state not in {"ready", "applied"}:
            line = change_set.lines.first()
            raise RuntimeError(f"{kind}: {line.reason if line else change_set.state}")
        rows = change_set.checked["counts"]["read"]
        steps.append(Measure(f"{title} {name}", taken, rows, taken / least, peak_mb=memory.peak, processor=processor))
    yield from steps
    both, peak = sum(step.seconds for step in steps), max(step.peak_mb or 0 for step in steps)
    processor = sum(step.processor or 0 for step in steps)
    yield Measure(f"{title} 合わせて", both, rows, both / least, BARS.get(kind, ""), peak_mb=peak, processor=processor)


def processor_seconds() -> float:
    """Seconds of the processor that this process and those it started have used up to now."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


class Memory:
    """The most memory held at a time by this process and those that it started, looked at while something runs."""

    def __enter__(self) -> "Memory":
        self.peak, self._over = 0, Event()
        self._watch = Thread(target=self._look, daemon=True)
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watch.join()

    def _look(self) -> None:
        while True:
            self.peak = max(self.peak, sum(_megabytes(number) for number in (os.getpid(), *_children())))
            if self._over.wait(LOOK_SECONDS):
                return


def _children() -> list[int]:
    found = [path.read_text().split() for path in Path("/proc/self/task").glob("*/children")]
    return [int(number) for children in found for number in children]


def _megabytes(number: int) -> int:
    """What a process holds now; nothing where it has ended, or the system does not tell."""
    try:
        pages = int(Path(f"/proc/{number}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * resource.getpagesize() // 1024 // 1024


def quota_job(year: FiscalYear, *, as_of: date, at: datetime) -> Measure:
    """The figures of one fiscal year, from facts to snapshot."""
    with _counted() as asked:
        taken = seconds(lambda: quotas.compute(year, as_of=as_of, at=at))
    return Measure("枠の計算", taken, queries=len(asked), bar="1秒未満")


def required_training(year: FiscalYear, *, on: date, at: datetime) -> list[Measure]:
    """A required course of all staff: assigned, assigned again, and its rate by department."""
    course = Course.objects.create(code="BENCH", name="全職員研修", method="elearning", hours=1, completion_rule="mark")
    rule = Requirement.objects.create(
        name="全職員研修", course=course, obliges=Obliged.EVERYBODY, first_year=year, due_month=3, due_day=31
    )
    measures = []
    for title in ("必修の割当(全員新規)", "必修の割当(もう一度)"):
        with _counted() as asked:
            taken = seconds(lambda: requirements.assign(rule, year, on=on, at=at))
        people = rule.obligations.count()
        measures.append(Measure(title, taken, people, queries=len(asked), bar="20,000人で10秒未満"))
    with _counted() as asked:
        taken = seconds(lambda: rates.by("department", rule, year, on=on))
    return [*measures, Measure("必修の修了率(所属別)", taken, people, queries=len(asked))]


def progress_job(*, at: datetime) -> Measure:
    """Everybody's progress from the facts, and how everybody stands: 1,000 promoters with five years."""
    number = growth.settle(at=at)
    taken = seconds(lambda: recomputing.all_of_year(None, at=at))
    if StageProgress.objects.count() != number:
        raise RuntimeError(f"{StageProgress.objects.count()} of {number} were computed.")
    return Measure("進み具合の再計算(1,000人×5年)", taken, rows=number, bar="3秒未満")


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


def catalogue(number: int) -> None:
    """So many courses by e-learning, for the files that name them."""
    rule, method = CompletionRule.MARK, Method.ELEARNING
    Course.objects.bulk_create(
        Course(code=f"E{place:03}", name=course_name(place), method=method, hours=1, completion_rule=rule)
        for place in range(1, number + 1)
    )


def policy() -> None:
    call_command("load_policy", verbosity=0, stdout=_Silence())


class _Silence:
    def write(self, text: str) -> None:
        """Says nothing."""
