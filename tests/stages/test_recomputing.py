"""Progress computed from the facts in the database: at once for one, set-based for all, the same again."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aomori_dx.kernel import progress as jobs
from staff.models import Absence
from stages import progress_of, tasks
from stages.models import Curriculum, StageEnrollment, StageOutcome, StageProgress, StageStatus, Standing
from stages.services import progress as years
from stages.services import recomputing
from tests.conftest import NOW
from tests.factories import growth, programme
from tests.factories import staff as make
from tests.factories import stages as make_stages
from tests.factories import training as make_training
from tests.factories.stages import R7, R8
from training.models import Method
from training.services import completions

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def someone(*courses, stage: int = 1, practice: bool = False, **fields) -> StageEnrollment:
    """A promoter of R8 whose curriculum asks for the courses."""
    person = make.posting().employee
    version = Curriculum.objects.count() + 1
    asked = growth.curriculum(*courses, stage=stage, practice=practice, version=version, reason="改定")
    return make_stages.enrollment(make_stages.promoter(person), stage=stage, curriculum=asked, **fields)


def kept(row: StageEnrollment) -> StageProgress:
    recomputing.of_enrollments([row.pk], at=NOW)
    return StageProgress.objects.get(enrollment=row)


def lasting(**fields):
    return make_training.course(method=Method.ELEARNING, **fields)


def test_a_completion_is_counted_at_once_and_its_revocation_too():
    course = lasting()
    row = someone(course)
    person = row.promoter.employee

    done = completions.enter(
        person, course, completed_on=date(2026, 11, 2), reason="確認", by=make_training.officer(), at=NOW
    )
    assert StageProgress.objects.get(enrollment=row).met_on == date(2026, 11, 2)
    row.refresh_from_db()
    assert row.status == StageStatus.IN_PROGRESS  # 修了 is judged by people

    completions.revoke(done.pk, reason="誤り", by=make_training.officer(), at=NOW)
    found = StageProgress.objects.get(enrollment=row)
    assert (found.met_on, found.done, found.asked) == (None, 0, 1)
    assert found.missing[0]["words"] == f"「{course.name}」"


def test_a_completed_year_whose_fact_is_gone_is_contradictory_and_stays_completed():
    course = lasting()
    row = someone(course, status=StageStatus.COMPLETED, status_on=date(2026, 11, 1))
    done = make_training.completion(row.promoter.employee, course)
    assert kept(row).standing == Standing.MET

    completions.revoke(done.pk, reason="誤り", by=make_training.officer(), at=NOW)

    found = StageProgress.objects.get(enrollment=row)
    assert found.standing == Standing.CONTRADICTORY
    assert course.name in found.proposal
    row.refresh_from_db()
    assert row.status == StageStatus.COMPLETED


def test_reports_and_examinations_count_once_they_are_approved_and_confirmed():
    row = someone(practice=True)
    growth.item(row.curriculum, title="ITパスポート")
    report = growth.report(row, status="working")
    exam = growth.examination(row.promoter, name="ITパスポート")
    assert kept(row).done == 0

    report.status, report.approved_on = "approved", date(2026, 11, 5)
    report.minutes_before = report.minutes_after = report.people = 1
    report.save()
    exam.state = "confirmed"
    exam.save()

    found = kept(row)
    assert (found.done, found.met_on) == (2, date(2026, 11, 5))


def test_after_repeating_only_the_new_year_counts_and_after_carrying_on_both():
    course = lasting()
    for outcome, done in ((StageOutcome.REPEAT, 0), (StageOutcome.CARRY_ON, 1)):
        person = make.posting().employee
        who = make_stages.promoter(person, cohort=R7)
        ended = {"status": StageStatus.NOT_COMPLETED, "status_on": date(2026, 3, 20), "outcome": outcome}
        make_stages.enrollment(who, fiscal_year=R7, **ended)
        asked = growth.curriculum(course, version=done + 1, reason="改定")
        row = make_stages.enrollment(who, fiscal_year=R8, curriculum=asked)
        make_training.completion(person, course, completed_on=date(2025, 9, 1))
        assert kept(row).done == done, outcome


def test_a_year_that_ended_is_not_met_by_what_came_later():
    course = lasting()
    row = someone(course, status=StageStatus.NOT_COMPLETED, status_on=date(2026, 10, 1))
    make_training.completion(row.promoter.employee, course, completed_on=date(2026, 10, 20))
    assert kept(row).met_on is None


def test_attendance_is_part_of_the_hours():
    course = make_training.course(hours=6)
    row = someone(course)
    run = make_training.run(course)
    seat = make_training.booking(run, row.promoter.employee, status="confirmed")
    meeting = run.sessions.get()
    meeting.starts_at -= timedelta(days=60)
    meeting.ends_at -= timedelta(days=60)
    meeting.save()
    make_training.attendance(seat)
    assert kept(row).hours_done == 3


STANDINGS = {
    "on track": (lambda: someone(lasting(), started_on=TODAY, status_on=TODAY), Standing.ON_TRACK, ""),
    "quiet": (lambda: someone(lasting()), Standing.BEHIND, "進みがありません"),
    "stuck": (lambda: someone(make_training.course()), Standing.STUCK, "開催回がありません"),
    "no curriculum": (lambda: make_stages.enrollment(), Standing.NO_CURRICULUM, "割り当て"),
    "jumped": (lambda: someone(lasting(), stage=2), Standing.CONTRADICTORY, "前のステージ"),
}


@pytest.mark.parametrize("name", STANDINGS)
def test_everyone_is_classified_with_a_proposal(name):
    build, standing, words = STANDINGS[name]
    found = kept(build())
    assert found.standing == standing
    assert words in found.proposal


def test_who_is_on_leave_is_not_behind_and_who_comes_back_gets_the_days():
    row = someone(lasting())
    away = make.absence(row.promoter.employee, valid_from=date(2026, 7, 1))
    assert kept(row).standing == Standing.ON_TRACK
    Absence.objects.filter(pk=away.pk).update(valid_to=TODAY - timedelta(days=3))
    assert kept(row).standing == Standing.ON_TRACK


def test_a_near_deadline_is_behind_and_a_withdrawn_promoter_is_a_contradiction():
    row = someone(lasting(), started_on=TODAY, status_on=TODAY)
    row.curriculum.deadline = TODAY + timedelta(days=10)
    row.curriculum.save()
    assert "期限まで10日" in kept(row).proposal
    row.promoter.withdrawn_on = TODAY
    row.promoter.save()
    assert kept(row).standing == Standing.CONTRADICTORY


def test_as_of_a_day_answers_with_what_was_true_then():
    course = lasting()
    row = someone(course)
    make_training.completion(row.promoter.employee, course, completed_on=date(2026, 9, 30))
    assert progress_of.of(row, as_of=date(2026, 9, 29)).met_on is None
    assert progress_of.of(row, as_of=date(2026, 9, 30)).met_on == date(2026, 9, 30)


def test_computing_again_writes_nothing():
    row = someone(lasting())
    assert recomputing.of_enrollments([row.pk], at=NOW) == 1
    assert recomputing.of_enrollments([row.pk], at=NOW + timedelta(hours=1)) == 0
    assert StageProgress.objects.get().computed_at == NOW


def test_the_queries_are_the_same_for_one_and_for_thirty():
    course = lasting()
    rows = [someone(course, practice=True) if number == 0 else None for number in range(1)]
    asked = rows[0].curriculum
    many = [make_stages.enrollment(make_stages.promoter(), curriculum=asked) for _ in range(30)]

    def count(ids):
        with CaptureQueriesContext(connection) as found:
            recomputing.of_enrollments(ids, at=NOW)
        return len(found)

    assert count([rows[0].pk]) == count([row.pk for row in many])


def test_the_task_run_twice_is_the_same_as_once():
    someone(lasting())
    tasks.recompute_progress()
    once = list(StageProgress.objects.values())
    tasks.recompute_progress()
    assert list(StageProgress.objects.values()) == once


def test_the_job_run_twice_is_the_same_as_once():
    someone(lasting())
    for changed in (1, 0):
        job = recomputing.request(by=programme.officer(), at=NOW)
        assert jobs.run(job.pk)
        job.refresh_from_db()
        assert job.result == {"changed": changed}


def test_suspending_stops_the_deadline():
    row = someone(lasting())
    years.suspend(row.pk, by=make_training.officer(), at=NOW, reason="派遣")
    assert progress_of.of(row, as_of=TODAY).is_stopped
