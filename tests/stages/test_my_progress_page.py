"""`/me/progress/`: where one is, what is asked, and the one thing to do next; the head reads the same."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stages import own_path
from stages.models import StageEnrollment
from tests.conftest import NOW
from tests.factories import growth, programme
from tests.factories import staff as make
from tests.factories import stages as make_stages
from tests.factories import training as make_training
from tests.factories.stages import R6, R7, R8
from tests.stages.test_recomputing import lasting, someone

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def page_of(row: StageEnrollment, address: str = "/me/progress/") -> str:
    client = Client()
    client.force_login(make.user(row.promoter.employee))
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def path_of(row: StageEnrollment) -> own_path.Path:
    return own_path.of(row.promoter, as_of=TODAY)


def test_the_button_leads_straight_to_the_elearning():
    course = lasting(url="https://learn.example.jp/dx", name="DX基礎")
    page = page_of(someone(course, make_training.course()))
    assert "次にやること" in page
    assert 'href="https://learn.example.jp/dx"' in page
    assert "DX基礎" in page
    assert "令和9年2月28日" in page


def test_a_course_with_a_run_leads_to_its_page_and_one_without_is_said_to_have_none():
    course, other = make_training.course(), make_training.course()
    make_training.run(course)
    page = page_of(someone(course, other))
    assert f'href="/courses/{course.code}/"' in page
    assert "申し込める開催回がありません" in page


def test_what_is_booked_is_not_the_next_thing_while_something_else_waits():
    booked, free = make_training.course(), lasting(url="https://learn.example.jp/b")
    row = someone(booked, free)
    make_training.booking(make_training.run(booked), row.promoter.employee, status="confirmed")
    path = path_of(row)
    assert path.next.href == "https://learn.example.jp/b"
    assert "受講予定 令和8年12月15日" in page_of(row)
    make_training.completion(row.promoter.employee, free)
    assert path_of(row).next.label == "申込を確認する"


def test_who_is_no_promoter_is_led_to_the_self_nomination():
    client = Client()
    client.force_login(make.user(make.posting().employee))
    page = client.get("/me/progress/").content.decode()
    assert "まだDX推進員に任命されていません" in page
    assert "/nominations/self/" in page


def _of_stage_five() -> StageEnrollment:
    return someone(lasting(), stage=5, status="completed", status_on=TODAY)


def _without_year() -> StageEnrollment:
    return StageEnrollment(promoter=make_stages.promoter(make.posting().employee))


def _withdrawn() -> StageEnrollment:
    row = someone(lasting())
    row.promoter.withdrawn_on = TODAY
    row.promoter.save()
    return row


def _away() -> StageEnrollment:
    row = someone(lasting())
    make.absence(row.promoter.employee, valid_from=date(2026, 11, 1))
    return row


def _met() -> StageEnrollment:
    course = lasting()
    row = someone(course)
    make_training.completion(row.promoter.employee, course)
    return row


STATES = {
    "just appointed": (_without_year, "ステージの育成が始まると"),
    "no curriculum yet": (make_stages.enrollment, "カリキュラムが決まると"),
    "on leave": (_away, "休職等の間、期限は止まります"),
    "suspended": (lambda: someone(lasting(), status="suspended", status_on=TODAY), "から中断しています"),
    "withdrawn": (_withdrawn, "辞退されています"),
    "finished all": (_of_stage_five, "すべてのステージを終えました"),
    "completed": (lambda: someone(lasting(), status="completed", status_on=TODAY), "次は②業務改善です"),
    "not completed": (
        lambda: someone(lasting(), status="not_completed", status_on=TODAY, outcome="repeat"),
        "判定は「再履修」です",
    ),
    "left the year": (lambda: someone(lasting(), status="withdrawn", status_on=TODAY), "を辞退しました"),
    "everything done": (_met, "修了判定をお待ちください"),
}


@pytest.mark.parametrize("name", STATES)
def test_every_state_is_said_in_words(name):
    build, words = STATES[name]
    assert words in page_of(build())


def test_only_who_is_going_on_is_told_what_is_next():
    for name in ("withdrawn", "finished all", "not completed", "suspended"):
        assert path_of(STATES[name][0]()).next is None, name


def test_the_next_stage_is_shown_before_it_begins():
    row = someone(lasting())
    growth.curriculum(lasting(name="業務フロー"), stage=2)
    page = page_of(row)
    assert "次のステージ ②業務改善" in page
    assert "業務フロー" in page


def test_certificates_and_the_years_before_are_there():
    person = make.posting().employee
    who = make_stages.promoter(person, cohort=R6)
    make_stages.enrollment(who, fiscal_year=R6, status="completed", status_on=date(2025, 2, 20))
    row = make_stages.enrollment(who, stage=2, fiscal_year=R7)
    make_training.certificate(make_training.completion(person, lasting(name="統計基礎")))
    page = page_of(row)
    assert "令和6年度 ①業務効率化" in page
    assert "統計基礎" in page


def test_five_years_cost_no_more_queries_than_one():
    short = someone(lasting())
    person = make.posting().employee
    long = make_stages.promoter(person, cohort=R6)
    for number, year in enumerate((R6, R7, R8), 1):
        asked = growth.curriculum(*[lasting() for _ in range(9)], stage=number, practice=True, fiscal_year=year)
        row = make_stages.enrollment(long, stage=number, fiscal_year=year, curriculum=asked)
        for item in asked.items.exclude(course=None):
            make_training.certificate(make_training.completion(person, item.course))
        growth.report(row)

    def count(user) -> int:
        client = Client()
        client.force_login(user)
        client.get("/me/progress/")
        with CaptureQueriesContext(connection) as found:
            assert client.get("/me/progress/").status_code == 200
        return len(found)

    few = count(make.user(short.promoter.employee))
    assert count(make.user(person)) == few <= 15


def test_the_head_reads_it_of_the_own_people_and_of_nobody_else():
    row = someone(lasting(name="DX基礎"))
    place = row.promoter.employee.postings.get().department
    client = Client()
    client.force_login(make.user(make.head_of(place)))
    address = f"/department/promoters/{row.promoter.pk}/"
    page = client.get(address).content.decode()
    assert "DX基礎" in page
    assert "受講のしかたを見る" not in page  # read-only
    assert address in client.get("/department/").content.decode()
    stranger = someone(lasting())
    assert client.get(f"/department/promoters/{stranger.promoter.pk}/").status_code == 404
    client.force_login(programme.officer())
    assert client.get(address).status_code == 403


def test_what_can_be_taken_up_now_comes_before_what_has_no_run():
    without, now = make_training.course(), lasting()
    row = someone(without, now)
    row.curriculum.items.filter(course=without).update(due_on=date(2026, 12, 1))
    assert now.name in path_of(row).next.words
