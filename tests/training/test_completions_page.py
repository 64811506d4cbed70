"""修了者一覧, one completion with its correction, entering by hand, and the personnel record."""

import csv
import io
from datetime import date, datetime

import openpyxl
import pytest

from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.models import AuditEvent
from staff.models import OfficeRole
from tests.architecture.people import log_in
from tests.factories import staff as make
from tests.factories import training
from training.models import Completion

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make.department("情報課", parent=make.bureau("総務部"))


@pytest.fixture
def person(place):
    return make.posting(make.employee("髙橋　美咲"), to=place).employee


@pytest.fixture
def done(person):
    return training.completion(person, training.course(name="DX基礎", code="S1-01", method="elearning", hours="1.5"))


@pytest.fixture
def page(client):
    log_in(client, make.office(OfficeRole.DX))
    return lambda address, **data: client.get(address, data).content.decode()


def test_the_list_is_narrowed_and_searched(page, done, person):
    training.completion(completed_on=date(2025, 6, 1))
    assert "<strong>2</strong>件" in page("/completions/")
    for narrow in ({"q": "高橋"}, {"course": "S1-01"}, {"year": "R8"}, {"bureau": "総務部"}, {"department": "情報"}):
        shown = page("/completions/", **narrow)
        assert "<strong>1</strong>件" in shown, narrow
        assert person.employee_number in shown
    assert "この条件に合う修了はありません" in page("/completions/", q="だれもいない")


def test_revoked_ones_are_shown_when_asked_for(page, done):
    training.completion(revoked_at=datetime(2026, 8, 1, tzinfo=TOKYO), revoked_reason="誤り")
    assert "<strong>1</strong>件" in page("/completions/")
    assert "取消済み" in page("/completions/", state="revoked")


def test_a_head_sees_the_own_people_alone(client, done, place):
    training.completion(training.course() and make.posting().employee)
    log_in(client, make.user(make.head_of(place)))
    shown = client.get("/completions/").content.decode()
    assert "<strong>1</strong>件" in shown
    assert "修了を登録する" not in shown
    assert "訂正と取消" not in client.get(f"/completions/{done.pk}/").content.decode()


def test_the_list_asks_as_often_for_three_as_for_thirty(client, page, django_assert_max_num_queries):
    course = training.course(method="elearning")
    for _ in range(3):
        training.completion(of=course)
    page("/completions/")
    with django_assert_max_num_queries(12) as few:
        page("/completions/")
    for _ in range(27):
        training.completion(of=course)
    with django_assert_max_num_queries(12) as many:
        page("/completions/")
    assert len(few) == len(many)


def test_a_completion_names_what_rests_on_it(page, done, person):
    training.certificate(done)
    training.obligation(training.requirement(done.course, name="全職員必修"), person)
    shown = page(f"/completions/{done.pk}/")
    assert "が発行されています" in shown
    assert "必修研修「全職員必修」" in shown


def test_a_correction_needs_a_reason_and_leaves_a_record(client, page, done):
    address = f"/completions/{done.pk}/correct/"
    typed = {"completed_on": "R8.7.11", "hours": "2", "score": "80"}
    answer = client.post(address, typed)
    assert answer.status_code == 422
    assert 'value="R8.7.11"' in answer.content.decode(), "nothing typed is lost"
    client.post(address, {**typed, "reason": "証明書で確認"})
    done.refresh_from_db()
    assert (done.completed_on, str(done.hours), done.score) == (date(2026, 7, 11), "2.0", 80)
    shown = page(f"/completions/{done.pk}/")
    assert "証明書で確認" in shown
    assert "2026年7月10日" in shown or "令和8年7月10日" in shown


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"completed_on": "R8.12.31"}, "修了日は今日までの日付にしてください。"),
        ({"completed_on": "R8.7.10", "fiscal_year": "R5"}, "か、その前の年度"),
        ({"completed_on": "R8.7.10", "started_on": "R8.7.11"}, "開始日は修了日以前にしてください。"),
        ({"completed_on": "R7.2.30"}, "2月30日という日付は2025年にありません。"),
    ],
)
def test_what_cannot_be_is_refused_in_words(client, page, done, typed, reason):
    answer = client.post(f"/completions/{done.pk}/correct/", {**typed, "reason": "確認"})
    assert answer.status_code in (409, 422)
    assert reason in answer.content.decode()


def test_a_revocation_is_for_good_and_says_why(client, page, done):
    client.post(f"/completions/{done.pk}/revoke/", {"revoke-reason": "本人ではなかった"})
    done.refresh_from_db()
    assert done.revoked_reason == "本人ではなかった"
    answer = client.post(f"/completions/{done.pk}/revoke/", {"revoke-reason": "もう一度"})
    assert answer.status_code == 409
    assert "この修了はすでに取り消されています。" in answer.content.decode()


def entered(person, **more) -> dict[str, str]:
    course = training.course(method="classroom", name="自治大学校派遣")
    typed = {"course": course.pk, "completed_on": "R8.6.19", "reason": "修了証の写しで確認"}
    return {**typed, "numbers": person.employee_number, **more}


def test_entering_shows_whom_it_is_about_before_it_writes(client, page, person):
    other = make.posting(make.employee("対馬　葵")).employee
    typed = entered(person, numbers=f"{person.employee_number}\n{other.employee_number.lstrip('0')}")
    first = client.post("/completions/new/", typed).content.decode()
    assert "2人の令和8年度の修了を登録します" in first
    assert "対馬　葵" in first
    assert not Completion.objects.exists()
    answer = client.post("/completions/new/", {**typed, "confirmed": "1"}, follow=True)
    assert "2人の修了を登録しました。" in answer.content.decode()
    assert set(Completion.objects.values_list("source", "reason")) == {("entered", "修了証の写しで確認")}


def test_last_year_s_work_is_entered_for_last_year(client, page, person):
    client.post("/completions/new/", entered(person, completed_on="R8.4.10", fiscal_year="R7", confirmed="1"))
    assert int(Completion.objects.get().fiscal_year) == 2025


def test_who_has_it_already_is_named_and_nothing_is_written(client, page, person):
    typed = entered(person, confirmed="1")
    client.post("/completions/new/", typed)
    answer = client.post("/completions/new/", typed)
    assert answer.status_code == 409
    assert "の修了がすでに登録されています: 髙橋　美咲" in answer.content.decode()
    assert "1234567x" in client.post("/completions/new/", {**typed, "numbers": "1234567x"}).content.decode()


RECORD = ["職員番号", "氏名", "研修名", "区分", "時間", "開始日", "修了日"]


def read_again(response) -> list[list[str]]:
    content = b"".join(response.streaming_content)
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_personnel_record_has_its_seven_columns(client, page, done, person):
    run = training.run(meets=datetime(2026, 5, 12, 13, tzinfo=TOKYO))
    seat = training.booking(run, person, status="completed")
    training.completion(person, run.course, enrollment=seat, completed_on=date(2026, 5, 20))
    training.completion(person, completed_on=date(2025, 6, 1))
    rows = read_again(client.get("/completions/record/download/", {"format": "csv", "year": "R8"}))
    assert rows == [
        RECORD,
        [person.employee_number, "髙橋　美咲", run.course.name, "集合研修", "3", "2026-05-12", "2026-05-20"],
        [person.employee_number, "髙橋　美咲", "DX基礎", "eラーニング", "1.5", "", "2026-07-10"],
    ]
    assert AuditEvent.objects.filter(action="exported").exists()


def test_the_workbook_is_read_by_another_library_with_numbers_as_numbers(client, page, done):
    answer = client.get("/completions/record/download/", {"format": "xlsx", "year": "R8"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))["データ"]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == RECORD
    assert rows[1][4] == 1.5


def test_days_may_be_written_in_eras_and_a_period_chosen(client, page, done):
    asked = {"format": "csv", "since": "R8.7.10", "until": "R8.7.10", "dates": "era"}
    assert read_again(client.get("/completions/record/download/", asked))[1][-1] == "R08.07.10"
    assert "期間の終わりは" in page("/completions/record/", since="R8.7.10", until="R8.7.1")
    assert len(read_again(client.get("/completions/record/download/", {**asked, "since": "R8.7.11", "until": ""}))) == 1


def test_what_cp932_lacks_is_listed_before_it_is_lost(client, page, done, person):
    type(person).objects.filter(pk=person.pk).update(name="\U00020bb7田　美咲")
    asked = {"format": "csv", "charset": "cp932", "year": "R8"}
    answer = client.get("/completions/record/download/", asked)
    assert answer.status_code == 409
    assert "\U00020bb7" in answer.content.decode()


def test_the_list_is_handed_out_as_it_is_narrowed(client, page, done):
    training.completion()
    rows = read_again(client.get("/completions/download/", {"format": "csv", "course": "S1-01"}))
    assert len(rows) == 2
    assert rows[1][rows[0].index("研修名")] == "DX基礎"
