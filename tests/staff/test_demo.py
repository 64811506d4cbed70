"""The demo: once only, goes on after an interruption, and each account shows its role at work."""

import io
from collections import Counter
from datetime import date

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import AuditEvent
from staff import roles
from staff.models import Department, Employee, OfficeRole, Posting, User
from stages.models import Nomination, Promoter, QuotaSnapshot, StageEnrollment, TrainingPlan
from stages.rules import nomination as rules
from stages.services import coverage, exceptions, selection
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories.loading import contradictions, everything
from training import follow_up_lists, own_surveys, survey_results
from training.models import Survey

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


class Cut(io.StringIO):
    """A terminal that is closed after so many lines."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def write(self, text: str) -> int:
        if self.getvalue().count("\n") >= self.after:
            raise KeyboardInterrupt
        return super().write(text)


def seed(out: io.StringIO | None = None) -> list[str]:
    out = out or io.StringIO()
    call_command("seed_demo", stdout=out)
    return out.getvalue().splitlines()


def one(name: str) -> User:
    return User.objects.get(username=name)


def test_the_demo_is_loaded_once_and_goes_on_after_an_interruption():
    for lines in (0, 2):
        with pytest.raises(KeyboardInterrupt):
            seed(Cut(lines))
    assert Employee.objects.exists()
    assert not User.objects.exists()

    told = seed()
    assert len(told) == 17, "a line a file, a line a year, one for the nominations, one for the accounts"
    assert [line for line in told if "枠" in line] == [f"令和{n}年度の枠を計算しました。" for n in (6, 7, 8)]
    assert [row.fiscal_year.short for row in QuotaSnapshot.objects.order_by("fiscal_year")] == ["R6", "R7", "R8"]
    assert Employee.objects.in_service(TODAY).count() == 3783
    assert contradictions() == []
    the_accounts_show_their_roles()
    the_nominations_are_alive()
    the_surveys_are_alive()

    before = everything(), QuotaSnapshot.objects.count(), User.objects.count(), AuditEvent.objects.count()
    assert seed() == ["データがすでにあるため、練習用のデータは登録しません。"]
    assert (everything(), QuotaSnapshot.objects.count(), User.objects.count(), AuditEvent.objects.count()) == before


def the_accounts_show_their_roles() -> None:
    assert set(User.objects.values_list("username", flat=True)) == set(django_settings.DEMO_ACCOUNTS)
    assert all(user.check_password(django_settings.DEMO_PASSWORD) for user in User.objects.all())
    offices = {"hr": OfficeRole.HR, "dx": OfficeRole.DX, "info": OfficeRole.INFO, "admin": OfficeRole.ADMIN}
    for name in django_settings.DEMO_ACCOUNTS:
        who = roles.of(one(name), TODAY)
        assert who.has(offices[name]) if name in offices else not who.offices, name

    promoter, employee = one("promoter").employee, one("employee").employee
    year = StageEnrollment.objects.get(promoter__employee=promoter, fiscal_year=FiscalYear.containing(TODAY))
    assert (year.stage.number, year.status) == (3, "in_progress")
    place = Posting.objects.primary().on(TODAY).get(employee=promoter).department
    assert roles.of(one("head"), TODAY).headed_in_person == {place.pk}
    assert not roles.of(one("promoter"), TODAY).headed
    assert not Promoter.objects.filter(employee=employee).exists()
    people = set(User.objects.values_list("employee", flat=True))
    assert len(people) == 7
    assert Employee.objects.in_service(TODAY).at_work(TODAY).filter(pk__in=people).count() == 7


def the_nominations_are_alive() -> None:
    """An open call, some of everything for the offices, departments that have not answered; nothing contradicts it."""
    year = FiscalYear.containing(TODAY)
    assert rules.why_closed(rules.call_of(year), year, TODAY) is None
    assert set(Nomination.objects.values_list("status", flat=True)) >= {"submitted", "in_review", "returned"}
    assert set(Nomination.objects.values_list("proposal", flat=True)) == {"", "accept", "reserve", "decline"}
    answers = Counter(str(row.state) for row in coverage.answers(year, on=TODAY))
    assert answers == {"answered": 162, "declined": 2, "unanswered": 7}
    assert exceptions.find(year, at=NOW) == []
    assert selection.batch(year, at=NOW).size == 5
    applied = Nomination.objects.filter(
        route="self", status="submitted", department__in=roles.of(one("head"), TODAY).headed
    )
    assert applied.exists()


def the_surveys_are_alive() -> None:
    """A sheet waits for the promoter, people for the head's word, and the offices have something to read."""
    assert own_surveys.waiting(one("promoter").employee_id or 0, NOW) == 1
    assert follow_up_lists.waiting(one("head"), TODAY) >= 3
    answered = Survey.objects.filter(responses__isnull=False).distinct()
    results = survey_results.of(list(answered.order_by("-opened_at")))
    assert [row.is_told for row in results] == [True, True]
    assert [row.usages.is_told for row in results] == [False, True]


def test_it_is_refused_where_the_demo_is_not_allowed(settings):
    settings.DEMO_ALLOWED = False
    with pytest.raises(CommandError, match="この環境では"):
        seed()
    assert not TrainingPlan.objects.exists()


@pytest.mark.parametrize("somebody", [make.user, make.employee, make.department], ids=["account", "person", "place"])
def test_an_office_with_data_of_its_own_keeps_them(somebody):
    somebody()
    before = everything()
    assert seed() == ["データがすでにあるため、練習用のデータは登録しません。"]
    assert everything() == before
    assert not Department.objects.filter(code="010150").exists()
