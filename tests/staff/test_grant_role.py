"""The first accounts of an installation."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from aomori_dx.kernel.models import AuditEvent
from staff import roles
from staff.models import OfficeRole, User
from tests.conftest import NOW
from tests.factories import staff as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _password(monkeypatch):
    monkeypatch.setenv("ACCOUNT_PASSWORD", "ringo-to-hotate-2026")


def test_a_first_account_is_made_for_a_member_of_staff_with_its_role():
    person = make.employee()
    call_command("grant_role", person.employee_number, "admin", stdout=StringIO())
    user = User.objects.get(username=person.employee_number)
    assert user.employee == person
    assert user.check_password("ringo-to-hotate-2026")
    assert roles.of(user, NOW.date()).has(OfficeRole.ADMIN)
    assert set(AuditEvent.objects.values_list("action", flat=True)) == {"account_created", "role_granted"}


def test_an_account_that_exists_keeps_its_password():
    user = make.user(username="0001234", password="another-word-2026")
    call_command("grant_role", "0001234", "info_office", stdout=StringIO())
    user.refresh_from_db()
    assert user.check_password("another-word-2026")


def test_a_role_is_not_given_twice():
    call_command("grant_role", "0001234", "admin", stdout=StringIO())
    with pytest.raises(CommandError, match="すでに「データ管理者」の役割があります。"):
        call_command("grant_role", "0001234", "admin", stdout=StringIO())


def test_a_weak_password_makes_no_account(monkeypatch):
    monkeypatch.setenv("ACCOUNT_PASSWORD", "12345")
    with pytest.raises(CommandError):
        call_command("grant_role", "0001234", "admin", stdout=StringIO())
    assert not User.objects.exists()
