"""回答済, 推薦なし and 未回答: every way of answering, under every name, in a constant number of queries."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staff.models import Succession
from stages.models import Exemption
from stages.services import coverage
from tests.conftest import NOW
from tests.factories import nominations as make
from tests.factories import staff as make_staff
from tests.factories import stages as make_stages
from tests.factories.stages import R7, R8

pytestmark = pytest.mark.django_db

TODAY = NOW.date()


def states(on=TODAY):
    return {row.department.name: str(row.state) for row in coverage.answers(R8, on=on)}


def renamed(old, name, on):
    """The same place under another name from `on`."""
    old.valid_to = on
    old.save()
    new = make_staff.department(name, parent=old.parent, code=old.code, valid_from=on)
    Succession.objects.create(predecessor=old, successor=new, on=on, kind="renamed")
    return new


@pytest.mark.parametrize("status", ["submitted", "in_review", "returned", "reserve", "accepted"])
def test_a_live_recommendation_is_an_answer(status):
    make.call()
    where = make.house()
    row = make.nomination(where, status=status)

    answer = next(each for each in coverage.answers(R8, on=TODAY) if each.department == where.place)
    assert (answer.state, answer.nominations) == ("answered", (row,))
    assert coverage.unanswered(R8, on=TODAY) == []


@pytest.mark.parametrize("status", ["draft", "withdrawn", "declined", "turned_down"])
def test_what_holds_no_place_is_no_answer(status):
    make.call()
    where = make.house()
    make.nomination(where, status=status)

    assert [row.department for row in coverage.unanswered(R8, on=TODAY)] == [where.place]


def test_every_other_way_of_answering_and_of_not_answering():
    make.call()
    named = {
        name: make_staff.department(name)
        for name in ("推薦なし", "撤回", "名簿で任命", "辞退した推進員", "自薦だけ", "前年度", "免除", "推薦対象外")
    }
    make.decline(named["推薦なし"])
    make.decline(named["撤回"], taken_back_at=NOW)
    make_stages.promoter(department=named["名簿で任命"])
    make_stages.promoter(department=named["辞退した推進員"], withdrawn_on=date(2026, 7, 1))
    make_stages.promoter(department=named["自薦だけ"], route="self")
    make_stages.promoter(department=named["前年度"], cohort=R7)
    Exemption.objects.create(department=named["免除"], fiscal_year=R8, reason="小規模")
    named["推薦対象外"].nominates = False
    named["推薦対象外"].save()

    unanswered = ("撤回", "辞退した推進員", "自薦だけ", "前年度")
    assert states() == {"推薦なし": "declined", "名簿で任命": "answered", **dict.fromkeys(unanswered, "unanswered")}


def test_an_answer_under_a_former_name_is_the_departments_answer():
    make.call()
    where = make.house(name="情報システム課")
    make.nomination(where, status="submitted")
    refused = make_staff.department("旧推薦なし課")
    make.decline(refused)
    listed = make_staff.department("旧名簿課")
    make_stages.promoter(department=listed)
    for old, name in ((where.place, "DX推進課"), (refused, "新推薦なし課"), (listed, "新名簿課")):
        renamed(renamed(old, f"中間の{name}", date(2026, 11, 10)), name, date(2026, 11, 20))

    assert states() == {"DX推進課": "answered", "新推薦なし課": "declined", "新名簿課": "answered"}


def test_who_heads_it_stands_beside_it_with_the_deputy():
    place = make_staff.department("行政経営課")
    head = make_staff.head_of(place)
    head.name = "髙橋　𠮷子"
    head.save()
    make_staff.absence(head)
    make_staff.deputy(place, make_staff.posting(make_staff.employee("工藤　蓮"), to=place).employee)
    make_staff.head_of(place, valid_to=date(2025, 4, 1), employee=make_staff.employee("前任　者"))
    gone = make_staff.employee("退職　者", left_on=TODAY)
    make_staff.posting(gone, to=place, is_head=True)

    [answer] = coverage.answers(R8, on=TODAY)
    assert answer.head_names == "髙橋　𠮷子、工藤　蓮(代理)"
    assert [holder.away for holder in answer.heads] == [True, False]


def test_a_department_that_begins_with_the_year_is_asked_through_the_head_of_today():
    place = make_staff.department("旧課")
    make_staff.posting(make_staff.employee("工藤　蓮"), to=place, is_head=True)
    renamed(place, "新課", R8.first_day)

    [answer] = coverage.answers(R8, on=date(2026, 3, 20))
    assert (answer.department.name, answer.head_names) == ("新課", "工藤　蓮")


def test_the_number_of_queries_does_not_grow_with_the_departments():
    make.call()

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            coverage.answers(R8, on=TODAY)
        return len(caught)

    make.nomination(make.house(), status="submitted")
    few = queries()
    for _ in range(5):
        make.nomination(make.house(), status="submitted")
    assert queries() == few <= 10
