"""What must hold for every office and every year, however they are made up."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import find, given, settings

from tests.factories import files
from tests.factories.loading import contradictions, counts, everything, load, loaded, state_on
from tests.staff.stories import DAYS, FIRST, Story, roster_of, stories

pytestmark = pytest.mark.django_db
bounded = settings(max_examples=12, deadline=None)


@contextmanager
def empty_database() -> Iterator[None]:
    """Each example starts from nothing and leaves nothing."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def tell(story: Story) -> None:
    for kind, day, rows in story.papers:
        dry = load(kind, *rows, as_of=day, dry_run=True)
        report = loaded(kind, *rows, as_of=day)
        assert dry.as_json() == report.as_json()
        assert report.read == sum(counts(report).get(name, 0) for name in ("created", "changed", "unchanged")) + (
            report.count("ended") if kind == "transfers" else 0
        )


@bounded
@given(stories(reorganised=False))
def test_the_roster_of_the_state_that_transfers_leave_has_no_news(story):
    """apply ∘ diff: the list of transfers and the next roster say the same, twice over."""
    with empty_database():
        tell(story)
        assert {day: state_on(day) for day in story.states} == story.states
        again = load("roster", *roster_of(story.last), as_of=DAYS[-1]) if story.last else None
        assert again is None or set(counts(again)) <= {"unchanged"}
        assert contradictions() == []


def test_the_stories_tell_of_people_who_come_back():
    """E23: the laws would say nothing about it if nobody ever did."""

    def somebody_comes_back(story: Story) -> bool:
        rows = [row for kind, _, part in story.papers if kind == "transfers" for row in part]
        left = {row["職員番号"] for row in rows if row["異動区分"] == "退職"}
        return any(row["職員番号"] in left for row in rows if row["異動区分"] == "採用")

    find(stories(reorganised=False), somebody_comes_back)


@bounded
@given(stories(reorganised=True))
def test_so_it_has_where_departments_are_renamed_moved_split_and_dissolved(story):
    with empty_database():
        tell(story)
        assert {day: state_on(day) for day in story.states} == story.states
        again = load("roster", *roster_of(story.last), as_of=DAYS[-1]) if story.last else None
        assert again is None or set(counts(again)) <= {"unchanged"}
        assert contradictions() == []


@bounded
@given(stories(reorganised=True))
def test_every_file_again_in_any_later_moment_changes_nothing(story):
    with empty_database():
        tell(story)
        before = everything()
        for kind, day, rows in story.papers:
            assert set(counts(loaded(kind, *rows, as_of=day))) <= {"unchanged"}
        assert everything() == before


@bounded
@given(stories(reorganised=False))
def test_all_lists_in_one_file_in_any_order_say_the_same(story):
    with empty_database():
        (_, _, departments), (_, _, roster), *lists = story.papers
        loaded("departments", *departments, as_of=FIRST)
        loaded("roster", *roster, as_of=FIRST)
        rows = [row for _, _, part in reversed(lists) for row in part]
        if rows:
            loaded("transfers", content=files.as_csv(rows, encoding="utf-16"))
        assert {day: state_on(day) for day in story.states} == story.states
