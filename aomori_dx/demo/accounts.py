"""The demo's logins: one a role, each a person who shows that role at work."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from aomori_dx.kernel import audit
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Employee, OfficeRole, OfficeRoleGrant, Posting, User
from staff.querysets import EmployeeQuerySet
from stages.models import Promoter, StageEnrollment, StageStatus

OFFICES = {
    "hr": (OfficeRole.HR, "人事課"),
    "dx": (OfficeRole.DX, "行政経営課"),
    "info": (OfficeRole.INFO, "行政経営課"),
    "admin": (OfficeRole.ADMIN, "行政経営課"),
}


@transaction.atomic
def create(*, on: date, at: datetime) -> None:
    """Make the seven logins with the demo password, all or none. People are chosen by what they are on `on`."""
    promoter, head = _promoter_and_head(on)
    chosen = {"promoter": promoter, "head": head, "employee": _employee(on)}
    taken = {person.pk for person in chosen.values()}
    for name, (_, department) in OFFICES.items():
        chosen[name] = _somebody_of(department, on, taken)
        taken.add(chosen[name].pk)
    first_day = StageEnrollment.objects.earliest("fiscal_year").fiscal_year.first_day
    for name in settings.DEMO_ACCOUNTS:
        user = User.objects.create_user(name, password=settings.DEMO_PASSWORD, employee=chosen[name])
        audit.record(user, "account_created", by=None, at=at, reason="練習用のアカウント")
        if name in OFFICES:
            OfficeRoleGrant.objects.create(user=user, role=OFFICES[name][0], valid_from=first_day)


def department_of_the_head(on: date) -> int:
    """The id of the department whose head gets a login."""
    head = _promoter_and_head(on)[1]
    return Posting.objects.primary().on(on).get(employee=head, is_head=True).department_id


def _promoter_and_head(on: date) -> tuple[Employee, Employee]:
    """Somebody who has climbed highest and still climbs this year, in a department whose 所属長 is at work.

    A department that owes a nomination of the year comes first: its head has something to do.
    """
    this_year = FiscalYear.containing(on)
    answered = Promoter.objects.filter(cohort=this_year, route="recommended").values_list("department", flat=True)
    filled = set(answered)
    climbing = StageEnrollment.objects.filter(
        fiscal_year=this_year, status=StageStatus.IN_PROGRESS, promoter__employee__in=_plain_staff(on)
    )
    highest_first = climbing.order_by("-stage__number", "promoter__employee__employee_number")
    posts = Posting.objects.primary().on(on).filter(employee__in=climbing.values("promoter__employee"))
    places = {post.employee_id: post.department for post in posts.select_related("department")}
    people = [year.promoter.employee for year in highest_first.select_related("promoter__employee")]
    for employee in sorted(people, key=lambda person: places[person.pk].pk in filled):  # stable: highest first
        place = places[employee.pk]
        head = _at_work(on).holding(on, is_primary=True, is_head=True, department=place).first()
        if head is not None:
            return employee, head
    raise LookupError(f"Nobody in the demo's files is a promoter at work on {on}.")


def _at_work(on: date) -> EmployeeQuerySet:
    return Employee.objects.in_service(on).at_work(on).order_by("employee_number")


def _plain_staff(on: date) -> EmployeeQuerySet:
    """People at work who are neither head nor manager."""
    return _at_work(on).holding(on, is_primary=True, is_head=False, is_manager=False)


def _employee(on: date) -> Employee:
    """Somebody who is no promoter: 会計年度任用職員 take the training for all staff too."""
    others = _plain_staff(on).exclude(pk__in=Promoter.objects.values("employee"))
    return others.filter(employment_type="annual")[0]


def _somebody_of(department: str, on: date, taken: set[int]) -> Employee:
    here = _plain_staff(on).holding(on, is_primary=True, department__name=department).filter(employment_type="regular")
    return here.exclude(pk__in=taken).exclude(pk__in=Promoter.objects.values("employee"))[0]
