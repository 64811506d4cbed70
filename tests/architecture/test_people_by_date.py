"""Who someone is turns at midnight in Japan, with the server's clock in UTC: 31 March is not 1 April."""

import os
import time
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from aomori_dx.kernel import clock
from staff import permissions as may
from staff import roles
from staff.models import OfficeRole, User
from tests.architecture.people import log_in
from tests.factories import staff as make
from tests.factories import stages

pytestmark = pytest.mark.django_db

FIRST = date(2026, 4, 1)
MIDNIGHT = datetime(2026, 3, 31, 15, tzinfo=UTC)  # 00:00 on 1 April in Japan
MOMENTS = {"23:59:59 on 31 March": MIDNIGHT - timedelta(seconds=1), "00:00:00 on 1 April": MIDNIGHT}


@pytest.fixture(autouse=True)
def _server_in_utc():
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def before_and_after(user: User, question) -> tuple:
    """The answer in the last second of March and in the first of April, in Japan."""
    answers = []
    for moment in MOMENTS.values():
        with time_machine.travel(moment, tick=False):
            asked = User.objects.select_related("employee").get(pk=user.pk)
            answers.append(question(asked, clock.today()))
    return tuple(answers)


def headed(user: User, on: date) -> set[str]:
    return {place.name for place in make.Department.objects.filter(pk__in=roles.of(user, on).headed)}


def place_of(user: User, on: date) -> str | None:
    primary = roles.of(user, on).primary
    return primary.department.name if primary else None


def test_a_head_who_moves_has_lost_the_old_department_at_midnight():
    old, new = make.department("旧課"), make.department("新課")
    person = make.head_of(old, valid_to=FIRST)
    make.head_of(new, employee=person, valid_from=FIRST)
    user = make.user(person)
    assert before_and_after(user, headed) == ({"旧課"}, {"新課"})
    assert before_and_after(user, place_of) == ("旧課", "新課")


def test_the_successor_has_it_from_the_same_second():
    place = make.department("情報課")
    former = make.user(make.head_of(place, valid_to=FIRST))
    successor = make.user(make.head_of(place, valid_from=FIRST))
    assert before_and_after(former, headed) == ({"情報課"}, set())
    assert before_and_after(successor, headed) == (set(), {"情報課"})
    assert before_and_after(successor, lambda user, on: roles.of(user, on).is_head) == (False, True)


def test_a_concurrent_head_has_both_departments_and_loses_one():
    person = make.head_of(make.department("本務課"))
    make.posting(person, to=make.department("兼務課"), is_primary=False, is_head=True, valid_to=FIRST)
    assert before_and_after(make.user(person), headed) == ({"本務課", "兼務課"}, {"本務課"})


def test_a_concurrent_posting_without_headship_makes_nobody_head():
    person = make.posting().employee
    make.posting(person, to=make.department("兼務課"), is_primary=False)
    user = make.user(person)
    assert before_and_after(user, headed) == (set(), set())
    assert before_and_after(user, lambda user, on: len(roles.of(user, on).postings)) == (2, 2)


def test_who_leaves_is_nobodys_head_from_midnight_even_where_the_posting_was_left_open():
    person = make.head_of(make.department("情報課"))
    person.left_on = FIRST
    person.save()
    assert before_and_after(make.user(person), headed) == ({"情報課"}, set())


@pytest.mark.parametrize("role", OfficeRole)
def test_an_office_role_begins_and_ends_at_midnight(role):
    begins, ends = make.user(), make.user()
    begins.grants.create(role=role, valid_from=FIRST)
    ends.grants.create(role=role, valid_from=make.LONG_AGO, valid_to=FIRST)

    def has(user, on):
        return roles.of(user, on).has(role)

    assert before_and_after(begins, has) == (False, True)
    assert before_and_after(ends, has) == (True, False)


def test_a_promoter_of_a_past_year_has_no_right_from_that():
    user = make.user(stages.promoter(make.posting().employee, cohort=stages.R6).employee)
    assert before_and_after(user, may.see_people) == (False, False)
    assert before_and_after(user, may.open_admin) == (False, False)


def test_a_disabled_account_is_nobody():
    user = make.office(OfficeRole.ADMIN, person=make.head_of(make.department()))
    user.is_active = False
    user.save()
    assert before_and_after(user, headed) == (set(), set())
    assert before_and_after(user, lambda user, on: roles.of(user, on).offices) == (frozenset(), frozenset())
    assert before_and_after(user, may.open_admin) == (False, False)


def test_the_admin_closes_at_midnight(client):
    """The door of a real page, not the module alone."""
    user = make.office(OfficeRole.VIEWER)
    user.grants.create(role=OfficeRole.INFO, valid_from=make.LONG_AGO, valid_to=FIRST)
    answers = []
    for moment in MOMENTS.values():
        with time_machine.travel(moment, tick=False):
            log_in(client, user)
            answers.append(client.get("/admin/").status_code)
    assert answers == [200, 403]
