"""R5, E23: another 職員番号, the same person."""

from datetime import date, timedelta

import pytest

from aomori_dx.kernel import closing
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import AuditEvent
from staff.models import Employee, FormerNumber, OfficeRole, User
from staff.services import numbers
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories import stages
from tests.staff.reading import names, text_of

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
SWITCH = date(2026, 10, 1)


@pytest.fixture
def person() -> Employee:
    return make.posting(make.employee("工藤　葵", employee_number="0000111")).employee


@pytest.fixture
def hr() -> User:
    return make.office(OfficeRole.HR)


def change(person: Employee, number: str, by: User, **fields) -> Employee:
    return numbers.change(person.pk, number, by=by, **{"on": SWITCH, "at": NOW, "reason": "正規採用のため", **fields})


def test_the_person_stays_the_same_and_so_does_all_that_hangs_on_it(person, hr):
    promoter = stages.promoter(person)
    login = make.user(person)
    changed = change(person, "0000222", hr)
    assert (changed.pk, changed.employee_number) == (person.pk, "0000222")
    assert promoter.employee_id == changed.pk
    assert User.objects.get(pk=login.pk).username == "0000222"
    kept = FormerNumber.objects.get()
    assert (kept.employee, kept.number, kept.until) == (person, "0000111", SWITCH)
    event = AuditEvent.objects.get()
    assert (event.action, event.before, event.after, event.reason) == (
        "renumbered",
        {"職員番号": "0000111"},
        {"職員番号": "0000222", "切替日": "2026-10-01"},
        "正規採用のため",
    )


def test_a_login_with_a_name_of_its_own_keeps_it(person, hr):
    login = make.user(person, username="aoi")
    change(person, "0000222", hr)
    assert User.objects.get(pk=login.pk).username == "aoi"


def test_a_number_means_one_person_for_ever(person, hr):
    other = make.employee("八戸　海", employee_number="0000333")
    change(person, "0000222", hr)
    for number, sentence in {
        "0000111": "工藤　葵さんが以前に使っていました",
        "0000222": "すでに登録されています",
        "0000333": "同じです",
    }.items():
        with pytest.raises(RuleBroken, match=sentence):
            change(other, number, hr)
    assert Employee.objects.get(pk=other.pk).employee_number == "0000333"
    assert FormerNumber.objects.count() == AuditEvent.objects.count() == 1


def test_one_can_go_back_to_the_own_number(person, hr):
    change(person, "0000222", hr)
    change(person, "0000111", hr, on=TODAY)
    assert list(FormerNumber.objects.values_list("number", flat=True)) == ["0000111", "0000222"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"on": TODAY + timedelta(days=1)}, "今日以前"),
        ({"on": date(2010, 4, 1)}, "採用年月日"),
        ({"reason": " "}, "理由"),
    ],
)
def test_what_cannot_be_is_refused(person, hr, fields, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        change(person, "0000222", hr, **fields)
    assert not FormerNumber.objects.exists()


def test_changes_follow_one_another(person, hr):
    change(person, "0000222", hr)
    with pytest.raises(RuleBroken, match="前回の切替日"):
        change(person, "0000333", hr, on=SWITCH)


def test_a_closed_year_keeps_its_numbers(person, hr):
    stages.plan()
    closing.close(FiscalYear(2024), by=hr, at=NOW, reason="年度の確定")
    with pytest.raises(RuleBroken, match="締め"):
        change(person, "0000222", hr, on=date(2024, 10, 1))


def test_a_login_of_somebody_else_is_not_taken(person, hr):
    make.user(username="0000222")
    with pytest.raises(RuleBroken, match="ログインID"):
        change(person, "0000222", hr)


@pytest.mark.parametrize("role", [role for role in OfficeRole if role != OfficeRole.HR])
def test_it_is_for_hr(person, role):
    with pytest.raises(NotAllowed):
        change(person, "0000222", make.office(role))
    assert not FormerNumber.objects.exists()


def test_the_former_number_still_leads_to_the_person(client, person, hr):
    change(person, "0000222", hr)
    client.force_login(hr)
    assert names(client.get("/people/", {"q": "0000111"})) == ["工藤　葵"]
    page = client.get("/people/0000111/", {"on": "R8.10.1"}, follow=True)
    assert page.redirect_chain == [("/people/0000222/?on=R8.10.1", 302)]
    assert "R8.10.1 番号 職員番号の切替 0000111 → 0000222" in text_of(page)


def test_a_former_number_tells_a_stranger_nothing(client, person, hr):
    change(person, "0000222", hr)
    client.force_login(make.user(make.posting().employee))
    for number in ("0000111", "0000222"):
        assert client.get(f"/people/{number}/").status_code == 404


def test_a_number_that_was_given_up_and_is_somebodys_leads_to_who_has_it(client, hr):
    """Old records may hold such a case; today's owner comes first."""
    owner = make.employee("今の　者", employee_number="0000111")
    FormerNumber.objects.create(employee=make.employee("前の　者"), number="0000111", until=SWITCH)
    client.force_login(hr)
    assert owner.name in text_of(client.get("/people/0000111/"))


def test_hr_changes_a_number_on_the_page(client, person, hr):
    client.force_login(hr)
    refused = client.post("/people/0000111/number/", {"number": "あ", "on": "x", "reason": ""})
    assert refused.status_code == 422
    assert "7桁の数字で入力してください" in text_of(refused)
    page = client.post(
        "/people/0000111/number/", {"number": "２２２", "on": "R8.10.1", "reason": "正規採用のため"}, follow=True
    )
    assert "工藤　葵さんの職員番号を0000222に切り替えました。" in text_of(page)
    again = client.post("/people/0000222/number/", {"number": "222", "on": "R8.11.1", "reason": "正規採用のため"})
    assert again.status_code == 409
    assert "今の職員番号と同じです" in text_of(again)
