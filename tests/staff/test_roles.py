"""Who a login is on a day: by grant, by posting, and as 代理 of a head."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser

from aomori_dx.kernel import audit
from staff import roles
from staff.models import OfficeRole, Succession, SuccessionKind, User
from tests.conftest import NOW
from tests.factories import staff as make

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = timedelta(days=1)


def of(user: User, day: date = TODAY) -> roles.Roles:
    """Asked anew: a login remembers its roles."""
    return roles.of(User.objects.get(pk=user.pk), day)


def test_a_head_heads_also_where_the_post_is_a_concurrent_one():
    own, other = make.department(), make.department()
    person = make.head_of(own)
    make.posting(person, to=other, is_primary=False, is_head=True)
    who = of(make.user(person))
    assert who.headed == who.headed_in_person == {own.pk, other.pk}
    assert who.deputised == frozenset()


def test_a_deputy_has_the_powers_of_the_head_and_they_are_told_apart():
    own, other = make.department(), make.department()
    person = make.head_of(own)
    make.deputy(other, person)
    who = of(make.user(person))
    assert who.headed == {own.pk, other.pk}
    assert who.headed_in_person == {own.pk}
    assert who.deputised == {other.pk}
    assert who.is_head


@pytest.mark.parametrize(
    ("day", "acts"),
    [
        (date(2026, 10, 31), False),
        (date(2026, 11, 1), True),
        (date(2026, 11, 30), True),
        (date(2026, 12, 1), False),
    ],
)
def test_a_deputy_acts_from_the_first_day_to_the_last(day, acts):
    place = make.department()
    account = make.user(make.deputy(place, make.posting().employee).employee)
    assert of(account, day).is_head == acts


@pytest.mark.parametrize(("moment", "acts"), [("2026-10-31T14:59:59", False), ("2026-10-31T15:00:00", True)])
def test_the_powers_begin_at_midnight_in_japan(client, moment, acts):
    """E4, R87. 15:00 UTC is 00:00 in Japan."""
    place = make.department("道路課")
    make.posting(make.employee("八戸　海"), to=place)
    client.force_login(make.user(make.deputy(place, make.posting().employee).employee))
    with time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=UTC), tick=False):
        page = client.get(f"/departments/{place.code}/deputies/")
    assert page.status_code == (200 if acts else 403)


def test_one_that_was_called_off_holds_on_no_day():
    place = make.department()
    account = make.user(make.deputy(place, cancelled_at=NOW).employee)
    assert not of(account).is_head


def test_a_deputy_who_left_acts_no_more():
    person = make.posting(make.employee(left_on=TODAY)).employee
    make.deputy(make.department(), person)
    assert of(make.user(person)) == roles.Roles()
    assert of(make.user(make.deputy(make.department(), make.employee(left_on=TODAY + DAY)).employee)).is_head


def test_somebody_without_a_place_can_act_as_deputy():
    place = make.department()
    account = make.user(make.deputy(place, make.employee()).employee)
    assert of(account).deputised == {place.pk}


@pytest.mark.parametrize(
    ("kind", "follows"),
    [
        (SuccessionKind.RENAMED, True),
        (SuccessionKind.MOVED, True),
        (SuccessionKind.RENAMED_MOVED, True),
        (SuccessionKind.SPLIT, False),
        (SuccessionKind.MERGED, False),
    ],
)
def test_the_powers_follow_a_new_name_but_no_split_and_no_merger(kind, follows):
    """E1: permissions follow the successor."""
    old = make.department(valid_to=date(2026, 11, 16))
    new = make.department(valid_from=date(2026, 11, 16))
    Succession.objects.create(predecessor=old, successor=new, on=date(2026, 11, 16), kind=kind)
    account = make.user(make.deputy(old, make.posting().employee).employee)
    assert of(account, date(2026, 11, 15)).deputised == {old.pk}
    assert of(account).deputised == ({new.pk} if follows else frozenset())


def test_a_head_in_person_is_nobodys_deputy_in_the_own_department():
    place = make.department()
    person = make.head_of(place)
    make.deputy(place, person)
    assert of(make.user(person)).deputised == frozenset()


def test_a_disabled_login_and_a_stranger_are_nobody():
    place = make.department()
    account = make.user(make.head_of(place), is_active=False)
    make.deputy(make.department(), account.employee)
    assert of(account) == roles.Roles()
    assert roles.of(AnonymousUser(), TODAY) == roles.Roles()


def test_who_left_keeps_granted_roles_only():
    person = make.head_of(make.department())
    account = make.office(OfficeRole.VIEWER, person=person)
    person.left_on = TODAY
    person.save()
    who = of(account)
    assert who.offices == {OfficeRole.VIEWER}
    assert (who.postings, who.employee_id, who.is_known_here) == ((), None, False)


def test_roles_cost_one_query_for_most_people_and_none_again(django_assert_num_queries):
    account = User.objects.get(pk=make.user(make.posting().employee).pk)
    with django_assert_num_queries(1):
        assert roles.of(account, TODAY).primary.department.parent.name
        assert roles.of(account, TODAY).employee_id == account.employee.pk


def test_an_act_for_a_deputised_department_is_recorded_as_such():
    place, other = make.department(), make.department()
    person = make.head_of(other)
    person.name = "工藤　蓮"
    person.save()
    make.deputy(place, person)
    account = User.objects.get(pk=make.user(person).pk)
    assert roles.acting_name(account, place, TODAY) == "工藤　蓮 (代理)"
    assert roles.acting_name(account, other, TODAY) == "工藤　蓮"
    assert roles.acting_name(account, place, date(2026, 12, 1)) == "工藤　蓮"
    event = audit.record(place, "act", by=roles.acting_as(account, place, TODAY), at=NOW)
    assert (event.by_id, event.by_name) == (account.pk, "工藤　蓮 (代理)")


def test_who_heads_a_department_in_person_looks_at_several_in_the_own_name():
    place = make.department()
    head = make.user(make.head_of(make.department()))
    make.deputy(place, head.employee)
    deputy = make.user(make.deputy(make.department()).employee)
    office = make.office(OfficeRole.HR, person=make.deputy(make.department()).employee)
    assert [str(roles.acting_for(who, TODAY)).endswith("(代理)") for who in (head, deputy, office)] == [
        False,
        True,
        False,
    ]


def test_the_word_stays_readable_behind_the_longest_name():
    place = make.department()
    account = make.user(make.deputy(place, make.employee("長" * 100)).employee)
    assert roles.acting_name(account, place, TODAY) == "長" * 95 + " (代理)"
