"""The demo's logins: one a role, each a person who shows that role at work."""

from datetime import date, datetime

from django.conf import settings

from aomori_dx.kernel import audit
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Employee, OfficeRole, OfficeRoleGrant, Posting, User
from stages.models import Promoter, StageEnrollment, StageStatus

OFFICES = {
    "hr": (OfficeRole.HR, "人事課"),
    "dx": (OfficeRole.DX, "行政経営課"),
    "info": (OfficeRole.INFO, "行政経営課"),
    "admin": (OfficeRole.ADMIN, "行政経営課"),
}


def create(*, on: date, at: datetime) -> None:
    """Make the seven logins with the demo password. People are chosen by what they are on `on`."""
    promoter = _promoter(on)
    chosen = {"promoter": promoter, "head": _head_near(promoter, on), "employee": _employee(on)}
    taken = {person.pk for person in chosen.values()}
    for name, (_, department) in OFFICES.items():
        person = _somebody_of(department, on, taken)
        chosen[name] = person
        taken.add(person.pk)
    for name, person in chosen.items():
        user = User.objects.create_user(name, password=settings.DEMO_PASSWORD, employee=person)
        audit.record(user, "account_created", by=None, at=at, reason="練習用のアカウント")
        if name in OFFICES:
            role, _ = OFFICES[name]
            OfficeRoleGrant.objects.create(user=user, role=role, valid_from=FiscalYear.containing(on).first_day)


def _promoter(on: date) -> Employee:
    """Somebody who has climbed: the highest stage in progress this year, at work today."""
    years = StageEnrollment.objects.filter(
        fiscal_year=FiscalYear.containing(on),
        status=StageStatus.IN_PROGRESS,
        promoter__employee__in=_plain_staff(on),
    )
    return years.order_by("-stage__number", "promoter__employee__employee_number")[0].promoter.employee


def _plain_staff(on: date):
    """People at work who are neither head nor manager."""
    at_work = Employee.objects.in_service(on).exclude(absences__valid_to__isnull=True, absences__isnull=False)
    plain = Posting.objects.primary().on(on).filter(is_head=False, is_manager=False)
    return at_work.filter(pk__in=plain.values("employee"))


def _head_near(promoter: Employee, on: date) -> Employee:
    """The 所属長 of the promoter's present department."""
    place = Posting.objects.primary().on(on).get(employee=promoter).department
    return Posting.objects.heads().on(on).filter(department=place)[0].employee


def _employee(on: date) -> Employee:
    """Somebody who is no promoter: 会計年度任用職員 take the training for all staff too."""
    others = _plain_staff(on).exclude(pk__in=Promoter.objects.values("employee"))
    return others.filter(employment_type="annual").order_by("employee_number")[0]


def _somebody_of(department: str, on: date, taken: set[int]) -> Employee:
    here = Posting.objects.primary().on(on).filter(department__name=department)
    staff = _plain_staff(on).filter(pk__in=here.values("employee"), employment_type="regular")
    return (
        staff.exclude(pk__in=taken).exclude(pk__in=Promoter.objects.values("employee")).order_by("employee_number")[0]
    )
