"""What comes of a run: settled from the attendance, corrected with a reason; 振替 counts once."""

from datetime import timedelta
from decimal import Decimal

import pytest

from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import AuditEvent, FiscalYearClosing
from staff.models import Notice
from tests.factories import training as make
from tests.training.two_days import AFTER, NEXT_DAY, START, roll, settled, state, two_days
from training.models import Completion, CourseRun, RunSession
from training.services import attendance, judging, results, runs
from training.services.attendance import Mark

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return make.officer()


def test_each_booking_ends_as_its_attendance_says(by):
    run = two_days()
    whole, quarter_missed, more_missed, never = (make.booking(run, status="confirmed") for _ in range(4))
    marks = {whole: (180, 180), quarter_missed: (180, 90), more_missed: (180, 89), never: (0, 0)}
    found = settled(run, by, marks)
    assert (found.completed, found.failed, found.absent) == (2, 1, 1)
    assert [state(row) for row in marks] == ["completed", "completed", "failed", "absent"]
    one = Completion.objects.get(enrollment=whole)
    assert (one.source, one.completed_on, one.hours) == ("attendance", NEXT_DAY.date(), Decimal("6.0"))
    assert one.fiscal_year == run.fiscal_year
    assert Completion.objects.get(enrollment=quarter_missed).hours == Decimal("4.5")
    assert "未修了" in Notice.objects.get(employee=more_missed.employee).title
    assert not Notice.objects.filter(employee=never.employee).exists()


def test_settling_again_changes_nothing(by):
    run = two_days()
    row = make.booking(run, status="confirmed")
    settled(run, by, {row: (180, 180)})
    events = AuditEvent.objects.count()
    results.conclude(run.pk, by=by, at=AFTER)
    assert (Completion.objects.count(), AuditEvent.objects.count()) == (1, events)


def test_the_last_day_counts_on_which_somebody_was_there(by):
    run = two_days(make.course(hours=6, most_missed=Decimal("0.5")))
    row = make.booking(run, status="confirmed")
    settled(run, by, {row: (180, 0)})
    assert Completion.objects.get().completed_on == START.date()


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (lambda run: None, "先に、この回を「実施済」にしてください。"),
        (lambda run: CourseRun.objects.filter(pk=run.pk).update(status="held"), "出欠が記録されていない人がいます"),
        (lambda run: RunSession.objects.filter(run=run).delete(), "日程がないため"),
    ],
)
def test_what_is_lacking_is_told_before_the_results(by, prepare, sentence):
    run = two_days()
    make.booking(run, status="confirmed")
    prepare(run)
    with pytest.raises(RuleBroken, match=sentence):
        results.conclude(run.pk, by=by, at=AFTER)
    assert not Completion.objects.exists()


def test_nothing_is_settled_while_a_meeting_is_to_come(by):
    run = two_days()
    make.booking(run, status="confirmed")
    with pytest.raises(RuleBroken, match="まだ終わっていません"):
        results.conclude(run.pk, by=by, at=START)


def test_a_course_with_a_score_needs_it_and_the_mark(by):
    run = make.run(make.course(completion_rule="score", pass_mark=60), capacity=3)
    passed, failed = (make.booking(run, status="confirmed") for _ in range(2))
    meeting = run.sessions.get()
    attendance.record(meeting.pk, {passed.pk: Mark("present"), failed.pk: Mark("present")}, by=by, at=AFTER)
    runs.hold_run(run.pk, by=by, at=AFTER)
    with pytest.raises(RuleBroken, match="得点が入力されていない人がいます"):
        results.conclude(run.pk, by=by, at=AFTER)
    results.score(run.pk, {passed.pk: 60, failed.pk: 59}, by=by, at=AFTER)
    results.conclude(run.pk, by=by, at=AFTER)
    assert (state(passed), state(failed)) == ("completed", "failed")
    assert Completion.objects.get().score == 60
    with pytest.raises(RuleBroken, match="理由を入力してください"):
        results.score(run.pk, {failed.pk: 61}, by=by, at=AFTER)
    results.score(run.pk, {failed.pk: 61}, by=by, at=AFTER, reason="採点の誤り")
    assert state(failed) == "completed"


# Corrections


def test_a_correction_grants_what_holds_now_and_needs_a_reason(by):
    run = two_days()
    row = make.booking(run, status="confirmed")
    settled(run, by, {row: (180, 0)})
    with pytest.raises(RuleBroken, match="理由を入力してください"):
        roll(run, by, {row: (None, 180)})
    roll(run, by, {row: (None, 180)}, reason="記録の誤り")
    assert state(row) == "completed"
    assert Completion.objects.standing().count() == 1
    assert AuditEvent.objects.filter(action="roll_corrected", reason="記録の誤り").exists()


def test_a_completion_that_no_longer_holds_stays_until_an_officer_takes_it_back(by):
    run = two_days()
    row = make.booking(run, status="confirmed")
    settled(run, by, {row: (180, 180)})
    roll(run, by, {row: (None, 0)}, reason="別人の署名でした")
    assert (state(row), Completion.objects.standing().count()) == ("completed", 1)
    [doubtful] = results.no_longer_holding(judging.of_run(run))
    with pytest.raises(RuleBroken, match="理由"):
        results.take_back(run.pk, [doubtful.root.pk], reason=" ", by=by, at=AFTER)
    assert results.take_back(run.pk, [doubtful.root.pk], reason="別人の署名でした", by=by, at=AFTER) == 1
    assert (state(row), Completion.objects.standing().count()) == ("failed", 0)
    roll(run, by, {row: (None, 180)}, reason="本人でした")
    assert (state(row), Completion.objects.standing().count()) == ("completed", 1)


def test_a_completion_from_elsewhere_is_not_doubled(by):
    run = two_days()
    row = make.booking(run, status="confirmed")
    make.completion(row.employee, run.course)
    settled(run, by, {row: (180, 180)})
    assert (state(row), Completion.objects.count()) == ("completed", 1)


def test_the_facts_of_a_run_take_the_same_queries_for_any_number(by, django_assert_num_queries):
    run = two_days(capacity=40)
    for number in (3, 27):
        for _ in range(number):
            row = make.booking(run, status="confirmed")
            make.booking(two_days(run.course), row.employee, status="attended", substitutes=row)
        with django_assert_num_queries(3):
            judging.of_run(run)


def test_a_meeting_whose_roll_was_taken_cannot_be_taken_out_of_the_run(by):
    run = two_days()
    row = make.booking(run, status="confirmed")
    roll(run, by, {row: (180, None)})
    with pytest.raises(RuleBroken, match="出欠を記録した日程"):
        runs.change(run.pk, meetings=[(NEXT_DAY, NEXT_DAY + timedelta(hours=3))], by=by, at=START)
    assert run.sessions.count() == 2
    first = run.sessions.earliest("starts_at")
    runs.change(run.pk, meetings=[(first.starts_at, first.ends_at)], by=by, at=START)  # the other was called off (snow)
    runs.hold_run(run.pk, by=by, at=AFTER)
    results.conclude(run.pk, by=by, at=AFTER)
    assert state(row) == "completed"


def test_a_closed_year_stays_as_it_is(by):
    run = two_days(fiscal_year=FiscalYear(2024))
    row = make.booking(run, status="confirmed")
    FiscalYearClosing.objects.create(
        fiscal_year=FiscalYear(2024), number=1, act="closed", at=START, by_name="x", reason="x"
    )
    with pytest.raises(RuleBroken, match="締め"):
        roll(run, by, {row: (180, 180)})
    with pytest.raises(RuleBroken, match="締め"):
        results.conclude(run.pk, by=by, at=AFTER)
