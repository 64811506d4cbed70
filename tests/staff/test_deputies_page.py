"""The pages on which a head's powers are lent and taken back."""

from datetime import date

import pytest

from aomori_dx.kernel.models import AuditEvent
from staff.models import Department, Deputy, Employee, OfficeRole, User
from tests.conftest import NOW
from tests.factories import staff as make
from tests.staff.reading import text_of

pytestmark = pytest.mark.django_db
NEW_YEAR = date(2027, 1, 1)


@pytest.fixture
def place() -> Department:
    return make.department("道路課")


@pytest.fixture
def head(place) -> User:
    return make.user(make.head_of(place))


@pytest.fixture
def colleague(place) -> Employee:
    return make.posting(make.employee("工藤　蓮"), to=place).employee


def post(client, place: Department, **given):
    asked = {"valid_from": "R8.12.1", "last_day": "令和8年12月31日", "reason": "出張のため", **given}
    return client.post(f"/departments/{place.code}/deputies/", asked, follow=True)


def test_a_head_sets_a_deputy_on_the_page(client, place, head, colleague):
    client.force_login(head)
    page = post(client, place, employee=colleague.pk)
    assert "道路課の代理者に工藤　蓮さんを登録しました(R8.12.1からR8.12.31まで)。" in text_of(page)
    deputy = Deputy.objects.get()
    assert (deputy.valid_from, deputy.valid_to) == (date(2026, 12, 1), date(2027, 1, 1))


def test_hr_sets_a_deputy_by_number(client, place):
    person = make.posting(make.employee("八戸　海")).employee
    client.force_login(make.office(OfficeRole.HR))
    page = post(client, place, employee=person.employee_number)
    assert "八戸　海" in text_of(page)
    assert Deputy.objects.get().employee == person


def test_the_same_click_twice_leaves_one_deputy_and_says_why(client, place, head, colleague):
    client.force_login(head)
    post(client, place, employee=colleague.pk)
    again = post(client, place, employee=colleague.pk)
    assert again.status_code == 409
    assert "工藤　蓮さんが代理者です" in text_of(again)
    assert Deputy.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"employee": "9999999"}, "登録されていません"),
        ({"employee": ""}, "必須"),
        ({"last_day": "R8.11.30"}, "始まりの日以後"),
        ({"valid_from": "R8.2.30"}, "2月30日という日付は2026年にありません"),
    ],
)
def test_a_form_that_cannot_be_read_keeps_what_was_typed(client, place, given, sentence):
    person = make.posting().employee
    client.force_login(make.office(OfficeRole.HR))
    page = post(client, place, **{"employee": person.employee_number, **given})
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert 'value="出張のため"' in page.content.decode()
    assert not Deputy.objects.exists()


def test_a_head_cannot_choose_from_other_departments_by_hand(client, place, head):
    client.force_login(head)
    assert post(client, place, employee=make.posting().employee.pk).status_code == 422
    assert not Deputy.objects.exists()


def test_the_page_names_everyone_who_was_is_and_will_be(client, place, head, colleague):
    make.deputy(place, colleague, valid_from=date(2026, 4, 1), valid_to=date(2026, 5, 1))
    make.deputy(place, colleague)
    make.deputy(place, colleague, valid_from=NEW_YEAR, valid_to=date(2027, 2, 1))
    make.deputy(place, colleague, valid_from=date(2027, 3, 1), valid_to=date(2027, 3, 2), cancelled_at=NOW)
    client.force_login(head)
    page = text_of(client.get(f"/departments/{place.code}/deputies/"))
    for words in ("R8.4.1からR8.4.30まで 工藤　蓮 終了", "工藤　蓮 代理中", "工藤　蓮 予定", "工藤　蓮 取消"):
        assert words in page


def test_a_deputy_sees_the_page_and_may_change_nothing(client, place, colleague):
    deputy = make.deputy(place, colleague)
    client.force_login(make.user(colleague))
    page = client.get(f"/departments/{place.code}/deputies/")
    assert page.status_code == 200
    assert "<form method" not in page.content.decode().partition("<main")[2]
    assert post(client, place, employee=colleague.pk).status_code == 403
    assert (
        client.post(f"/departments/{place.code}/deputies/{deputy.pk}/end/", {"valid_to": "R8.11.23"}).status_code == 403
    )
    deputy.refresh_from_db()
    assert deputy.cancelled_at is None


def test_ending_asks_first_and_names_the_person(client, place, head, colleague):
    deputy = make.deputy(place, colleague)
    client.force_login(head)
    address = f"/departments/{place.code}/deputies/{deputy.pk}/end/"
    assert "工藤　蓮" in text_of(client.get(address))
    page = client.post(address, {"valid_to": "R8.11.25"}, follow=True)
    assert "代理者(工藤　蓮さん)の期間を終えました" in text_of(page)
    deputy.refresh_from_db()
    assert deputy.valid_to == date(2026, 11, 25)
    refused = client.post(address, {"valid_to": "R8.12.25"})
    assert refused.status_code == 409
    assert "終わりの日より前" in text_of(refused)


def test_the_deputy_of_another_department_is_not_found_here(client, place, head):
    elsewhere = make.deputy(make.department())
    client.force_login(head)
    assert client.get(f"/departments/{place.code}/deputies/{elsewhere.pk}/end/").status_code == 404


def test_a_deputy_looking_at_the_people_is_recorded_as_deputy(client, place, colleague):
    make.deputy(place, colleague)
    other = make.posting(to=place).employee
    client.force_login(make.user(colleague))
    for address in (f"/departments/{place.code}/", "/people/", f"/people/{other.employee_number}/"):
        assert client.get(address).status_code == 200
        assert AuditEvent.objects.latest("pk").by_name == "工藤　蓮 (代理)"
    assert AuditEvent.objects.count() == 3
