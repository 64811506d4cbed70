"""Who may: every page × every person, decided by hand in pages.py, and nothing decided by accident."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from tests.admin_pages import one_of_each
from tests.architecture import pages
from tests.architecture.doors import Visitor, patterns
from tests.architecture.people import PEOPLE, SAME_AS, House, settle

pytestmark = pytest.mark.django_db
DENIED = {pages.LOGIN, 403, 404, 405}
OURS = [name for name in pages.GET if not name.startswith(("account_", "mfa_"))]


@pytest.fixture
def house() -> House:
    return settle()


def undecided(found: list[tuple[str, str]]) -> set[str]:
    """Addresses without a line in the table."""
    return {
        name or pattern
        for name, pattern in found
        if not pattern.startswith("admin/") and name not in pages.GET and pattern not in pages.UNNAMED
    }


def expected(name: str, method: str, column: int) -> int | str:
    if method == "get":
        return pages.GET[name][column]
    if name in pages.POST:
        return pages.POST[name][column]
    return pages.LOGIN if pages.GET[name][column] == pages.LOGIN else 405


def wrong_answers(house: House, who: str, column: int, names: Iterable[str] = pages.GET) -> list[str]:
    """What differs from the table, page by page; a denied visit that wrote something is wrong too."""
    visitor = Visitor(house, who)
    found = []
    for name in names:
        address = reverse(name, args=pages.ABOUT.get(name, lambda house: [])(house))
        for method in ("get", "post"):
            wanted = expected(name, method, column)
            given = visitor.ask(method, address)
            if given != wanted:
                found.append(f"{method} {name}: {given}, not {wanted}")
            if visitor.writes.found and (method == "get" or wanted in DENIED):
                found.append(f"{method} {name}: {visitor.writes.found[0][:80]}")
    return found


def test_every_address_has_its_line():
    assert undecided(list(patterns())) == set()


def test_every_line_has_its_address():
    named = {name for name, _ in patterns()}
    assert set(pages.GET) - named == set()
    assert {*pages.POST, *pages.ABOUT, *pages.UNNAMED.values()} - set(pages.GET) == set()
    assert set(pages.UNNAMED) - {pattern for _, pattern in patterns()} == set()


def test_every_line_decides_for_everybody():
    rows = [*pages.GET.values(), *pages.POST.values()]
    assert {len(row) for row in rows} == {len(PEOPLE)}


@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_answers_as_decided(house, who):
    assert wrong_answers(house, who, PEOPLE.index(who), OURS) == []


@pytest.mark.parametrize("who", ["nobody", "employee", "admin", "disabled"])
def test_every_page_of_the_login_answers_as_decided(house, who):
    """It knows no roles: who is logged in and who is not."""
    assert wrong_answers(house, who, PEOPLE.index(who), set(pages.GET) - set(OURS)) == []


@pytest.mark.parametrize("who", SAME_AS)
def test_people_of_the_day_are_answered_by_the_day(house, who):
    """A former head, the one from tomorrow, the neighbour: no more than the person they are today."""
    assert wrong_answers(house, who, PEOPLE.index(SAME_AS[who]), OURS) == []


def test_a_new_page_without_a_line_and_a_wrong_answer_are_noticed(house, monkeypatch):
    assert undecided([("stages:brand-new", "brand/new/")]) == {"stages:brand-new"}
    assert undecided([("", "brand/new/")]) == {"brand/new/"}
    monkeypatch.setitem(pages.GET, "reports:home", (404,) * len(PEOPLE))
    assert wrong_answers(house, "employee", 1, ["reports:home"]) == ["get reports:home: 200, not 404"]


# The admin, by the kind of its pages.


@dataclass(frozen=True)
class AdminPage:
    address: str
    kind: tuple[str, str]
    """(group of the table, or the site; what the page does)"""

    @property
    def rows(self) -> tuple[pages.Row, pages.Row]:
        """GET, POST"""
        group, act = self.kind
        return pages.ADMIN_SITE[act] if group == "site" else pages.ADMIN[group][act]


def admin_pages() -> list[AdminPage]:
    """Every address of the admin, with the first row of its table where it names one."""
    return [
        _site_page(name) if (table := _table_of(pattern)) is None else _table_page(table, name, pattern)
        for name, pattern in patterns()
        if pattern.startswith("admin/")
    ]


def _table_of(pattern: str) -> str | None:
    return next((table for table in pages.GROUPS if f"/{table.replace('.', '/')}/" in pattern), None)


def _site_page(name: str) -> AdminPage:
    if not name:
        return AdminPage("/admin/nowhere/", ("site", "catch_all"))
    act = name.removeprefix("admin:")
    about: dict[str, list[Any]] = {"view_on_site": [1, 1], "app_list": ["staff"]}
    return AdminPage(reverse(name, args=about.get(act)), ("site", act))


def _table_page(table: str, name: str, pattern: str) -> AdminPage:
    row = apps.get_model(table)._default_manager.order_by("pk").first()
    assert row is not None, f"no row of {table} to ask for"
    act = name.removeprefix("admin:").removeprefix(f"{table.replace('.', '_')}_").removeprefix("auth_user_")
    address = pattern.replace("<path:object_id>", str(row.pk)).replace("<id>", str(row.pk))
    return AdminPage(f"/{address}", (pages.GROUPS[table], act or "object"))


def wrong_in_admin(house: House, who: str, asked: Iterable[AdminPage]) -> list[str]:
    visitor = Visitor(house, who)
    found = []
    for page in asked:
        for method, row in zip(("get", "post"), page.rows, strict=True):
            wanted, given = row[PEOPLE.index(who)], visitor.ask(method, page.address)
            if given != wanted:
                found.append(f"{method} {page.address}: {given}, not {wanted}")
            if visitor.writes.found and wanted in DENIED:
                found.append(f"{method} {page.address}: {visitor.writes.found[0][:80]}")
    return found


@pytest.fixture
def full_house() -> House:
    """With a row in every table of the admin."""
    one_of_each()
    return settle(plan=False)


def test_every_table_of_the_admin_is_in_a_group():
    assert {model._meta.label_lower for model in admin.site._registry} == set(pages.GROUPS)


@pytest.mark.parametrize("who", ["nobody", "info", "admin"])
def test_every_page_of_the_admin_answers_as_decided(full_house, who):
    assert wrong_in_admin(full_house, who, admin_pages()) == []


@pytest.mark.parametrize("who", ["employee", "promoter", "head", "hr", "dx", "viewer", "disabled"])
def test_every_kind_of_page_of_the_admin_answers_as_decided(full_house, who):
    """Who is refused at the one door in front of all of them is asked at one page of each kind."""
    assert wrong_in_admin(full_house, who, {page.kind: page for page in admin_pages()}.values()) == []
