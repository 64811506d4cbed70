"""The list of certificates: who sees which, how it is narrowed, issuing many at once, the file and the badge."""

import json

import pytest

from staff.models import OfficeRole
from tests.architecture.people import log_in
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import training as make
from tests.staff.reading import text_of
from tests.training.test_certificates import issue, person_and_login
from training.models import Certificate
from training.services import certificates

pytestmark = pytest.mark.django_db


@pytest.fixture
def hr():
    return staff.office(OfficeRole.HR)


def test_everybody_sees_the_own_a_head_the_departments_the_office_all(client, hr):
    place = staff.department()
    mine = issue(make.completion(staff.posting(to=place).employee))[0]
    other = issue(make.completion())[0]
    for login, seen in (
        (staff.user(mine.employee), {mine}),
        (staff.user(staff.head_of(place)), {mine}),
        (hr, {mine, other}),
    ):
        log_in(client, login)
        assert {row for row, _ in client.get("/certificates/").context["page"]} == seen


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "R8-00002"}, [2]),
        ({"q": "2"}, [2, 1, 1]),  # the number 2, and both issues of 職員番号 0000021
        ({"q": "R7-2"}, []),
        ({"state": "revoked"}, [1]),
        ({"state": "valid"}, [2, 1]),
        ({"state": "reissued"}, [1]),
        ({"year": "2026"}, [2, 1, 1]),
        ({"year": "1"}, []),
    ],
)
def test_it_is_narrowed_by_what_stands_in_the_address(client, hr, query, found):
    people = [staff.posting(staff.employee(employee_number=number)).employee for number in ("0000021", "0000030")]
    old, _ = issue(*(make.completion(person) for person in people))
    certificates.reissue(old.pk, reason="紛失", by=hr, at=NOW)
    log_in(client, hr)
    assert [row.number for row, _ in client.get("/certificates/", query).context["page"]] == found


def test_the_office_issues_for_everybody_of_a_course_at_once_and_a_second_time_nobody(client, hr):
    course, person = make.course(), staff.posting().employee
    for _ in range(3):
        make.completion(of=course)
    make.completion(person)
    make.completion(of=course, revoked_at=NOW, revoked_reason="誤り")
    log_in(client, hr)
    page = text_of(client.get(f"/certificates/?course={course.code}"))
    assert "修了証を発行していないものが3件あります" in page
    for told in ("3通発行しました", "発行していない修了証はありません"):
        assert told in text_of(client.post("/certificates/issue/", {"course": course.code}, follow=True))
    assert [row.number for row in Certificate.objects.order_by("number")] == [1, 2, 3]


def test_the_page_asks_the_same_queries_whatever_it_shows(client, hr, django_assert_max_num_queries):
    log_in(client, hr)
    for number in (3, 27):
        issue(*(make.completion() for _ in range(number)))
        client.get("/certificates/")
        with django_assert_max_num_queries(12):
            client.get("/certificates/")


def test_the_file_has_every_issue_with_its_person(client, hr):
    (old,) = issue(make.completion())
    certificates.reissue(old.pk, reason="紛失", by=hr, at=NOW)
    log_in(client, hr)
    response = client.get("/certificates/download/?format=csv")
    lines = b"".join(response).decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert "R8-00001" in lines[1]
    assert "再発行: 紛失" in lines[2]


def test_its_owner_takes_it_along_as_a_badge(client, hr):
    person = person_and_login(client)
    (paper,) = issue(row := make.completion(person, make.course(name="RPA入門", description="自動化の基礎")))
    told = json.loads(client.get(f"/certificates/{paper.pk}/badge.json").content)
    achievement = told["credentialSubject"]["achievement"]
    assert (told["name"], told["validFrom"]) == ("RPA入門", "2026-11-23T00:00:00+09:00")
    assert achievement["description"] == row.course.description
    assert "時間の課程を修了すること。" in achievement["criteria"]["narrative"]
    assert told["id"].endswith(f"/certificates/verify/{paper.code}/")
    certificates.revoke(paper.pk, reason="誤発行", by=hr, at=NOW)
    assert client.get(f"/certificates/{paper.pk}/badge.json").status_code == 404


def test_a_run_that_was_held_leads_to_the_certificates_of_its_people(client, hr):
    run = make.run(status="held")
    row = make.completion(of=run.course, enrollment=make.booking(run, status="completed"))
    issue(row, make.completion(of=run.course))
    log_in(client, hr)
    assert f"/certificates/?run={run.pk}" in client.get(f"/runs/{run.pk}/").content.decode()
    (found,) = client.get(f"/certificates/?run={run.pk}").context["page"]
    assert found[0].completion_id == row.pk
