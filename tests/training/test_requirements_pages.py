"""The pages of required training: what they show to whom, and what they refuse."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aomori_dx.kernel.models import AuditEvent, Job
from staff.models import Notice, OfficeRole
from tests.architecture.people import log_in
from tests.factories import staff as make
from tests.factories import training
from tests.factories.stages import R8
from training.models import Requirement
from training.services import requirements

pytestmark = pytest.mark.django_db
LATE = date(2026, 11, 13)


def as_(user) -> Client:
    client = Client()
    log_in(client, user)
    return client


@pytest.fixture
def hr():
    return as_(make.office(OfficeRole.HR, person=make.posting().employee))


def page(client, name, *args, status=200, **query):
    answer = client.get(reverse(f"training:{name}", args=args), query)
    assert answer.status_code == status
    return answer.content.decode()


def given(**fields) -> dict:
    course = fields.pop("course", None) or training.course()
    return {
        "name": "全職員研修", "course": course.pk, "obliges": "everybody", "first_year": "R8", "every_years": 1,
        "due_month": 12, "due_day": 31, "grace_days": 60, **fields,
    }  # fmt: skip


def test_the_list_has_the_rate_and_both_numbers(hr):
    rule = training.requirement(name="全職員デジタル研修")
    done, *_others = [training.obligation(rule, due_on=LATE) for _ in range(3)]
    training.completion(done.employee, rule.course)
    text = page(hr, "requirements")
    assert "全職員デジタル研修" in text
    assert "33.3%" in text


def test_the_ranking_is_by_department_or_bureau_sorted_and_narrowed(hr):
    rule = training.requirement()
    bad, good = make.department("悪い課"), make.department("良い課")
    training.obligation(rule, make.posting(to=bad).employee)
    training.completion(training.obligation(rule, make.posting(to=good).employee).employee, rule.course)
    text = page(hr, "requirement", rule.pk, sort="-percent")
    assert text.index("良い課") < text.index("悪い課")
    assert "悪い課" not in page(hr, "requirement", rule.pk, q="良い")
    assert bad.parent.name in page(hr, "requirement", rule.pk, by="bureau")
    assert f"department={bad.code}" in text


def test_the_names_are_first_those_who_have_not_done_it_with_the_days_late(hr):
    rule = training.requirement()
    late = training.obligation(rule, make.posting(make.employee("遅れ　太郎")).employee, due_on=LATE)
    done = training.obligation(rule, make.posting(make.employee("済み　花子")).employee)
    training.completion(done.employee, rule.course)
    text = page(hr, "requirement-people", rule.pk)
    assert "遅れ　太郎" in text
    assert "済み　花子" not in text
    assert '<td class="num">10</td>' in text
    assert "済み　花子" in page(hr, "requirement-people", rule.pk, state="all")
    assert "遅れ　太郎" in page(hr, "requirement-people", rule.pk, q=late.employee.employee_number)
    assert AuditEvent.objects.filter(action="viewed", model="training.obligation").count() == 3


def test_a_day_to_come_is_refused_and_a_past_one_is_answered(hr):
    rule = training.requirement()
    training.obligation(rule)
    text = page(hr, "requirement", rule.pk, on="2026-12-01", status=422)
    assert "今日までの日付" in text
    page(hr, "requirement-people", rule.pk, on="R8.9.30")


@pytest.mark.parametrize("name", ["requirement-download", "requirement-people-download"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_lists_can_be_taken_away(hr, name, form):
    rule = training.requirement()
    training.obligation(rule)
    answer = hr.get(reverse(f"training:{name}", args=[rule.pk]), {"format": form})
    assert b"".join(answer.streaming_content)
    assert AuditEvent.objects.filter(action="exported").count() == 1


def test_the_preview_says_how_many_and_saves_nothing(hr):
    make.posting(is_manager=True)
    answer = hr.post(reverse("training:requirement-new"), {**given(obliges="managers"), "preview": "1"})
    assert "<strong>1人</strong>" in answer.content.decode()
    assert not Requirement.objects.exists()


def test_a_saved_rule_is_assigned_in_the_background(hr):
    answer = hr.post(reverse("training:requirement-new"), given())
    assert answer.status_code == 302
    assert Requirement.objects.get().first_year == R8
    assert Job.objects.filter(kind=requirements.KIND).exists()


@pytest.mark.parametrize(("fields", "why"), [
    ({"first_year": "R7"}, "開始年度は令和8年度以後"),
    ({"obliges": "new_hires", "every_years": 3}, "何年度ごとは1"),
    ({"due_month": 13}, "期限の月日"),
    ({"every_years": 0}, "1以上"),
    ({"name": ""}, "必須"),
])  # fmt: skip
def test_an_unsound_rule_is_refused_with_what_was_typed(hr, fields, why):
    answer = hr.post(reverse("training:requirement-new"), given(**{"grace_days": 77, **fields}))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert why in text
    assert 'value="77"' in text
    assert not Requirement.objects.exists()


def test_a_rule_with_people_keeps_its_course_and_can_be_ended(hr):
    row = training.obligation()
    rule = row.requirement
    answer = hr.post(reverse("training:requirement-edit", args=[rule.pk]), given())
    assert "すでに対象者がいるため" in answer.content.decode()
    ended = given(course=rule.course, last_year="R8", name="終わる研修")
    assert hr.post(reverse("training:requirement-edit", args=[rule.pk]), ended).status_code == 302
    rule.refresh_from_db()
    assert (rule.last_year, rule.name) == (R8, "終わる研修")
    assert "R8で終了" in page(hr, "requirements")


def test_reminding_tells_those_of_the_list(hr):
    rule = training.requirement()
    here = training.obligation(rule, due_on=LATE)
    training.obligation(rule, due_on=LATE)
    place = here.employee.postings.get().department
    address = f"{reverse('training:requirement-remind', args=[rule.pk])}?department={place.code}"
    assert "<strong>1人</strong>" in hr.get(address).content.decode()
    sent = {"to": "people", "title": "お願い", "body": "受講してください。"}
    assert hr.post(address, sent).status_code == 302
    assert [notice.employee for notice in Notice.objects.filter(key__startswith="required:")] == [here.employee]
    assert hr.post(address, sent).status_code == 409


def test_a_head_sees_the_own_people_by_name_and_nobody_elses():
    """R70"""
    place, other = make.department(), make.department()
    rule = training.requirement()
    training.obligation(rule, make.posting(make.employee("所属　花子"), to=place).employee, due_on=LATE)
    training.obligation(rule, make.posting(make.employee("兼務　次郎"), to=place, is_primary=False).employee)
    training.obligation(rule, make.posting(make.employee("他所　三郎"), to=other).employee)
    head = as_(make.user(make.head_of(place)))
    text = page(head, "department-training")
    assert "所属　花子" in text
    assert "兼務　次郎" in text
    assert "他所　三郎" not in text
    page(head, "department-training", department=other.code, status=404)
    page(head, "department-training-download", department=other.code, status=404)


def test_the_deputy_sees_it_and_the_former_head_no_more():
    place = make.department()
    deputy = make.deputy(place)
    page(as_(make.user(deputy.employee)), "department-training")
    page(as_(make.user(make.head_of(place, valid_to=date(2026, 11, 23)))), "department-training", status=403)


def test_the_home_page_tells_the_person_the_head_and_the_office(hr):
    place = make.department()
    rule = training.requirement(name="全職員研修")
    row = training.obligation(rule, make.posting(to=place).employee, due_on=LATE)
    mine = as_(make.user(row.employee)).get("/").content.decode()
    assert "必修研修「全職員研修」" in mine
    assert "10日過ぎています" in mine
    head = as_(make.user(make.head_of(place))).get("/").content.decode()
    assert "所属の必修研修の未受講者" in head
    assert "うち1人は期限を過ぎています" in head
    assert "0/1人(0.0%)" in hr.get("/").content.decode()


@pytest.mark.parametrize("name", ["requirements", "requirement", "requirement-people", "department-training"])
def test_the_queries_are_the_same_for_three_rows_and_thirty(name):
    place = make.department()
    rule = training.requirement()
    head = make.head_of(place)
    user = make.user(head)
    user.grants.create(role=OfficeRole.HR, valid_from=date(2020, 4, 1))
    client = as_(user)
    address = reverse(f"training:{name}", args=[rule.pk] if name in ("requirement", "requirement-people") else [])
    counts = []
    for number in (3, 27):
        for _ in range(number):
            training.obligation(rule, make.posting(to=place).employee, due_on=LATE)
            training.obligation(rule, due_on=LATE)
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(address).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 12
