"""代理: who may lend a head's powers, to whom, for which days; the record of it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent, OutboxMessage
from staff.models import Department, Deputy, Employee, OfficeRole, Succession, SuccessionKind, User
from staff.services import deputies
from tests.conftest import NOW
from tests.factories import staff as make

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


def letters() -> list[tuple[str, str]]:
    return list(OutboxMessage.objects.order_by("pk").values_list("to", "subject"))


def test_the_deputy_is_told_by_letter_once_an_act(place, head, colleague):
    deputy = appoint(place, colleague, head)
    appointed = (colleague.email, "DX推進員育成: 道路課の所属長の代理になりました")
    assert letters() == [appointed]
    body = OutboxMessage.objects.get().body
    assert "工藤　蓮さん" in body
    assert "令和8年11月23日から令和8年12月31日まで" in body
    assert str(head) in body
    assert "出張" not in body  # why a head is away is nothing for a letter

    deputies.end(deputy.pk, valid_to=TODAY + 8 * DAY, by=head, at=NOW)
    assert letters() == [appointed, (colleague.email, "DX推進員育成: 道路課の所属長の代理の期間が変わりました")]
    assert "から令和8年11月30日まで" in OutboxMessage.objects.latest("pk").body
    deputies.end(deputy.pk, valid_to=TODAY, by=head, at=NOW)
    assert letters()[2:] == [(colleague.email, "DX推進員育成: 道路課の所属長の代理は取り消されました")]


def test_a_refused_deputy_and_one_without_an_address_get_no_letter(place, head, colleague):
    with pytest.raises(RuleBroken):
        appoint(place, colleague, head, reason=" ")
    Employee.objects.filter(pk=colleague.pk).update(email="")
    appoint(place, Employee.objects.get(pk=colleague.pk), head)
    assert letters() == []
