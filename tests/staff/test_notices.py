"""Telling many people at once: the short way and the long way write the same."""

import pytest

from aomori_dx.kernel import bulk
from staff.models import Notice
from staff.services import notices
from staff.services.notices import MANY, Message
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def told(number):
    return [Message(f"k{place}", "dx_office", f"お知らせ{place}") for place in range(number)]


def written():
    return dict(Notice.objects.values_list("key", "title"))


@pytest.mark.parametrize("number", [3, MANY + 3])
def test_a_key_is_written_once_whether_it_comes_twice_or_was_there(number):
    notices.write_all([Message("k1", "dx_office", "先のお知らせ")], at=NOW)
    notices.write_all([*told(number), Message("k2", "dx_office", "あとのお知らせ")], at=NOW)
    notices.write_all(told(number), at=NOW)
    expected = {f"k{place}": f"お知らせ{place}" for place in range(number)}
    assert written() == {**expected, "k1": "先のお知らせ"}


@pytest.mark.django_db(transaction=True)
def test_somebody_else_writing_one_of_many_meanwhile_loses_none(monkeypatch):
    insert = bulk.insert_all

    def late(model, rows, **options):
        rows = list(rows)
        Notice.objects.create(key="k7", office="dx_office", title="ほかの人のお知らせ", written_at=NOW)
        insert(model, rows, **options)

    monkeypatch.setattr(bulk, "insert_all", late)
    notices.write_all(told(MANY), at=NOW)
    monkeypatch.undo()
    assert len(written()) == MANY
