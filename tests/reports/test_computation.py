"""The button: one job a click, told how far it is, in words when something goes wrong."""

from datetime import timedelta

import pytest
from django.test import Client

from aomori_dx.kernel import clock, progress
from aomori_dx.kernel.models import Job, JobState
from reports.figures import computation
from stages.models import QuotaSnapshot
from stages.services import quotas
from tests.factories import programme, stages
from tests.factories.programme import AS_OF
from tests.factories.stages import R8

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def _job(state: str = JobState.QUEUED, **fields) -> Job:
    defaults = {"kind": quotas.KIND, "key": "k", "requested_by_name": "青森", "queued_at": clock.now()}
    return Job.objects.create(state=state, **{**defaults, **fields})


def test_a_click_asks_for_the_computation_and_shows_it_waiting(as_role):
    stages.plan()
    answer = as_role().post("/dashboard/compute/", {"seen": "0", "fiscal_year": "2026"}, headers=HTMX)
    job = Job.objects.get()
    assert (job.kind, job.state) == (quotas.KIND, JobState.QUEUED)
    page = answer.content.decode()
    assert f'hx-get="/dashboard/jobs/{job.pk}/?fiscal_year=2026"' in page
    assert "順番を待っています。" in page


def test_without_javascript_one_comes_back_to_the_same_year(as_role):
    stages.plan()
    answer = as_role().post("/dashboard/compute/", {"seen": "0", "fiscal_year": "2025"})
    assert answer["Location"] == "/dashboard/?fiscal_year=2025#computation"
    page = as_role().get("/dashboard/").content.decode()
    assert "画面を再読み込みする" in page
    assert "計算が終わると、ここに表示されます。" in page
    assert "いま計算する" not in page


def test_a_double_click_is_one_job_even_when_the_worker_is_quick(as_role):
    """The first job has been taken, so that it waits no more and a second would be put into the queue."""
    stages.plan()
    client = as_role()
    client.post("/dashboard/compute/", {"seen": "0"}, headers=HTMX)
    Job.objects.update(state=JobState.RUNNING, heartbeat_at=clock.now())
    client.post("/dashboard/compute/", {"seen": "0"}, headers=HTMX)
    assert Job.objects.count() == 1


def test_who_has_seen_the_last_computation_can_ask_for_another(as_role):
    stages.plan()
    client = as_role()
    client.post("/dashboard/compute/", {"seen": "0"}, headers=HTMX)
    Job.objects.update(state=JobState.DONE, finished_at=clock.now())
    client.post("/dashboard/compute/", {"seen": str(Job.objects.get().pk)}, headers=HTMX)
    assert Job.objects.count() == 2


def test_an_old_page_does_not_take_somebody_elses_job_of_yesterday_for_its_own(as_role):
    stages.plan()
    _job(JobState.DONE, queued_at=clock.now() - timedelta(days=1), key="yesterday")
    as_role().post("/dashboard/compute/", {"seen": "0"}, headers=HTMX)
    assert Job.objects.count() == 2


@pytest.mark.parametrize("role", ["viewer"])
def test_a_viewer_may_not(as_role, role):
    stages.plan()
    client = as_role(role)
    answer = client.post("/dashboard/compute/", {"seen": "0"}, headers=HTMX)
    assert answer.status_code == 403
    assert "計算を始められるのは" in answer.content.decode()
    assert not Job.objects.exists()
    assert "いま計算する" not in client.get("/dashboard/").content.decode()


def test_the_button_needs_the_token_of_its_page():
    """Enforced by Django; the form carries it for those without JavaScript."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(programme.officer())
    assert client.post("/dashboard/compute/", {"seen": "0"}).status_code == 403
    assert not Job.objects.exists()


def test_while_it_runs_the_answer_says_how_far_it_is_and_asks_again(as_role):
    job = _job(JobState.RUNNING, done=2, total=5, message="令和8年度を計算しています。", heartbeat_at=clock.now())
    page = as_role().get(f"/dashboard/jobs/{job.pk}/?fiscal_year=2026", headers=HTMX).content.decode()
    assert "令和8年度を計算しています。" in page
    assert "5のうち2まで済みました。" in page
    assert 'hx-trigger="load delay:1s"' in page


def test_when_it_is_done_the_answer_fetches_the_new_board(as_role):
    job = _job(JobState.DONE, finished_at=clock.now())
    page = as_role().get(f"/dashboard/jobs/{job.pk}/?fiscal_year=2026", headers=HTMX).content.decode()
    assert 'hx-get="/dashboard/?fiscal_year=2026&amp;computed=1" hx-trigger="load" hx-target="#board"' in page


def test_a_failure_is_told_with_its_reason_and_can_be_tried_again(as_role):
    _job(JobState.FAILED, error="適用中の育成計画がありません。", finished_at=clock.now())
    page = as_role().get("/dashboard/").content.decode()
    assert "適用中の育成計画がありません。" in page
    assert computation.TRY_AGAIN in page
    assert "いま計算する" in page
    assert (
        "hx-trigger" not in page[page.index('id="computation"') : page.index("</form>", page.index('id="computation"'))]
    )


def test_a_failure_is_over_once_the_figures_were_confirmed(as_role):
    programme.prefecture()
    _job(JobState.FAILED, error="壊れました。", finished_at=clock.now() - timedelta(hours=1))
    quotas.compute(R8, as_of=AS_OF, at=clock.now())
    assert "壊れました。" not in as_role().get("/dashboard/").content.decode()


def test_an_interruption_is_told_in_words(as_role):
    at = clock.now()
    silent = _job(JobState.RUNNING, heartbeat_at=at - progress.SILENCE - timedelta(seconds=1))
    assert computation.of(silent, at=at).remark == computation.SILENT
    again = _job(attempts=1, key="again")
    assert computation.of(again, at=at).remark == computation.AGAIN
    waiting = _job(queued_at=at - progress.FORGOTTEN - timedelta(seconds=1), key="waiting")
    assert computation.of(waiting, at=at).remark == computation.NOBODY_WORKS
    progress.beat(at=at)
    Job.objects.filter(pk=silent.pk).delete()
    assert computation.of(waiting, at=at).remark == ""
    assert computation.SILENT in as_role().get(f"/dashboard/jobs/{_silent(at).pk}/", headers=HTMX).content.decode()


def _silent(at) -> Job:
    return _job(JobState.RUNNING, heartbeat_at=at - progress.SILENCE - timedelta(seconds=1), key="silent")


def test_another_kind_of_job_is_not_found_here(as_role):
    other = _job(kind="something")
    assert as_role().get(f"/dashboard/jobs/{other.pk}/", headers=HTMX).status_code == 404


def test_the_job_computes_every_year_and_the_board_shows_it(as_role):
    """Without a worker in between: what it would do, done at once."""
    programme.prefecture()
    client = as_role()
    client.post("/dashboard/compute/", {"seen": "0", "fiscal_year": "2026"}, headers=HTMX)
    job = Job.objects.get()
    assert progress.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.DONE, 5, 5)
    assert QuotaSnapshot.objects.count() == 5
    assert "推薦枠2/4" in client.get("/dashboard/").content.decode()
