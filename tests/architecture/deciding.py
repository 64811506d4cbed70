"""What pages.py decides, brought to the addresses of the site: door by door, person by person."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.urls import reverse

from tests.architecture import admin_doors as admin_pages
from tests.architecture import pages
from tests.architecture.doors import Visitor, patterns
from tests.architecture.login_pages import LOGIN, Answer, Row
from tests.architecture.people import PEOPLE, House

DENIED = {LOGIN, 403, 404, 405}
OURS = [name for name in pages.GET if not name.startswith(("account_", "mfa_"))]
"""Pages of the house, not of the login library."""


@dataclass(frozen=True)
class Door:
    """One address and what it answers; `kind` says what doors it is like."""

    address: str
    kind: str
    get: Row
    post: Row


def doors(house: House, names: Iterable[str] = tuple(pages.GET)) -> list[Door]:
    """The pages of the table, about the people of this house."""
    return [Door(reverse(name, args=_about(house, name)), name, pages.GET[name], _post_row(name)) for name in names]


def _about(house: House, name: str) -> list[Any]:
    return pages.ABOUT[name](house) if name in pages.ABOUT else []


def _post_row(name: str) -> Row:
    """The line for forms; a page without one takes none."""
    return pages.POST.get(name) or tuple(LOGIN if get == LOGIN else 405 for get in pages.GET[name])


def decided(who: str, door: Door) -> tuple[Answer, Answer]:
    """What this person is answered to GET and POST."""
    like, differing = pages.OF_THE_DAY.get(who, (who, {}))
    column = PEOPLE.index(like)
    return differing.get(door.kind, (door.get[column], door.post[column]))


def wrong_answers(house: House, who: str, asked: Iterable[Door], *, only: str = "") -> Iterator[str]:
    """What differs from the table for this person; a denied visit that wrote something is wrong too.

    `only` one method is tried where it is given.
    """
    visitor = Visitor(house, who)
    for door in asked:
        for method, wanted in zip(("get", "post"), decided(who, door), strict=True):
            if only and method != only:
                continue
            given = visitor.ask(method, door.address)
            if given != wanted and not (isinstance(wanted, tuple) and given in wanted):
                yield f"{method} {door.address}: {given}, not {wanted}"
            if visitor.writes.found and wanted in DENIED:
                yield f"{method} {door.address}: {visitor.writes.found[0][:80]}"


def undecided(found: Iterable[tuple[str, str]]) -> set[str]:
    """Addresses without a line in the table."""
    return {
        name or pattern
        for name, pattern in found
        if not pattern.startswith("admin/") and name not in pages.GET and pattern not in pages.UNNAMED
    }


def admin_doors() -> list[Door]:
    """Every address of the admin, with the first row of its table where it names one."""
    return [
        _site_door(name) if (table := _table_of(pattern)) is None else _table_door(table, name, pattern)
        for name, pattern in patterns()
        if pattern.startswith("admin/")
    ]


def _table_of(pattern: str) -> str | None:
    return next((table for table in admin_pages.GROUPS if f"/{table.replace('.', '/')}/" in pattern), None)


def _site_door(name: str) -> Door:
    act = name.removeprefix("admin:") or "catch_all"
    about: dict[str, list[Any]] = {"view_on_site": [1, 1], "app_list": ["staff"]}
    assert act in admin_pages.ADMIN_SITE, f"{name}: a page of the admin, or a table without a group"
    address = reverse(name, args=about.get(act)) if name else "/admin/nowhere/"
    return Door(address, act, *admin_pages.ADMIN_SITE[act])


def _table_door(table: str, name: str, pattern: str) -> Door:
    row = apps.get_model(table)._default_manager.order_by("pk").first()
    assert row is not None, f"no row of {table} to ask for"
    act = name.removeprefix("admin:").removeprefix(f"{table.replace('.', '_')}_").removeprefix("auth_user_")
    address = pattern.replace("<path:object_id>", str(row.pk)).replace("<id>", str(row.pk))
    group = admin_pages.GROUPS[table]
    return Door(f"/{address}", f"{group} {act}", *admin_pages.ADMIN[group][act or "object"])


def one_of_each_kind(found: Iterable[Door]) -> list[Door]:
    return list({door.kind: door for door in found}.values())
