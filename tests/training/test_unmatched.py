"""Results without a person: matched by hand once, remembered for the account, taken back as a whole (E24)."""

from datetime import date

import pytest

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import OfficeRole
from tests.architecture.people import log_in
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories import training
from tests.training.elearning_files import applied, counts, officer, udemy, udemy_file
from training.models import Completion, PlatformAccount, UnmatchedResult
from training.services import unmatched

pytestmark = pytest.mark.django_db
ACCOUNT = "taro@gmail.example"


@pytest.fixture
def by():
    return officer()


@pytest.fixture
def course():
    return training.course(name="DX基礎", method="elearning", completion_rule="mark")


@pytest.fixture
def person():
    return make.posting(make.employee("青森　太郎")).employee


@pytest.fixture
def waiting(by, course):
    training.course(name="情報モラル", method="elearning", completion_rule="mark")
    applied(udemy_file(udemy(ACCOUNT), udemy(ACCOUNT.upper(), "情報モラル"), udemy("x@example.jp")), by=by)
    return UnmatchedResult.objects.filter(key=ACCOUNT).order_by("pk")[0]


def test_one_match_takes_all_results_of_the_account_and_later_files_know_it(by, person, waiting):
    made = unmatched.match("Udemy", waiting.key, person, by=by, at=NOW)
    assert [row.employee for row in made] == [person, person]
    assert list(UnmatchedResult.objects.order_by("key").values_list("state", flat=True)) == [
        "matched",
        "matched",
        "waiting",
    ]
    later = applied(udemy_file(udemy(ACCOUNT, at="2026-03-01 10:00:00"), udemy(ACCOUNT)), by=by)
    assert counts(later) == {"created": 1, "unchanged": 1}
    assert person.completions.count() == 3


def test_the_same_match_again_changes_nothing(by, person, waiting):
    unmatched.match("Udemy", waiting.key, person, by=by, at=NOW)
    assert unmatched.match("Udemy", waiting.key, person, by=by, at=NOW) == []
    assert (Completion.objects.count(), PlatformAccount.objects.count()) == (2, 1)


def test_what_the_person_has_already_is_not_written_twice(by, course, person, waiting):
    training.completion(person, course)
    assert len(unmatched.match("Udemy", waiting.key, person, by=by, at=NOW)) == 1
    assert person.completions.count() == 2


def test_a_match_is_taken_back_with_its_completions_alone(by, course, person, waiting):
    own = training.completion(person, course)
    unmatched.match("Udemy", waiting.key, person, by=by, at=NOW)
    decision = PlatformAccount.objects.get()
    assert unmatched.take_back(decision.pk, reason="別の人だった", by=by, at=NOW) == 2
    assert list(Completion.objects.standing()) == [own]
    assert set(UnmatchedResult.objects.values_list("state", flat=True)) == {"waiting"}
    assert audit.history_of(decision).filter(action="account_taken_back").exists()
    assert unmatched.take_back(decision.pk, reason="別の人だった", by=by, at=NOW) == 0
    right = make.posting().employee
    unmatched.match("Udemy", waiting.key, right, by=by, at=NOW)
    assert right.completions.count() == 2


def test_an_account_that_is_set_aside_is_not_asked_about_again(by, waiting):
    assert unmatched.set_aside("Udemy", waiting.key, reason="研修の講師", by=by, at=NOW) == 2
    later = applied(udemy_file(udemy(ACCOUNT, at="2026-03-01 10:00:00")), by=by)
    assert counts(later) == {"unchanged": 1}
    assert not UnmatchedResult.objects.filter(key=ACCOUNT, state="waiting").exists()
    with pytest.raises(RuleBroken, match="未照合の結果はありません"):
        unmatched.set_aside("Udemy", waiting.key, reason="研修の講師", by=by, at=NOW)


def test_a_reason_and_an_office_are_needed(by, person, waiting):
    with pytest.raises(RuleBroken, match="理由"):
        unmatched.set_aside("Udemy", waiting.key, reason=" ", by=by, at=NOW)
    with pytest.raises(NotAllowed):
        unmatched.match("Udemy", waiting.key, person, by=make.user(person), at=NOW)
    assert not PlatformAccount.objects.exists()


def test_who_had_booked_has_finished_it(by, course, person, waiting):
    seat = training.booking(training.run(course, meets=None), person, status="confirmed")
    unmatched.match("Udemy", waiting.key, person, by=by, at=NOW)
    seat.refresh_from_db()
    assert seat.status == "completed"


@pytest.fixture
def page(client, by):
    log_in(client, by)
    return lambda address, **data: client.get(address, data).content.decode()


def test_the_list_shows_each_account_once_and_can_be_searched(page, waiting):
    shown = page("/completions/unmatched/")
    assert "<strong>2</strong>アカウント" in shown
    assert ACCOUNT in shown
    assert "<strong>1</strong>アカウント" in page("/completions/unmatched/", q="x@")


def test_the_page_suggests_people_and_finds_others(client, page, course, by):
    row = training.unmatched(course, name="髙橋　美咲", account="0001@example.jp")
    likely = make.posting(make.employee("高橋　美咲")).employee
    other = make.posting(make.employee("対馬　葵", employee_number="8888881")).employee
    address = f"/completions/unmatched/{row.pk}/"
    shown = page(address)
    assert "氏名かカナが同じです" in shown
    assert likely.employee_number in shown
    assert other.employee_number not in shown
    assert other.employee_number in page(address, q="對馬")
    answer = client.post(f"{address}match/", {"employee": likely.employee_number}, follow=True)
    assert "修了1件を登録しました" in answer.content.decode()
    assert likely.completions.get().completed_on == date(2026, 7, 10)


def test_nobody_chosen_is_refused_on_the_page(client, page, course):
    row = training.unmatched(course)
    answer = client.post(f"/completions/unmatched/{row.pk}/match/", {"employee": "zzz"})
    assert answer.status_code == 422
    assert "職員を選んでください。" in answer.content.decode()


def test_setting_aside_and_taking_back_on_the_page(client, page, course):
    row = training.unmatched(course)
    address = f"/completions/unmatched/{row.pk}/"
    client.post(f"{address}set-aside/", {"reason": "講師"})
    assert "対象外: 講師" in page(address)
    client.post(f"{address}take-back/", {"back-reason": "職員だった"})
    row.refresh_from_db()
    assert row.state == "waiting"


def test_a_closed_year_refuses_the_match_on_the_page(client, page, course, person):
    row = training.unmatched(course, completed_on=date(2026, 3, 1), fiscal_year=FiscalYear(2025))
    closing.close(FiscalYear(2025), by=None, at=NOW, reason="確定")
    answer = client.post(f"/completions/unmatched/{row.pk}/match/", {"employee": person.employee_number})
    assert answer.status_code == 409
    assert "令和7年度は締められています。" in answer.content.decode()


def test_the_list_asks_as_often_for_three_as_for_thirty(client, by, course, django_assert_max_num_queries):
    log_in(client, by)
    for number in range(3):
        training.unmatched(course, account=f"a{number}@example.jp")
    client.get("/completions/unmatched/")
    with django_assert_max_num_queries(12) as few:
        client.get("/completions/unmatched/")
    for number in range(27):
        training.unmatched(course, account=f"b{number}@example.jp")
    with django_assert_max_num_queries(12) as many:
        client.get("/completions/unmatched/")
    assert len(few) == len(many)


def test_others_do_not_see_it(client):
    log_in(client, make.office(OfficeRole.INFO))
    assert client.get("/completions/unmatched/").status_code == 403
