"""The quota job: run twice, killed half-way and run again, it leaves the same state."""

from datetime import date, timedelta

import pytest
import time_machine

from aomori_dx.celery import app
from aomori_dx.kernel import progress
from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.models import AuditEvent, Job, JobState
from staff.models import Notice
from stages import tasks
from stages.models import Nomination, QuotaSnapshot
from stages.services import quotas, reserves
from tests.conftest import NOW
from tests.factories import nominations
from tests.factories import stages as make
from tests.factories.stages import R6, R7, R8

pytestmark = pytest.mark.django_db


def rows():
    """Everything that is kept, but for when it was last looked at."""
    return list(
        QuotaSnapshot.objects.order_by("pk").values(
            "pk", "fiscal_year", "as_of", "inputs_digest", "figures", "computed_at"
        )
    )


class Killed(BaseException):
    """What no handler catches: the process is gone."""


def killed_while_computing(year):
    """Stops at the moment the year's work begins."""

    def report(done, total, message):
        if message.startswith(str(year)):
            raise Killed

    return report


class TestInterruption:
    def test_killed_between_the_years_and_run_again_is_the_same_as_run_once(self):
        make.plan()
        make.promoter()
        quotas.refresh(at=NOW)
        undisturbed = [{**row, "pk": None} for row in rows()]
        QuotaSnapshot.objects.all().delete()

        with pytest.raises(Killed):
            quotas.refresh(at=NOW, report=killed_while_computing(R8))
        assert [row["fiscal_year"] for row in rows()] == [R6, R7]
        quotas.refresh(at=NOW)

        assert [{**row, "pk": None} for row in rows()] == undisturbed

    def test_an_interrupted_job_is_run_again_by_the_sweep(self, monkeypatch):
        make.plan()
        job = quotas.request(by=None, at=NOW)
        monkeypatch.setitem(
            progress.HANDLERS, quotas.KIND, lambda steps: quotas.refresh(at=NOW, report=killed_while_computing(R7))
        )
        with pytest.raises(Killed):
            progress.run(job.pk)
        monkeypatch.setitem(progress.HANDLERS, quotas.KIND, tasks.compute_quotas_job)

        progress.sweep(at=NOW + progress.SILENCE + timedelta(seconds=1))
        progress.run(job.pk)

        job.refresh_from_db()
        assert job.state == JobState.DONE
        assert QuotaSnapshot.objects.count() == 5


class TestJob:
    def test_the_job_run_twice_is_the_same_as_once(self):
        make.plan()
        make.promoter()
        progress.run(quotas.request(by=None, at=NOW).pk)
        once = rows()

        progress.run(quotas.request(by=None, at=NOW).pk)

        assert rows() == once
        assert list(Job.objects.values_list("state", flat=True)) == [JobState.DONE, JobState.DONE]


class TestTask:
    def test_run_twice_is_the_same_as_once(self):
        make.plan()
        make.promoter()
        tasks.compute_quotas()
        once = rows()

        tasks.compute_quotas()

        assert rows() == once
        assert len(once) == 5

    @pytest.mark.parametrize("year", [2026, "2026", "R8"])
    def test_a_year_and_a_day_may_be_given(self, year):
        make.plan()

        tasks.compute_quotas(year, "2026-09-30")

        kept = QuotaSnapshot.objects.get()
        assert (kept.fiscal_year, kept.as_of) == (R8, date(2026, 9, 30))
        assert kept.computed_at.astimezone(TOKYO) == NOW

    def test_beat_calls_it_every_night(self):
        assert tasks.compute_quotas.name in {entry["task"] for entry in app.conf.beat_schedule.values()}


def test_passing_over_reserves_twice_is_once():
    """R37: who did not answer by the day is passed over, the next is asked, and the second run finds nothing."""
    nominations.call()
    first, second = (nominations.nomination(nominations.house(), status="reserve") for _ in range(2))
    reserves.ask_next(R8, by=None, at=NOW)
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        tasks.pass_on_reserves()
        after_once = list(Nomination.objects.values()), AuditEvent.objects.count(), Notice.objects.count()
        tasks.pass_on_reserves()
    assert (list(Nomination.objects.values()), AuditEvent.objects.count(), Notice.objects.count()) == after_once
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.due) == ("turned_down", date(2026, 12, 8))
