"""Every page of the admin: who may open it, that it opens, that it keeps the strict policy, how often it asks."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import reverse

from aomori_dx.kernel import audit
from aomori_dx.kernel.clock import now
from aomori_dx.kernel.models import AuditEvent
from staff.models import OfficeRole
from tests.admin_pages import (
    address,
    client_of,
    corrector,
    forbidden_markup,
    list_address,
    one_of_each,
    registered,
    watcher,
)
from tests.factories import staff as make
from tests.factories import stages as make_stages

pytestmark = pytest.mark.django_db

NOT_SHOWN = {"kernel.heartbeat", "kernel.cacheentry", "staff.changesetfile", "staff.changepage", "staff.noticereading"}
"""No records of anybody: /healthz/ shows the first; the others are for programs alone."""
HOUSE = ("kernel", "staff", "training", "stages")


def pages_of(model, model_admin):
    """Every address that a model's pages have, for its first row."""
    row = model._default_manager.first()
    assert row is not None, f"one_of_each() lacks a {model.__name__}"
    named = {pattern.name for pattern in model_admin.get_urls() if pattern.name}
    prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
    for name in sorted(named):
        page = name.removeprefix(prefix)
        if page == "process_import":
            continue
        takes_object = page not in {"changelist", "add", "import", "export"}
        yield page, reverse(f"admin:{name}", args=[row.pk] if takes_object else [])


def test_every_page_opens_for_who_corrects_without_inline_script_or_style():
    one_of_each()
    client = corrector()
    opened = 0
    for model, model_admin in registered():
        for page, where in pages_of(model, model_admin):
            response = client.get(where)
            shown = {"add": model_admin.has_add_permission, "delete": model_admin.has_delete_permission}
            may = shown[page](response.wsgi_request) if page in shown else True
            assert response.status_code == (200 if may else 403), where
            assert forbidden_markup(response) == [], where
            opened += 1
    assert opened > 80


def test_forbidden_markup_is_noticed(rf):
    client = corrector()
    response = client.get(reverse("admin:index"))
    assert forbidden_markup(response) == []
    response.content = (
        b'<p style="x">a</p><a onclick="x()">b</a><style>p{}</style><script>x()</script><a href="javascript:x">c</a>'
        b'<script type="application/json">{}</script><script src="/a.js"></script>'
    )
    assert len(forbidden_markup(response)) == 5


def test_every_table_of_the_house_has_its_page():
    ours = {model._meta.label_lower for label in HOUSE for model in apps.get_app_config(label).get_models()}
    assert ours - {model._meta.label_lower for model, _ in registered()} == NOT_SHOWN


def test_what_packages_bring_along_has_no_page():
    """Authenticators with their secrets, mail addresses, groups: nothing of it leaves a record."""
    assert {model._meta.app_label for model, _ in registered()} <= set(HOUSE)


def test_every_list_can_be_searched_and_filtered():
    for model, model_admin in registered():
        assert model_admin.search_fields, model
        assert model_admin.list_filter, model
        assert model_admin.search_help_text, model


def test_who_only_watches_sees_everything_and_changes_accounts_alone():
    one_of_each()
    client = watcher()
    for model, model_admin in registered():
        row = model._default_manager.first()
        page = client.get(address(row))
        assert page.status_code == 200, model
        changes = model._meta.model_name in {"user", "officerolegrant"}
        assert ("correction_reason" in page.content.decode()) == changes, model
        if not changes:
            for where in (address(row), address(row, "delete")):
                assert client.post(where, {"correction_reason": "まちがいの訂正です"}).status_code == 403, where
            assert client.get(list_address(model, "add")).status_code == 403, model
        if hasattr(model_admin, "import_action"):
            assert client.get(list_address(model, "import")).status_code == 403, model
            assert client.post(list_address(model, "process_import")).status_code == 403, model
            assert client.get(list_address(model, "export")).status_code == 200, model


@pytest.mark.parametrize("role", [OfficeRole.HR, OfficeRole.DX, OfficeRole.VIEWER])
def test_other_roles_are_told_that_the_admin_is_closed_to_them(role):
    client = client_of(make.office(role))
    one_of_each()
    for where in (reverse("admin:index"), list_address(AuditEvent), "/admin/staff/nothing/", "/admin/jsi18n/"):
        response = client.get(where)
        assert response.status_code == 403, where
        assert "情報政策担当とデータ管理者だけ" in response.content.decode()


def test_a_head_an_employee_and_a_role_of_yesterday_are_told_too():
    head = make.user(make.head_of(make.department()))
    former = make.office(OfficeRole.ADMIN)
    former.grants.update(valid_to=date(2026, 11, 23))
    for account in (head, make.user(make.employee()), former):
        assert client_of(account).get(reverse("admin:index")).status_code == 403


def test_a_role_of_tomorrow_opens_nothing_yet():
    account = make.office(OfficeRole.ADMIN)
    account.grants.update(valid_from=date(2026, 11, 24))
    assert client_of(account).get(reverse("admin:index")).status_code == 403


def test_djangos_own_flags_open_nothing():
    account = make.user(is_staff=True, is_superuser=True)
    assert client_of(account).get(reverse("admin:index")).status_code == 403


def test_a_stranger_is_sent_to_the_one_login():
    response = Client().get(list_address(AuditEvent), follow=True)
    assert response.redirect_chain[-1][0].startswith(f"{reverse('account_login')}?")
    assert "next=" in response.redirect_chain[-1][0]
    assert reverse("admin:login") in Client().get(reverse("admin:index")).url
    assert Client().get(reverse("admin:login")).url.startswith(reverse("account_login"))


def test_logging_out_and_the_own_password_are_the_sites_own():
    client = corrector()
    page = client.get(reverse("admin:index")).content.decode()
    assert f'action="{reverse("account_logout")}"' in page
    assert 'href="/"' in page
    assert client.post(reverse("admin:logout")).url == reverse("account_logout")
    assert client.get(reverse("admin:password_change")).url == reverse("account_change_password")


def test_the_strict_policy_is_sent_with_the_admin():
    policy = corrector().get(reverse("admin:index"))["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["script-src"] == ["'self'"]


def _crowd(size: int) -> None:
    for number in range(size):
        place = make.department()
        make.absence(make.posting(to=place).employee)
        promoter = make_stages.promoter(make.posting(to=place).employee, department=place)
        make_stages.enrollment(promoter)
        make.office(OfficeRole.HR, person=make.employee())
        audit.record(promoter, "corrected", by=None, at=now() + timedelta(days=number), before={}, after={})


def test_a_list_asks_as_often_for_thirty_rows_as_for_three(django_assert_num_queries, django_assert_max_num_queries):
    one_of_each()
    client = corrector()
    _crowd(3)
    few = {}
    for model, _ in registered():
        with django_assert_max_num_queries(20) as asked:
            assert client.get(list_address(model)).status_code == 200
        few[model] = len(asked)
    _crowd(27)
    for model, times in few.items():
        with django_assert_num_queries(times, info=str(model)):
            client.get(list_address(model))


def test_the_first_page_shows_what_floors_above_have_to_say_and_ones_own_last_acts(monkeypatch):
    site = registered()[0][1].admin_site
    monkeypatch.setattr(site, "summaries", [lambda request: {"title": "集計のある最初の画面"}])
    account = make.office(OfficeRole.ADMIN)
    audit.record(make.employee("弘前　花子"), "corrected", by=account, at=now(), before={}, after={}, reason="誤記")
    page = client_of(account).get(reverse("admin:index")).content.decode()
    assert "集計のある最初の画面" in page
    assert "弘前" in page
    assert "訂正" in page


def test_an_event_about_what_is_no_more_is_shown_too():
    event = AuditEvent(model="staff.gone", object_pk="1", object_label="昔の表", action="x", by_name="x", at=now())
    event.save()
    for page in (list_address(AuditEvent), address(event)):
        assert "昔の表" in watcher().get(page).content.decode()


def test_the_audit_can_only_be_looked_at():
    client = corrector()
    event = audit.record(make.employee(), "corrected", by=None, at=now(), before={"name": "a"}, after={"name": "b"})
    assert client.get(list_address(AuditEvent, "add")).status_code == 403
    assert client.post(address(event), {"reason": "別の理由"}).status_code == 403
    assert client.post(address(event, "delete"), {"post": "yes"}).status_code == 403
    event.refresh_from_db()
    assert event.reason == ""


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=弘前", True),
        ("?q=誤記", True),
        ("?q=総務", True),
        ("?q=八戸", False),
        ("?action=corrected", True),
        ("?action=removed", False),
        ("?model=staff.employee", True),
        ("?model=staff.posting", False),
        ("?at__year=2026&at__month=11&at__day=23", True),
        ("?at__year=2026&at__month=11&at__day=22", False),
    ],
)
def test_the_audit_is_searched_by_person_object_action_and_day(query, found):
    person = make.employee("弘前　花子")
    author = make.user(display_name="総務 一郎")
    audit.record(person, "corrected", by=author, at=now(), before={}, after={}, reason="誤記のため")
    page = corrector().get(list_address(AuditEvent) + query)
    assert (page.context["cl"].result_count == 1) == found
