"""Certificates that are asked for at once: every number once and none left out, and one a completion."""

from functools import partial

import pytest

from aomori_dx.kernel import locks
from tests.conftest import NOW
from tests.factories import training as make
from tests.kernel.racing import Crossing, need_row_locks, together
from training.models import Certificate
from training.services import certificates

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def issue(*rows):
    return certificates.issue_all([certificates.of_completion(row) for row in rows], by=None, at=NOW)


def test_numbers_have_no_gap_and_no_double_whoever_asks_at_once():
    rows = [make.completion() for _ in range(8)]
    outcomes = together(*[partial(issue, row) for row in rows])
    assert not [row for row in outcomes if isinstance(row, Exception)]
    assert sorted(Certificate.objects.values_list("number", flat=True)) == list(range(1, 9))


def test_a_double_click_is_one_certificate():
    row = make.completion()
    outcomes = together(*[partial(issue, row)] * 4)
    assert len({papers[0].pk for papers in outcomes}) == 1
    assert Certificate.objects.count() == 1


def two_at_once(monkeypatch) -> list[str]:
    """Both have looked which numbers there are, if they can, before either writes."""
    crossing, look = Crossing(), certificates._valid

    def look_and_meet(*args):
        found = look(*args)
        crossing.meet()
        return found

    monkeypatch.setattr(certificates, "_valid", look_and_meet)
    rows = [make.completion(), make.completion()]
    return sorted(type(row).__name__ for row in together(*[partial(issue, row) for row in rows]))


def test_two_at_once_get_two_numbers(monkeypatch):
    need_row_locks()
    assert two_at_once(monkeypatch) == ["list", "list"]


def test_without_the_lock_the_constraint_refuses_the_second(monkeypatch):
    need_row_locks()
    monkeypatch.setattr(locks, "hold", lambda name, shared=False: None)
    assert two_at_once(monkeypatch) == ["IntegrityError", "list"]
