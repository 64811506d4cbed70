"""催促 of practice reports: on the days for it, by hand, once a day, never to who has handed in or is away."""

from datetime import date, datetime, time, timedelta

import pytest

from aomori_dx.kernel import workdays
from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from staff.models import Notice, OfficeRole
from stages import tasks
from stages.models import PracticeReport, StageEnrollment
from stages.services import practice_reminders as services
from stages.services import practice_reports
from tests.conftest import NOW
from tests.factories import growth, staff
from tests.factories import stages as make
from tests.factories.stages import R8

pytestmark = pytest.mark.django_db

DUE = date(2027, 2, 26)


@pytest.fixture
def asked():
    return growth.curriculum(practice=True, deadline=DUE)


def owing(curriculum) -> StageEnrollment:
    return make.enrollment(make.promoter(staff.posting().employee), curriculum=curriculum)


def morning(day: date) -> datetime:
    return datetime.combine(day, time(7, 40), TOKYO)


def people() -> list[int]:
    return sorted(Notice.objects.kept().values_list("employee", flat=True))


def test_before_and_after_the_deadline_and_on_no_other_day(asked):
    year = owing(asked)
    days = []
    for number in range(40):
        day = date(2027, 2, 1) + timedelta(days=number)
        for _ in range(2):
            services.send_due(at=morning(day))
        if Notice.objects.filter(written_at=morning(day)).exists():
            days.append(day)
    assert days == [workdays.shift(DUE, number) for number in (-5, -1, 1, 5)]
    assert set(people()) == {year.promoter.employee_id}


def test_a_day_late_nothing_is_lost_and_nothing_doubled(asked):
    owing(asked)
    day = workdays.shift(DUE, -5)
    assert services.send_due(at=morning(workdays.shift(day, 1))) == 1
    assert services.send_due(at=morning(workdays.shift(day, 2))) == 0


def test_an_own_deadline_counts(asked):
    year = owing(asked)
    growth.report(year, extended_to=date(2027, 3, 15))
    assert services.send_due(at=morning(workdays.shift(DUE, -1))) == 0
    assert services.send_due(at=morning(workdays.shift(date(2027, 3, 15), -1))) == 1


def test_who_has_handed_in_is_away_or_is_out_is_left_alone(asked):
    on = workdays.shift(DUE, -1)
    measured = {"minutes_before": 1, "minutes_after": 1, "people": 1, "approved_on": on}
    for status in ("submitted", "approved"):
        growth.report(owing(asked), status=status, **measured)
    staff.absence(owing(asked).promoter.employee)
    StageEnrollment.objects.filter(pk=owing(asked).pk).update(status="suspended")
    gone = owing(asked).promoter
    type(gone).objects.filter(pk=gone.pk).update(withdrawn_on=date(2026, 12, 1))
    without = make.enrollment(
        make.promoter(staff.posting().employee), curriculum=growth.curriculum(version=2, reason="x")
    )
    late = growth.report(owing(asked), status="working")
    withdrawn = growth.report(owing(asked), status="withdrawn")

    services.send_due(at=morning(on))
    wanted = [row.enrollment.promoter.employee_id for row in (late, withdrawn)]
    assert people() == sorted(wanted)
    assert without.promoter.employee_id not in people()


def test_by_hand_to_those_of_the_list_once_a_day(asked):
    rows = [owing(asked) for _ in range(3)]
    among = [row.pk for row in rows[:2]]
    given = {"among": among, "title": "提出を", "body": "お願いします。", "at": NOW}
    dx = staff.office(OfficeRole.DX)

    assert services.send(R8, **given, by=dx) == 2
    with pytest.raises(RuleBroken, match="今日すでに"):
        services.send(R8, **given, by=dx)
    assert services.send(R8, **{**given, "at": NOW + timedelta(days=1)}, by=dx) == 2
    with pytest.raises(RuleBroken, match="対象の人が変わりました"):
        services.send(R8, **given, by=dx, seen="x")
    with pytest.raises(NotAllowed):
        services.send(R8, **given, by=staff.office(OfficeRole.HR))


def test_handing_in_takes_the_reminders_back(asked):

    year = owing(asked)
    staff.head_of(year.promoter.employee.postings.get().department)
    services.send_due(at=morning(workdays.shift(DUE, -5)))
    assert len(people()) == 1
    row = growth.report(year)
    practice_reports.submit(row.pk, by=staff.user(year.promoter.employee), at=morning(workdays.shift(DUE, -4)))
    assert not Notice.objects.kept().filter(employee=year.promoter.employee).exists()
    assert PracticeReport.objects.get().status == "theme_submitted"


def test_the_task_run_twice_reminds_once(asked):
    on = NOW.date()
    growth.report(owing(asked), extended_to=workdays.shift(on, 1), status="working")
    tasks.remind_of_practice()
    tasks.remind_of_practice()
    assert Notice.objects.count() <= 1
