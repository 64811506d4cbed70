"""R6, E22: a person is found however the name is written or read."""

import pytest

from staff.models import OfficeRole
from tests.factories import staff as make
from tests.staff.reading import names

pytestmark = pytest.mark.django_db


@pytest.fixture
def hr(client):
    client.force_login(make.office(OfficeRole.HR))
    return client


def listed(client, **query) -> list[str]:
    return names(client.get("/people/", query))


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("髙橋　一郎", "高橋"),
        ("高橋　一郎", "髙橋"),
        ("山﨑　花", "山崎"),
        ("山崎　花", "山﨑"),
        ("齊藤　実", "斉藤"),
        ("斎藤　実", "齋藤"),
        ("齋藤　実", "斎藤"),
        ("渡邊　空", "渡辺"),
        ("渡邉　空", "渡邊"),
        ("渡辺　空", "渡邉"),
        ("德田　海", "徳田"),
        ("𠮷田　光", "吉田"),
        ("吉田　光", "𠮷田"),
        ("青森　太郎", "青森太郎"),
        ("青森太郎", "青森 太郎"),
        ("青森　太郎", "森　太"),
        ("ＤＸ　太郎", "dx"),
        ("スミス　Ｊｏｈｎ", "john"),
    ],
)
def test_a_name_is_found_however_it_is_written(hr, name, typed):
    """R6, E22. The name is shown as it was written."""
    make.posting(make.employee(name, kana=""))
    make.posting(make.employee("別人　某", kana="ﾍﾞﾂｼﾞﾝ"))
    assert listed(hr, q=typed) == [name]


@pytest.mark.parametrize("typed", ["たかはし", "タカハシ", "ﾀｶﾊｼ", "はしいち", "タカハシ　イチロウ"])
def test_a_name_is_found_by_how_it_is_read(hr, typed):
    make.posting(make.employee("髙橋　一郎", kana="ﾀｶﾊｼ ｲﾁﾛｳ"))
    make.posting(make.employee("別人　某", kana="ﾍﾞﾂｼﾞﾝ ﾎﾞｳ"))
    assert listed(hr, q=typed) == ["髙橋　一郎"]


def test_a_former_name_and_a_number_are_found(hr):
    person = make.posting(make.employee("工藤　葵", former_name="髙橋　葵", employee_number="0012345")).employee
    assert listed(hr, q="高橋") == [person.name]
    assert listed(hr, q="００１２３４５") == [person.name]
    assert listed(hr, q="12345") == [person.name]


@pytest.mark.parametrize("typed", ["%", "_", "'", "\\", "　", "a" * 100])
def test_signs_are_searched_for_as_they_are(hr, typed):
    make.posting(make.employee("青森　太郎"))
    found = hr.get("/people/", {"q": typed})
    assert found.status_code == 200
    assert len(names(found)) == (1 if typed == "　" else 0)
