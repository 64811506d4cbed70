"""活用の確認: whose head is asked, who may answer when posts and departments change, and until when."""

from datetime import date, datetime, timedelta

import pytest

from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent
from staff.models import Notice, Succession, SuccessionKind
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import surveys as make
from training import follow_up_lists, tasks
from training.models import FollowUp
from training.services import follow_ups

pytestmark = pytest.mark.django_db
TODAY = make.WORKDAY.date()
THREE_MONTHS_AGO = datetime(2026, 8, 24, 13, 0, tzinfo=TOKYO)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 7, tzinfo=TOKYO)


def learned(place, **fields):
    """Somebody of `place` who was in a run three months ago."""
    return make.attended(make.held(meets=THREE_MONTHS_AGO), staff.posting(to=place, **fields).employee)


def places_of():
    return {row.enrollment_id: row.department for row in FollowUp.objects.select_related("department")}


# Asking


def test_the_head_of_the_day_is_asked_about_everybody_of_the_run():
    place, run = staff.department(), make.held(meets=THREE_MONTHS_AGO)
    two = [make.attended(run, staff.posting(to=place).employee) for _ in range(2)]
    other = make.attended(run)
    assert follow_ups.send_due(at=make.WORKDAY) == 3
    assert {row.pk: places_of()[row.pk] for row in two} == {row.pk: place for row in two}
    assert sorted(Notice.objects.values_list("department", flat=True)) == sorted([place.pk, places_of()[other.pk].pk])
    assert "(2人)" in Notice.objects.get(department=place).title
    row = FollowUp.objects.first()
    assert (row.asked_on, row.due_on, row.closes_on) == (TODAY, date(2026, 12, 15), date(2027, 1, 14))


def test_where_somebody_worked_at_the_time_of_the_run_does_not_matter():
    now, before = staff.department(), staff.department()
    person = staff.posting(to=before, valid_to=date(2026, 10, 1)).employee
    staff.posting(person, to=now, valid_from=date(2026, 10, 1))
    row = make.attended(make.held(meets=THREE_MONTHS_AGO), person)
    follow_ups.send_due(at=make.WORKDAY)
    assert places_of() == {row.pk: now}


@pytest.mark.parametrize(("days", "asked"), [(-1, 0), (0, 1), (29, 1), (32, 0)])
def test_it_is_asked_three_months_after_the_last_meeting_and_not_much_later(days, asked):
    make.attended(make.held(meets=datetime(2026, 8, 26, 13, tzinfo=TOKYO)))
    assert follow_ups.send_due(at=at(date(2026, 11, 26) + timedelta(days=days))) == asked


def test_the_last_of_several_meetings_counts():
    row = learned(staff.department())
    later = THREE_MONTHS_AGO + timedelta(days=7)
    row.run.sessions.create(starts_at=later, ends_at=later + timedelta(hours=1))
    assert follow_ups.send_due(at=make.WORKDAY) == 0
    assert follow_ups.send_due(at=at(date(2026, 12, 1))) == 1


@pytest.mark.parametrize("status", ["absent", "cancelled", "waitlisted", "confirmed"])
def test_nobody_is_asked_about_who_was_not_there(status):
    make.attended(make.held(meets=THREE_MONTHS_AGO), status=status)
    assert follow_ups.send_due(at=make.WORKDAY) == 0


def test_nobody_is_asked_about_who_has_left_or_is_away_until_she_is_back():
    place = staff.department()
    learned(place)
    gone, away = learned(place).employee, learned(place).employee
    gone.left_on = date(2026, 11, 1)
    gone.save()
    staff.absence(away, valid_to=date(2026, 12, 1))
    assert follow_ups.send_due(at=make.WORKDAY) == 1
    assert follow_ups.send_due(at=at(date(2026, 12, 1))) == 1
    assert set(FollowUp.objects.values_list("enrollment__employee", flat=True)) >= {away.pk}
    assert not FollowUp.objects.filter(enrollment__employee=gone).exists()


def test_of_a_head_the_head_of_the_bureau_is_asked_and_of_that_one_nobody():
    bureau = staff.bureau()
    place = staff.department(parent=bureau)
    head, director = learned(place, is_head=True), learned(bureau, is_head=True)
    follow_ups.send_due(at=make.WORKDAY)
    assert places_of() == {head.pk: bureau}
    assert director.pk not in places_of()


def test_nothing_is_asked_on_a_holiday_and_the_next_day_makes_up_for_it():
    row = make.attended(make.held(meets=datetime(2026, 8, 23, 13, tzinfo=TOKYO)))
    assert follow_ups.send_due(at=NOW) == 0
    assert follow_ups.send_due(at=make.WORKDAY) == 1
    assert FollowUp.objects.get().enrollment == row


def test_the_task_run_twice_asks_once(monkeypatch):
    learned(staff.department())
    monkeypatch.setattr("aomori_dx.kernel.clock.now", lambda: make.WORKDAY)
    tasks.ask_heads()
    tasks.ask_heads()
    assert (FollowUp.objects.count(), Notice.objects.count()) == (1, 1)


def test_who_has_not_answered_is_reminded_once_before_the_due_day():
    late = make.follow_up(due_on=date(2026, 12, 1))
    make.follow_up(due_on=date(2026, 12, 1), usage="used", answered_at=NOW)
    for day in (24, 25, 26, 27, 30):
        follow_ups.send_due(at=at(date(2026, 11, day)))
    assert [row.department for row in Notice.objects.all()] == [late.department]


# Answering


def answer(row: FollowUp, by, usage="used", words="", *, seen="", moment=NOW):
    return follow_ups.answer(row.enrollment.run_id, {row.pk: (usage, words)}, seen=seen, by=by, at=moment)


def test_the_head_answers_and_may_change_the_answer_until_the_last_day():
    row = make.follow_up()
    head = staff.user(staff.head_of(row.department))
    assert answer(row, head, "partly", "会議の議事録") == 1
    row.refresh_from_db()
    stamp = follow_ups.stamp([row])
    assert answer(row, head, "partly", "会議の議事録", seen=stamp) == 0
    assert answer(row, head, "used", seen=stamp, moment=at(row.closes_on)) == 1
    events = AuditEvent.objects.filter(action="answered").order_by("pk")
    assert [event.after["usage"] for event in events] == ["partly", "used"]
    assert events[1].before == {"usage": "partly", "words": "会議の議事録"}
    row.refresh_from_db()
    with pytest.raises(RuleBroken, match="令和9年1月13日に終わりました"):
        answer(row, head, "not_yet", seen=follow_ups.stamp([row]), moment=at(row.closes_on + timedelta(days=1)))


def test_what_another_has_answered_meanwhile_is_not_overwritten():
    row = make.follow_up()
    head, deputy = staff.user(staff.head_of(row.department)), staff.user(staff.deputy(row.department).employee)
    answer(row, deputy, "used")
    with pytest.raises(RuleBroken, match="ほかの人が、この間に回答を変更しました"):
        answer(row, head, "not_yet")
    row.refresh_from_db()
    assert row.usage == "used"


def test_an_answer_by_the_deputy_is_recorded_as_such():
    row = make.follow_up()
    deputy = staff.deputy(row.department).employee
    assert answer(row, staff.user(deputy)) == 1
    assert AuditEvent.objects.get(action="answered").by_name == f"{deputy.name} (代理)"


def test_the_successor_answers_and_who_has_moved_does_not():
    row = make.follow_up()
    former = staff.user(staff.head_of(row.department, valid_to=TODAY - timedelta(days=1)))
    successor = staff.user(staff.head_of(row.department, valid_from=TODAY - timedelta(days=1)))
    with pytest.raises(NotAllowed):
        answer(row, former)
    assert follow_up_lists.of(former, at=NOW) == []
    assert answer(row, successor) == 1


def test_heads_of_other_departments_offices_and_the_person_do_not_answer():
    row = make.follow_up()
    person = row.enrollment.employee
    staff.posting(person, to=row.department, is_primary=False, is_head=True)
    strangers = [
        staff.user(staff.head_of(staff.department(parent=row.department.parent))),
        staff.user(staff.head_of(row.department.parent)),
        staff.user(staff.posting(to=row.department).employee),
        staff.office("dx_office"),
        staff.user(person),
    ]
    for login in strangers:
        with pytest.raises(NotAllowed):
            answer(row, login)
        assert follow_up_lists.waiting(login, NOW.date()) == 0


def test_the_person_who_moved_away_is_still_answered_about_by_the_head_who_was_asked():
    row = make.follow_up()
    row.enrollment.employee.postings.update(valid_to=date(2026, 11, 21))
    staff.posting(row.enrollment.employee, valid_from=date(2026, 11, 21))
    assert answer(row, staff.user(staff.head_of(row.department))) == 1


@pytest.mark.parametrize(
    ("kind", "rank", "inherits"),
    [("renamed", 1, True), ("moved", 1, True), ("merged", 1, True), ("split", 1, True), ("split", 2, False)],
)
def test_the_post_comes_to_the_heir_of_a_department_that_ended(kind, rank, inherits):
    row = make.follow_up(due_on=date(2026, 12, 1))
    old, heir, day = row.department, staff.department(), date(2026, 11, 22)
    old.valid_to = day
    old.save()
    Succession.objects.create(predecessor=old, successor=heir, on=day, kind=SuccessionKind(kind), rank=rank)
    head = staff.user(staff.head_of(heir))
    assert follow_up_lists.waiting(head, NOW.date()) == int(inherits)
    follow_ups.send_due(at=at(date(2026, 11, 27)))
    assert Notice.objects.filter(department=heir).exists() == inherits
    if inherits:
        assert answer(row, head) == 1
        assert not Notice.objects.kept().exists()
    else:
        with pytest.raises(NotAllowed):
            answer(row, head)


def test_a_merger_to_come_gives_nothing_away():
    row = make.follow_up()
    heir, day = staff.department(), date(2027, 4, 1)
    row.department.valid_to = day
    row.department.save()
    Succession.objects.create(predecessor=row.department, successor=heir, on=day, kind=SuccessionKind.MERGED)
    assert follow_up_lists.waiting(staff.user(staff.head_of(heir)), NOW.date()) == 0


def test_the_notice_goes_when_the_last_person_is_answered():
    place, run = staff.department(), make.held(meets=THREE_MONTHS_AGO)
    for _ in range(2):
        make.attended(run, staff.posting(to=place).employee)
    follow_ups.send_due(at=make.WORKDAY)
    head, (first, second) = staff.user(staff.head_of(place)), FollowUp.objects.order_by("pk")
    answer(first, head, moment=make.WORKDAY)
    assert Notice.objects.kept().count() == 1
    first.refresh_from_db()
    answer(second, head, seen=follow_ups.stamp([first]), moment=make.WORKDAY)
    assert not Notice.objects.kept().exists()


def test_the_list_has_what_waits_on_top_and_costs_the_same_for_many(django_assert_num_queries):
    place = staff.department()
    later, sooner = make.follow_up(department=place), make.follow_up(department=place, due_on=date(2026, 12, 1))
    done = make.follow_up(department=place, usage="used", answered_at=NOW)
    head = staff.user(staff.head_of(place))
    head.roles_on(NOW.date())
    with django_assert_num_queries(2):
        found = follow_up_lists.of(head, at=NOW)
    assert [row.rows for row in found] == [[sooner], [later], [done]]
    for _ in range(10):
        make.follow_up(department=place)
    with django_assert_num_queries(2):
        assert len(follow_up_lists.of(head, at=NOW)) == 13
