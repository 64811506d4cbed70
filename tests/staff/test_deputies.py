"""代理: who may lend a head's powers, to whom, for which days; the record of it, and the pages."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent
from staff.models import Department, Deputy, Employee, OfficeRole, Succession, SuccessionKind, User
from staff.services import deputies
from tests.conftest import NOW
from tests.factories import staff as make
from tests.staff.reading import text_of

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = timedelta(days=1)
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


def appoint(place: Department, person: Employee, by: User, **fields) -> Deputy:
    asked = {"valid_from": TODAY, "valid_to": NEW_YEAR, "reason": "出張のため", "at": NOW, **fields}
    return deputies.appoint(place, person, by=by, **asked)


def test_a_head_lends_the_own_powers_to_one_of_the_own_people(place, head, colleague):
    deputy = appoint(place, colleague, head)
    assert deputy.holds_on(TODAY)
    assert User.objects.get(pk=make.user(colleague).pk).roles_on(TODAY).deputised == {place.pk}
    event = AuditEvent.objects.get()
    assert (event.action, event.by_name, event.reason) == ("created", str(head), "出張のため")
    assert event.after == {
        "所属": "道路課",
        "代理者": str(colleague),
        "開始日": "2026-11-23",
        "終了日": "2027-01-01",
    }


@pytest.mark.parametrize("role", [OfficeRole.HR, OfficeRole.DX])
def test_the_offices_cover_a_vacant_head_with_anybody(place, role):
    assert appoint(place, make.posting().employee, make.office(role)).department == place


@pytest.mark.parametrize("role", [OfficeRole.INFO, OfficeRole.VIEWER, OfficeRole.ADMIN])
def test_the_other_offices_lend_nothing(place, colleague, role):
    with pytest.raises(NotAllowed):
        appoint(place, colleague, make.office(role))
    assert not Deputy.objects.exists()
    assert not AuditEvent.objects.exists()


def strangers(place: Department) -> dict[str, User]:
    """People near the department who are not its head today."""
    sibling = make.department(parent=place.parent)
    former = make.posting(to=place, is_head=True, valid_to=TODAY).employee
    make.posting(former, to=make.department(), valid_from=TODAY)
    return {
        "colleague": make.user(make.posting(to=place).employee),
        "sibling's head": make.user(make.head_of(sibling)),
        "former head": make.user(former),
        "head from tomorrow": make.user(make.head_of(place, valid_from=TODAY + DAY)),
        "deputy": make.user(make.deputy(place, valid_from=TODAY - DAY, valid_to=TODAY + DAY).employee),
    }


def test_nobody_else_lends_them_not_even_a_deputy(place, colleague):
    for who, user in strangers(place).items():
        with pytest.raises(NotAllowed):
            appoint(place, colleague, user, valid_from=TODAY + DAY)
        assert Deputy.objects.count() == 1, who


def test_a_head_names_none_of_another_department(place, head):
    with pytest.raises(RuleBroken, match="その所属の職員です"):
        appoint(place, make.posting().employee, head)


def test_a_concurrent_colleague_is_one_of_the_own_people(place, head):
    """E7: 兼務 is visible to both heads."""
    person = make.posting().employee
    make.posting(person, to=place, is_primary=False)
    assert appoint(place, person, head).employee == person


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"valid_from": TODAY - DAY}, "今日以後"),
        ({"valid_to": TODAY}, "開始日以後"),
        ({"reason": "  "}, "理由"),
    ],
)
def test_what_cannot_be_lent_is_refused_with_its_reason(place, head, colleague, fields, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        appoint(place, colleague, head, **fields)
    assert not Deputy.objects.exists()


def test_the_head_is_not_the_own_deputy(place, head):
    with pytest.raises(RuleBroken, match="この所属の所属長です"):
        appoint(place, head.employee, head)


def test_somebody_away_or_gone_is_no_deputy(place, colleague):
    office = make.office(OfficeRole.HR)
    make.absence(colleague, valid_from=TODAY)
    with pytest.raises(RuleBroken, match="休職等で不在"):
        appoint(place, colleague, office)
    with pytest.raises(RuleBroken, match="在職していません"):
        appoint(place, make.employee(left_on=TODAY), office)


def test_a_refusal_tells_a_head_nothing_of_days_to_come(place, head, colleague):
    """That somebody leaves in December is known to HR alone: the head's deputy is accepted and ends by itself."""
    colleague.left_on = date(2026, 12, 10)
    colleague.save()
    later = {"valid_from": date(2026, 12, 15)}
    with pytest.raises(RuleBroken, match="在職していません"):
        appoint(place, colleague, make.office(OfficeRole.HR), **later)
    deputy = appoint(place, colleague, head, **later)
    account = make.user(colleague)
    assert not account.roles_on(deputy.valid_from).is_head


def test_a_department_has_one_deputy_at_a_time(place, head, colleague):
    other = make.posting(to=place).employee
    appoint(place, colleague, head)
    with pytest.raises(RuleBroken, match="工藤　蓮さんが代理者です"):
        appoint(place, other, head, valid_from=date(2026, 12, 31), valid_to=date(2027, 2, 1))
    assert appoint(place, other, head, valid_from=NEW_YEAR, valid_to=date(2027, 2, 1)).valid_from == NEW_YEAR


def test_the_one_deputy_stays_the_one_under_a_new_name(place, colleague):
    office = make.office(OfficeRole.HR)
    appoint(place, colleague, office, valid_to=date(2027, 5, 1))
    Department.objects.filter(pk=place.pk).update(valid_to=date(2027, 4, 1))
    new = make.department("道路整備課", valid_from=date(2027, 4, 1))
    Succession.objects.create(predecessor=place, successor=new, on=date(2027, 4, 1), kind=SuccessionKind.RENAMED)
    with pytest.raises(RuleBroken, match="代理者です"):
        appoint(new, make.posting().employee, office, valid_from=date(2027, 4, 10), valid_to=date(2027, 6, 1))


def test_a_department_that_is_not_there_on_the_day_has_no_deputy(colleague):
    office = make.office(OfficeRole.HR)
    ended = make.department(valid_to=TODAY)
    with pytest.raises(RuleBroken, match="にはありません"):
        appoint(ended, colleague, office)


def test_the_database_itself_refuses_a_deputy_without_end(place, colleague):
    with pytest.raises(IntegrityError), transaction.atomic():
        make.deputy(place, colleague, valid_to=None)


def test_powers_are_taken_back_and_the_record_stays(place, head, colleague):
    deputy = appoint(place, colleague, head)
    later = NOW + timedelta(days=8)
    ended = deputies.end(deputy.pk, valid_to=date(2026, 12, 5), by=head, at=later)
    assert (ended.valid_from, ended.valid_to, ended.cancelled_at) == (TODAY, date(2026, 12, 5), None)
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.before, event.after) == (
        "shortened",
        {"終了日": "2027-01-01"},
        {"終了日": "2026-12-05"},
    )


@pytest.mark.parametrize("first_day", [TODAY, TODAY + 9 * DAY])
def test_one_that_has_not_outlived_its_first_day_is_called_off(place, head, colleague, first_day):
    deputy = appoint(place, colleague, head, valid_from=first_day)
    called_off = deputies.end(deputy.pk, valid_to=TODAY, by=head, at=NOW)
    assert (called_off.cancelled_at, called_off.valid_from) == (NOW, first_day)
    assert not Deputy.objects.on(first_day).exists()
    assert AuditEvent.objects.latest("pk").action == "cancelled"
    assert appoint(place, colleague, head, valid_from=first_day).pk != deputy.pk


@pytest.mark.parametrize(
    ("last_day", "sentence"),
    [(TODAY - DAY, "今日以後"), (NEW_YEAR, "終わりの日より前"), (date(2027, 2, 1), "終わりの日より前")],
)
def test_an_end_in_the_past_or_a_longer_term_is_refused(place, head, colleague, last_day, sentence):
    deputy = appoint(place, colleague, head, valid_from=TODAY)
    with pytest.raises(RuleBroken, match=sentence):
        deputies.end(deputy.pk, valid_to=last_day, by=head, at=NOW)


def test_what_is_over_cannot_be_ended_again(place, head, colleague):
    over = make.deputy(place, colleague, valid_to=TODAY)
    called_off = make.deputy(place, colleague, valid_from=TODAY, cancelled_at=NOW)
    for deputy in (over, called_off):
        with pytest.raises(RuleBroken, match="すでに終わっています"):
            deputies.end(deputy.pk, valid_to=TODAY, by=head, at=NOW)


def test_only_who_may_lend_may_take_back(place, colleague):
    deputy = make.deputy(place, colleague)
    with pytest.raises(NotAllowed):
        deputies.end(deputy.pk, valid_to=TODAY, by=make.user(colleague), at=NOW)
    deputy.refresh_from_db()
    assert deputy.cancelled_at is None


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
