"""The frame of every page: who one is, the menu by role, what the office must know."""

import re
from datetime import date, timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib import admin
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.utils.translation import gettext

from aomori_dx import errors
from aomori_dx.kernel import progress
from aomori_dx.kernel.models import Heartbeat
from reports import shell
from staff.models import OfficeRole
from tests.conftest import NOW
from tests.factories import staff

pytestmark = pytest.mark.django_db


def shell_of(user, path: str = "/") -> shell.Shell:
    request = RequestFactory().get(path)
    request.user = user
    return shell.Shell(request, NOW)


def labels(user) -> set[str]:
    return {line.label for line in shell_of(user).menu}


def screens(app: str, *names: str):
    return path(f"{app}/", include(([path(f"{name}/", errors.not_found, name=name) for name in names], app)))


@pytest.fixture
def _every_screen(settings):
    """An installation in which each address of the menu exists."""
    settings.ROOT_URLCONF = (
        screens("reports", "home", "dashboard", "departments"),
        screens("stages", "promoters", "department", "self-nomination"),
        screens("staff", "imports"),
        path("admin/", admin.site.urls),
        path("ui/", errors.not_found, name="ui"),
    )


class TestMenu:
    OFFICE = {"ホーム", "ダッシュボード", "DX推進員", "推薦の状況"}

    @pytest.mark.usefixtures("_every_screen")
    @pytest.mark.parametrize(
        ("role", "expected"),
        [
            (OfficeRole.HR, OFFICE | {"ファイルの取込"}),
            (OfficeRole.DX, OFFICE | {"ファイルの取込"}),
            (OfficeRole.INFO, OFFICE | {"データの訂正", "部品一覧"}),
            (OfficeRole.ADMIN, OFFICE | {"データの訂正", "部品一覧"}),
            (OfficeRole.VIEWER, {"ホーム", "ダッシュボード"}),
        ],
    )
    def test_a_role_sees_what_it_may_open(self, role, expected):
        assert labels(staff.office(role)) == expected

    @pytest.mark.usefixtures("_every_screen")
    def test_employees_may_apply_and_heads_have_a_page_of_their_department(self):
        assert labels(staff.user(staff.head_of(staff.department()))) == {"ホーム", "自分の所属", "自薦"}
        assert labels(staff.user(staff.employee())) == {"ホーム", "自薦"}

    @pytest.mark.usefixtures("_every_screen")
    def test_a_role_that_ended_yesterday_opens_nothing(self):
        user = staff.office(OfficeRole.DX)
        user.grants.update(valid_to=NOW.date())
        assert labels(user) == {"ホーム"}

    def test_a_screen_that_does_not_exist_is_left_out(self, settings):
        settings.ROOT_URLCONF = (screens("reports", "home", "departments"),)
        assert labels(staff.office(OfficeRole.INFO)) == {"ホーム", "推薦の状況"}

    def test_the_components_are_for_development(self, settings):
        settings.SHOW_COMPONENTS = False
        assert "部品一覧" not in labels(staff.office(OfficeRole.INFO))

    def test_a_long_menu_stands_under_headings_and_a_short_one_is_one_list(self):
        """Every line once, in the same order; no heading without a line."""
        dx = shell_of(staff.office(OfficeRole.DX))
        assert [part.label for part in dx.sections] == ["", "自分", "育成", "推薦", "研修", "組織", "管理"]
        assert [line for part in dx.sections for line in part.lines] == dx.menu
        assert len({entry.label for entry in shell.MENU}) == len(shell.MENU)
        head = shell_of(staff.user(staff.head_of(staff.department())))
        assert [part.label for part in head.sections] == ["", "自分", "所属長", "育成", "研修", "組織"]
        employee = shell_of(staff.user(staff.posting().employee))
        assert [part.label for part in employee.sections] == [""]

    def test_the_headings_are_part_of_the_list(self, client):
        client.force_login(staff.office(OfficeRole.DX))
        page = client.get("/").content.decode()
        assert re.search(r'<span class="menu-head">研修</span><ul>\s*<li><a href="/courses/"', page)

    def test_a_stranger_has_no_menu(self, client):
        page = client.get("/accounts/login/").content.decode()
        assert "<nav" not in page

    @pytest.mark.parametrize(
        ("address", "here", "within"),
        [
            ("/", "ホーム", "ホーム"),
            ("/stages/promoters/", "DX推進員", "DX推進員"),
            ("/stages/promoters/7/", None, "DX推進員"),
            ("/stages/promoters/late/", "推薦の状況", "推薦の状況"),
            ("/elsewhere/", None, None),
        ],
    )
    def test_the_entry_one_is_in_is_marked_and_no_other(self, settings, address, here, within):
        late = path("stages/promoters/late/", errors.not_found, name="departments")
        settings.ROOT_URLCONF = (
            path("", include(([path("", errors.not_found, name="home"), late], "reports"))),
            path("", include(([path("stages/promoters/", errors.not_found, name="promoters")], "stages"))),
        )
        lines = shell_of(staff.office(OfficeRole.DX), address).menu
        assert [line.label for line in lines if line.here] == ([here] if here else [])
        assert [line.label for line in lines if line.within] == ([within] if within else [])


class TestWho:
    def test_the_header_shows_name_place_and_fiscal_year(self, client):
        person = staff.employee("青森　太郎")
        staff.posting(person, to=staff.department("財政課"), title="主査")
        client.force_login(staff.user(person))

        header = re.search(r"<header.*?</header>", client.get("/").content.decode(), re.DOTALL)[0]

        for word in ("青森　太郎", "財政課", "主査", person.employee_number, "令和8年度"):
            assert word in header

    def test_logging_out_is_a_form(self, client):
        client.force_login(staff.user(staff.employee()))
        page = client.get("/").content.decode()
        assert re.search(r'<form method="post" action="/accounts/logout/">', page)


class TestNotice:
    def test_the_office_is_told_when_the_worker_is_silent(self, settings):
        user = staff.office(OfficeRole.DX)
        assert "止まっています" in shell_of(user).notice

        silence = timedelta(seconds=settings.WORKER_SILENCE_SECONDS)
        progress.beat(at=NOW - silence)
        assert "11月23日 9:58から止まっています" in shell_of(user).notice

        progress.beat(at=NOW - silence + timedelta(seconds=1))
        assert shell_of(user).notice == ""

    def test_nobody_else_is_troubled_with_it(self):
        for user in (staff.user(staff.employee()), staff.office(OfficeRole.VIEWER)):
            assert shell_of(user).notice == ""


class TestCost:
    def test_the_frame_asks_five_questions_at_most(self, client):
        """Name, roles, postings, deputyships, worker; the session and the login come on top."""
        person = staff.employee()
        user = staff.user(person)
        staff.posting(person)
        staff.OfficeRoleGrant.objects.create(user=user, role=OfficeRole.INFO, valid_from=date(2024, 4, 1))
        client.force_login(user)

        with CaptureQueriesContext(connection) as asked:
            client.get("/ui/")

        tables = [re.search(r'FROM "(\w+)"', query["sql"])[1] for query in asked]
        assert tables.count("django_session") == tables.count("staff_user") == 1
        assert len(tables) - 2 <= 5

    def test_a_page_without_a_frame_pays_nothing(self, django_assert_num_queries):
        user = staff.office(OfficeRole.DX)
        Heartbeat.objects.all().delete()
        with django_assert_num_queries(0):
            request = RequestFactory().get("/")
            request.user = user
            assert shell.shell(request)["this_year"].short == "R8"


class TestComponents:
    @pytest.mark.parametrize(
        ("role", "status"), [(OfficeRole.INFO, 200), (OfficeRole.ADMIN, 200), (OfficeRole.HR, 404)]
    )
    def test_those_who_run_the_system_see_all_components(self, client, role, status):
        client.force_login(staff.office(role))
        assert client.get("/ui/").status_code == status

    def test_they_do_not_exist_where_the_settings_hide_them(self, client, settings):
        settings.SHOW_COMPONENTS = False
        client.force_login(staff.office(OfficeRole.INFO))
        assert client.get("/ui/").status_code == 404


class TestLogin:
    def test_the_login_asks_for_the_employee_number_and_offers_no_sign_up(self, client):
        page = client.get("/accounts/login/").content.decode()
        assert "職員番号" in page
        assert "/accounts/signup/" not in page
        assert '<html lang="ja">' in page

    @pytest.mark.parametrize(
        "address",
        [
            "email/",
            "confirm-email/",
            "confirm-email/x/",
            "password/reset/done/",
            "password/reset/key/1-set-password/",
            "login/code/confirm/",
        ],
    )
    def test_what_needs_mail_is_closed(self, client, address):
        assert client.get(f"/accounts/{address}").status_code == 404
        client.force_login(staff.user(staff.employee()))
        assert client.get(f"/accounts/{address}").status_code == 404

    def test_who_forgot_the_password_is_told_whom_to_ask(self, client):
        page = client.get("/accounts/password/reset/").content.decode()
        assert "情報政策担当" in page
        assert "<form" not in page
        assert client.post("/accounts/password/reset/", {"email": "x@example.jp"}).status_code == 405

    def test_nobody_signs_up(self, client):
        assert "登録できません" in client.get("/accounts/signup/").content.decode()
        client.post("/accounts/signup/", {"username": "x1", "password1": "Longer-1234", "password2": "Longer-1234"})
        assert not staff.User.objects.filter(username="x1").exists()

    def test_the_libraries_speak_the_office_s_words(self):
        assert django_settings.LANGUAGE_CODE == "ja"
        assert gettext("This field is required.") == "この項目は必須です。"
