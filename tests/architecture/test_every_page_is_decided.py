"""Who may: every page × every person, decided by hand in pages.py, and nothing decided by accident."""

import pytest
from django.contrib import admin

from tests.admin_pages import one_of_each
from tests.architecture import admin_doors as admin_pages
from tests.architecture import pages
from tests.architecture.deciding import OURS, admin_doors, doors, one_of_each_kind, undecided, wrong_answers
from tests.architecture.doors import patterns
from tests.architecture.login_pages import LOGIN
from tests.architecture.people import PEOPLE, House, settle

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def house() -> House:
    return settle()


@pytest.fixture
def full_house() -> House:
    """With a row in every table of the admin."""
    one_of_each()
    return settle(plan=False)


def test_every_address_has_its_line():
    assert undecided(patterns()) == set()


def test_every_line_has_its_address():
    named = {name for name, _ in patterns()}
    assert set(pages.GET) - named == set()
    assert {*pages.POST, *pages.ABOUT, *pages.UNNAMED.values()} - set(pages.GET) == set()
    assert set(pages.UNNAMED) - {pattern for _, pattern in patterns()} == set()


def test_every_line_decides_for_everybody():
    rows = [*pages.GET.values(), *pages.POST.values()]
    rows += [row for pair in admin_pages.ADMIN_SITE.values() for row in pair]
    rows += [row for group in admin_pages.ADMIN.values() for pair in group.values() for row in pair]
    assert {len(row) for row in rows} == {len(PEOPLE)}


@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_answers_as_decided(house, who):
    assert list(wrong_answers(house, who, doors(house, OURS))) == []


@pytest.mark.parametrize("who", ["nobody", "employee", "admin", "disabled"])
def test_every_page_of_the_login_answers_as_decided(house, who):
    """It knows no roles: who is logged in and who is not."""
    assert list(wrong_answers(house, who, doors(house, set(pages.GET) - set(OURS)))) == []


@pytest.mark.parametrize("who", pages.OF_THE_DAY)
def test_people_of_the_day_are_answered_by_the_day(house, who):
    """A former head, the one from tomorrow, the neighbour: no more than the person they are today."""
    assert list(wrong_answers(house, who, doors(house, OURS))) == []


def test_every_table_of_the_admin_is_in_a_group():
    assert {model._meta.label_lower for model in admin.site._registry} == set(admin_pages.GROUPS)


@pytest.mark.parametrize("who", ["nobody", "info", "admin"])
def test_every_page_of_the_admin_opens_as_decided(full_house, who):
    assert list(wrong_answers(full_house, who, admin_doors(), only="get")) == []


@pytest.mark.parametrize("who", PEOPLE)
def test_every_kind_of_page_of_the_admin_answers_as_decided(full_house, who):
    """Who is refused at the one door in front of all of them is asked at one page of each kind; so are forms."""
    assert list(wrong_answers(full_house, who, one_of_each_kind(admin_doors()))) == []


def test_a_page_without_a_line_is_noticed():
    assert undecided([("stages:brand-new", "brand/new/")]) == {"stages:brand-new"}
    assert undecided([("", "brand/new/")]) == {"brand/new/"}


def test_a_wrong_answer_is_noticed(house, monkeypatch):
    monkeypatch.setitem(pages.GET, "reports:home", (404,) * len(PEOPLE))
    assert list(wrong_answers(house, "employee", doors(house, ["reports:home"]))) == ["get /: 200, not 404"]


def test_a_refusal_that_changes_something_is_noticed(house, monkeypatch):
    """As if the list of loaded files, which HR may open, were closed to HR and wrote all the same."""
    row = (LOGIN, *[403] * 9)
    monkeypatch.setitem(pages.POST, "staff:import-discard", row)
    found = list(wrong_answers(house, "hr", doors(house, ["staff:import-discard"])))
    assert any("UPDATE" in line for line in found)
