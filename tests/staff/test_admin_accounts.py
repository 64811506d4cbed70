"""Accounts in the admin: opening one, its roles, a new password, a lost second factor."""

from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from aomori_dx.kernel import audit
from aomori_dx.kernel.clock import now
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent
from staff.models import OfficeRole, OfficeRoleGrant, User
from staff.services import corrections
from tests.admin_pages import REASON, address, client_of, corrector, list_address, typed, watcher
from tests.factories import staff as make

pytestmark = pytest.mark.django_db

PASSWORD = "りんごの花が咲くころ"
ADD = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD, "correction_reason": REASON}


@pytest.fixture
def client():
    """情報政策担当: accounts are theirs to edit."""
    return watcher()


def errors_of(response) -> str:
    form = response.context["adminform"].form
    return " ".join(message for messages in form.errors.values() for message in messages)


def test_a_new_account_takes_the_number_of_its_employee(client):
    person = make.employee(employee_number="0001234")
    response = client.post(list_address(User, "add"), {**ADD, "employee": person.pk})
    account = User.objects.get(employee=person)
    assert response.url == address(account)
    assert (account.username, account.is_active, account.check_password(PASSWORD)) == ("0001234", True, True)
    event = audit.history_of(account).get()
    assert (event.action, event.reason) == ("added", REASON)
    assert "password" not in event.after
    assert PASSWORD not in str(event.after)


def test_an_account_may_belong_to_nobody_but_not_to_two(client):
    person = make.employee()
    make.user(person, username="first")
    response = client.post(list_address(User, "add"), {**ADD, "employee": person.pk})
    assert "この職員のアカウントはすでにあります。" in errors_of(response)
    assert "職員を選ぶか" in errors_of(client.post(list_address(User, "add"), ADD))
    client.post(list_address(User, "add"), {**ADD, "username": "vendor", "display_name": "委託事業者"})
    assert User.objects.get(username="vendor").get_full_name() == "委託事業者"


@pytest.mark.parametrize(
    "changes", [{"password1": "1", "password2": "1"}, {"password2": "別のことば別のことば"}, {"correction_reason": ""}]
)
def test_a_weak_password_or_no_reason_opens_no_account(client, changes):
    before = User.objects.count()
    answers = {**ADD, "employee": make.employee().pk, **changes}
    assert client.post(list_address(User, "add"), answers).status_code == 200
    assert User.objects.count() == before
    assert not AuditEvent.objects.exists()


def test_an_account_without_a_password_waits_for_another_way_in(client):
    person = make.employee()
    client.post(
        list_address(User, "add"), {"usable_password": "false", "employee": person.pk, "correction_reason": REASON}
    )
    assert not User.objects.get(employee=person).has_usable_password()


def test_djangos_flags_are_neither_shown_nor_taken(client):
    account = make.user()
    page = client.get(address(account))
    shown = {name for _, options in page.context["adminform"].fieldsets for name in options["fields"]}
    assert shown.isdisjoint({"is_staff", "is_superuser", "groups", "user_permissions", "password"})
    client.post(address(account), typed(page, is_superuser="on", is_staff="on", password="x"))
    account.refresh_from_db()
    assert (account.is_superuser, account.is_staff) == (False, False)


def test_a_role_is_given_on_the_accounts_page_with_its_record(client):
    account = make.user(make.employee())
    page = client.get(address(account))
    answers = typed(page) | {
        "grants-TOTAL_FORMS": "1",
        "grants-0-user": str(account.pk),
        "grants-0-role": "hr_office",
        "grants-0-valid_from": "R8.11.1",
    }
    assert client.post(address(account), answers).status_code == 302
    grant = account.grants.get()
    assert (grant.role, grant.valid_from, grant.valid_to) == ("hr_office", date(2026, 11, 1), None)
    event = audit.history_of(grant).get()
    assert (event.action, event.reason, event.after["role"]) == ("added", REASON, "hr_office")
    assert "人財育成・人事担当" in client.get(list_address(User)).content.decode()


def test_a_role_ends_by_its_day_and_is_never_deleted(client):
    account = make.office(OfficeRole.HR)
    answers = typed(client.get(address(account)), **{"grants-0-valid_to": "2026-12-01", "grants-0-DELETE": "on"})
    assert client.post(address(account), answers).status_code == 302
    grant = account.grants.get()
    assert grant.valid_to == date(2026, 12, 1)
    event = audit.history_of(grant).get()
    assert (event.before, event.after) == ({"valid_to": None}, {"valid_to": "2026-12-01"})


def test_two_rows_for_the_same_time_come_back_on_the_form(client):
    account = make.user(make.employee())
    answers = typed(client.get(address(account)))
    answers["grants-TOTAL_FORMS"] = "2"
    for number, last_day in enumerate(["2026-12-01", "2026-12-31"]):
        answers |= {
            f"grants-{number}-user": str(account.pk), f"grants-{number}-role": "viewer",
            f"grants-{number}-valid_from": f"2026-11-0{number + 1}", f"grants-{number}-valid_to": last_day,
        }  # fmt: skip
    response = client.post(address(account), answers)
    assert response.status_code == 200
    assert "同じ役割の期間が重なっています。" in errors_of(response)
    assert not account.grants.exists()
    assert not AuditEvent.objects.exists()


def test_a_role_that_a_colleague_ended_is_not_opened_again_unseen(client):
    account = make.office(OfficeRole.HR)
    mine = typed(client.get(address(account)), display_name="私が直した名前")
    grant = account.grants.get()
    colleague = corrector()
    page = colleague.get(address(grant))
    assert colleague.post(address(grant), typed(page, valid_to="2026-12-01")).status_code == 302
    response = client.post(address(account), mine)
    assert response.status_code == 200
    grant.refresh_from_db()
    assert grant.valid_to == date(2026, 12, 1)
    assert client.post(address(account), typed(response)).status_code == 302
    grant.refresh_from_db()
    account.refresh_from_db()
    assert (grant.valid_to, account.display_name) == (date(2026, 12, 1), "私が直した名前")


def test_a_disabled_account_has_no_way_in(client):
    account = make.office(OfficeRole.ADMIN)
    theirs = client_of(account)
    answers = typed(client.get(address(account)))
    answers.pop("is_active")
    client.post(address(account), answers)
    assert theirs.get(reverse("admin:index")).status_code == 302
    assert audit.history_of(account).get().after == {"is_active": False}


def test_a_new_password_ends_the_old_sessions_and_is_recorded_without_it(client):
    account = make.office(OfficeRole.ADMIN)
    theirs = client_of(account)
    where = reverse("admin:auth_user_password_change", args=[account.pk])
    assert client.post(where, {**ADD, "correction_reason": ""}).status_code == 200
    assert client.post(where, {**ADD, "password2": "x"}).status_code == 200
    assert theirs.get(reverse("admin:index")).status_code == 200
    assert client.post(where, ADD).status_code == 302
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    assert theirs.get(reverse("admin:index")).status_code == 302
    event = audit.history_of(account).get()
    assert (event.action, event.after, event.reason) == ("password_set", {"usable": True}, REASON)


def test_ones_own_new_password_keeps_one_logged_in():
    account = make.office(OfficeRole.INFO)
    client = client_of(account)
    client.post(reverse("admin:auth_user_password_change", args=[account.pk]), ADD)
    assert client.get(reverse("admin:index")).status_code == 200


def test_a_password_can_be_taken_away(client):
    account = make.user(password=PASSWORD)
    where = reverse("admin:auth_user_password_change", args=[account.pk])
    assert client.post(where, {"usable_password": "false", "correction_reason": REASON}).status_code == 302
    account.refresh_from_db()
    assert not account.has_usable_password()
    assert audit.history_of(account).get().after == {"usable": False}


def test_a_lost_second_factor_is_removed_with_a_reason(client):
    account = make.office(OfficeRole.HR)
    other = make.user()
    for owner in (account, other):
        Authenticator.objects.create(user=owner, type=Authenticator.Type.TOTP, data={"secret": "s"})
    Authenticator.objects.create(user=account, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "s"})
    where = address(account, "second_factor")
    assert client.post(where, {"correction_reason": "短い"}).status_code == 200
    assert Authenticator.objects.filter(user=account).count() == 2
    assert client.post(where, {"correction_reason": REASON}).status_code == 302
    assert not Authenticator.objects.filter(user=account).exists()
    assert Authenticator.objects.filter(user=other).exists()
    event = audit.history_of(account).get()
    assert (event.action, event.before) == ("second_factor_reset", {"factors": ["recovery_codes", "totp"]})
    assert "登録されていません" in client.post(where, {"correction_reason": REASON}).content.decode()
    assert audit.history_of(account).count() == 1


def test_only_who_runs_the_system_resets_accounts():
    account = make.user()
    Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={"secret": "s"})
    for stranger in (make.office(OfficeRole.HR), make.user()):
        with pytest.raises(NotAllowed):
            corrections.reset_second_factor(account.pk, by=stranger, at=now(), reason=REASON)
        with pytest.raises(NotAllowed):
            corrections.set_password(account.pk, password=PASSWORD, by=stranger, at=now(), reason=REASON)
        assert (
            client_of(stranger).post(address(account, "second_factor"), {"correction_reason": REASON}).status_code
            == 403
        )
    with pytest.raises(RuleBroken):
        corrections.reset_second_factor(account.pk, by=make.office(OfficeRole.INFO), at=now(), reason=" ")
    assert Authenticator.objects.exists()


def test_an_account_that_does_not_exist_is_not_found(client):
    assert client.get(reverse("admin:staff_user_second_factor", args=[0])).status_code == 404


def test_a_role_on_a_page_of_its_own_needs_a_reason_too(client):
    account = make.user()
    answers = {"user": account.pk, "role": "viewer", "valid_from": "R8.4.1"}
    assert client.post(list_address(OfficeRoleGrant, "add"), answers).status_code == 200
    assert client.post(list_address(OfficeRoleGrant, "add"), answers | {"correction_reason": REASON}).status_code == 302
    assert OfficeRoleGrant.objects.filter(user=account, role="viewer").exists()
