"""What went wrong is said in our frame, in Japanese, and gives nothing away."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from staff.models import OfficeRole
from tests.factories import staff
from tests.failing_urls import DETAIL, REASON

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client, settings):
    settings.ROOT_URLCONF = "tests.failing_urls"
    client.force_login(staff.user(staff.employee("青森　太郎")))
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("kind", ["403", "409"])
def test_a_refusal_keeps_the_frame_and_says_why(visitor, kind):
    answer = visitor.get(f"/fail/{kind}/")
    page = answer.content.decode()
    assert answer.status_code == int(kind)
    assert REASON in page
    assert "青森　太郎" in page


def test_a_library_s_refusal_is_told_in_our_words(visitor):
    page = visitor.get("/fail/403-library/").content.decode()
    assert "権限がありません" in page
    assert DETAIL not in page


@pytest.mark.parametrize("kind", ["403", "409"])
def test_a_fragment_is_refused_with_a_fragment(visitor, kind):
    page = visitor.get(f"/fail/{kind}/", headers={"HX-Request": "true"}).content.decode()
    assert REASON in page
    assert "<html" not in page
    assert "<header" not in page


@pytest.mark.parametrize("kind", ["400", "500"])
def test_a_broken_page_needs_no_database_and_tells_no_detail(visitor, kind):
    with CaptureQueriesContext(connection) as asked:
        answer = visitor.get(f"/fail/{kind}/")
    page = answer.content.decode()
    assert answer.status_code == int(kind)
    assert f"エラー {kind}" in page
    assert DETAIL not in page
    assert {"django_session", "staff_user"} >= {query["sql"].split('FROM "')[1].split('"')[0] for query in asked}


def test_a_foreign_host_name_gets_the_page_of_a_bad_request(client, settings):
    settings.ALLOWED_HOSTS = ["dx.example.jp"]
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "要求を受け付けられませんでした" in answer.content.decode()


def test_what_is_hidden_looks_like_what_does_not_exist(client):
    client.force_login(staff.office(OfficeRole.HR))
    hidden, missing = client.get(reverse("ui")), client.get("/there-is-nothing/")
    assert hidden.status_code == missing.status_code == 404
    assert _without_token(hidden) == _without_token(missing)


def test_a_stranger_gets_the_page_too_without_menu(client):
    answer = client.get("/there-is-nothing/")
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "ページが見つかりません" in page
    assert "<nav" not in page


def test_a_form_from_another_time_is_refused_with_advice():
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x", "password": "y"})
    assert answer.status_code == 403
    assert "画面の有効期限が切れました" in answer.content.decode()


def _without_token(answer) -> str:
    page = answer.content.decode()
    token = str(answer.context["csrf_token"])
    return page.replace(token, "")
