"""The pages that axe looks at, each as the roles that see it; a new page is a new row of PAGES."""

from dataclasses import dataclass

from aomori_dx.kernel import clock
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import OutboxMessage
from staff.models import Deputy, Notice, OfficeRole, User
from stages.models import Nomination, Promoter, Rollover, StageEnrollment
from tests.factories import growth as make_growth
from tests.factories import nominations as make_nominations
from tests.journeys import practice
from training.models import (
    Attendance,
    Certificate,
    Completion,
    Course,
    CourseRun,
    Enrollment,
    Requirement,
    Survey,
    UnmatchedResult,
)


@dataclass(frozen=True)
class Row:
    """A page as one role sees it. `role` None is a stranger; `status` what the server answers."""

    address: str
    role: str | None = "employee"
    status: int = 200

    def __str__(self) -> str:
        return f"{self.address} {self.role}"


ROLES = ["employee", "promoter", "head", *OfficeRole.values]
PAGES = [
    *(Row("/", role) for role in ROLES),
    Row("/ui/", OfficeRole.INFO),
    *(Row("/dashboard/", role) for role in (OfficeRole.DX, OfficeRole.VIEWER)),
    Row("/dashboard/why/carry/", OfficeRole.DX),
    Row("/dashboard/departments/", OfficeRole.DX),
    Row("/promoters/", OfficeRole.DX),
    Row("/promoters/{promoter}/", OfficeRole.DX),
    *(Row("/plan/curricula/", role) for role in ("employee", OfficeRole.DX)),
    *(Row(f"/plan/curricula/{name}/", OfficeRole.DX) for name in make_growth.PAGES),
    Row("/promoters/{promoter}/progress/", OfficeRole.DX),
    Row("/promoters/standing/", OfficeRole.DX),
    *(Row(f"/promoters/{page}/", OfficeRole.DX) for page in make_growth.JUDGING),
    Row("/promoters/judgement/", OfficeRole.HR),
    Row("/promoters/judgement/{judged}/", OfficeRole.DX),
    Row("/me/progress/continue/", "promoter"),
    *(Row("/me/progress/", role) for role in ("employee", "promoter")),
    Row("/department/promoters/{promoter}/", "head"),
    *(Row("/nominations/", role) for role in (OfficeRole.DX, OfficeRole.HR)),
    *(Row(f"/nominations/{name}/", OfficeRole.DX) for name in make_nominations.PAGES),
    *(Row("/people/", role) for role in ("employee", "head", OfficeRole.HR)),
    *(Row(f"/people/?{query}", OfficeRole.HR) for query in ("q=zzz", "on=x", "on=R9.4.1&flags=head")),
    Row("/people/?scope=all", "head"),
    Row("/people/{number}/", "promoter"),
    Row("/people/{number}/", OfficeRole.HR),
    Row("/people/{number}/number/", OfficeRole.HR),
    Row("/people/{number}/changes/", OfficeRole.HR),
    *(Row("/departments/", role) for role in ("employee", OfficeRole.HR)),
    Row("/departments/?head=vacant", OfficeRole.HR),
    *(Row("/departments/{department}/", role) for role in ("employee", "head", OfficeRole.HR)),
    Row("/departments/{department}/?on=2000-01-01", OfficeRole.HR, 404),
    *(Row("/departments/{department}/deputies/", role) for role in ("head", OfficeRole.HR)),
    Row("/departments/{department}/deputies/{deputy}/end/", "head"),
    Row("/departments/open/", OfficeRole.HR),
    *(Row(f"/department/{page}", "head") for page in ("", "nominate/", "decline/", "endorsements/")),
    *(Row(f"/department/nominations/{{nomination}}/{act}/", "head") for act in ("withdraw", "answer")),
    *(Row("/nominations/self/", role) for role in ("employee", "promoter")),
    *(Row(f"/departments/{{department}}/reorganise/{act}", OfficeRole.HR) for act in ("", "merge/", "abolish/")),
    *(Row(f"/departments/bureaus/{{bureau}}/reorganise/{act}", OfficeRole.HR) for act in ("", "rename/")),
    *(Row(f"/rollover/{page}", OfficeRole.DX) for page in ("", "{rollover}/", "{rollover}/start/")),
    *(Row("/plan/years/", role) for role in (OfficeRole.DX, OfficeRole.HR)),
    *(Row(f"/plan/years/2024/{act}/", OfficeRole.DX) for act in ("close", "reopen")),
    *(Row(f"/notices/{rest}", "head") for rest in ("", "{notice}/")),
    Row("/letters/", OfficeRole.HR),
    *(Row("/nominations/reminders/", role) for role in (OfficeRole.DX, OfficeRole.HR)),
    Row("/letters/{letter}/", OfficeRole.DX),
    Row("/imports/", OfficeRole.HR),
    *(Row(f"/accounts/{page}/", None) for page in ("login", "password/reset", "signup", "inactive")),
    Row("/accounts/logout/"),
    Row("/accounts/password/change/"),
    Row("/accounts/reauthenticate/"),
    Row("/accounts/2fa/"),
    Row("/accounts/2fa/totp/activate/"),
    Row("/accounts/2fa/webauthn/"),
    Row("/accounts/2fa/webauthn/add/"),
    *(Row(*page) for page in practice.PAGES),
    Row("/nothing-here/", None, 404),
    Row("/courses/"),
    Row("/courses/{course}/"),
    *(Row(f"/runs/{page}", OfficeRole.DX) for page in ("", "courses/new/", "courses/{course}/new/", "{run}/")),
    Row("/me/surveys/"),
    Row("/surveys/{surveyed}/"),
    *(Row(f"/department/follow-ups/{page}", "head") for page in ("", "{surveyed}/")),
    *(Row(f"/surveys/{page}", OfficeRole.DX) for page in ("", "questions/")),
    *(Row(f"/courses/{{surveyed_course}}/{page}/", OfficeRole.DX) for page in ("survey", "questions")),
    Row("/runs/{surveyed}/survey/", OfficeRole.DX),
    *(
        Row(f"/runs/{{run}}/{page}/", OfficeRole.DX)
        for page in ("cancel", "move", "contacts", "holds", "invitations", "messages", "edit")
    ),
    *(Row(f"/interests/{page}", OfficeRole.HR) for page in ("", "{course}/")),
    Row("/courses/{booked}/bookings/{booking}/change/", "promoter"),
    *(Row(f"/me/{rest}", "promoter") for rest in ("", "calendar/")),
    *(Row(f"/certificates/{rest}", OfficeRole.HR) for rest in ("", "{certificate}/", "text/")),
    Row("/certificates/verify/CODE0000/", "employee", 404),
    Row("/certificates/verify/{code}/", "employee"),
    *(Row(f"/runs/{{held}}/{page}", OfficeRole.DX) for page in ("attendance/", "results/", "roster/")),
    *(Row(f"/runs/{{held}}/attendance/{{meeting}}/{page}", OfficeRole.DX) for page in ("", "paste/", "code/", "door/")),
    Row("/bookings/{absence}/substitute/", OfficeRole.DX),
    Row("/check-in/"),
    Row("/check-in/{meeting}/x/", "employee", 409),
    *(Row(f"/completions/{page}", OfficeRole.DX) for page in ("", "record/", "new/", "unmatched/", "{completion}/")),
    Row("/completions/unmatched/{unmatched}/?q=髪", OfficeRole.DX),
    Row("/completions/", "head"),
    *(Row(f"/requirements/{page}", OfficeRole.DX) for page in ("", "new/", "{rule}/", "{rule}/people/")),
    *(Row(f"/requirements/{{rule}}/{act}/", OfficeRole.HR) for act in ("edit", "remind")),
    Row("/department/training/?state=all", "head"),
    Row("/nothing-here/", "employee", 404),
    *(Row(f"/fail/{kind}/", "employee", kind) for kind in (400, 403, 409, 500)),
]
SHOWN = {
    "promoter": Promoter,
    "judged": StageEnrollment,
    "notice": Notice,
    "letter": OutboxMessage,
    "nomination": Nomination,
    "run": CourseRun,
    "certificate": Certificate,
    "completion": Completion,
    "unmatched": UnmatchedResult,
    "rule": Requirement,
    "rollover": Rollover,
}
"""What an address names → of which table the first row is meant."""


def addresses(user: User, role: str) -> dict:
    """What the addresses of PAGES name, after `someone` has settled."""
    deputy = Deputy.objects.latest("pk")
    place = deputy.department
    about = {"number": user.username, "department": place.code, "bureau": place.parent_id, "deputy": deputy.pk}
    if role in OfficeRole.values:
        about["number"] = user.employee.employee_number if user.employee else ""
    about |= {name: model.objects.values_list("pk", flat=True).first() for name, model in SHOWN.items()}
    absence = Attendance.objects.latest("pk")
    about |= {"absence": absence.enrollment_id, "held": absence.session.run_id, "meeting": absence.session_id}
    about |= make_growth.looked_at() | practice.addresses()
    own = Enrollment.objects.filter(employee=user.employee, status__in=("confirmed", "waitlisted"))
    if booking := own.select_related("course").first():
        about |= {"booked": booking.course.code, "booking": booking.pk}
    if survey := Survey.objects.select_related("run__course").first():
        about |= {"surveyed": survey.run_id, "surveyed_course": survey.run.course.code}
    return about | {
        "year": FiscalYear.containing(clock.today()).start_year,
        "code": Certificate.objects.values_list("code", flat=True).first(),
        "course": Course.objects.values_list("code", flat=True).first(),
    }
