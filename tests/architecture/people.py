"""The people who knock on every door: ten kinds by role, and those whose standing depends on the day."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client

from aomori_dx.kernel import clock
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import Job, OutboxMessage
from staff.models import ChangeSet, Department, Deputy, Employee, Notice, OfficeRole, User
from stages.models import (
    CareerTrack,
    Consent,
    Curriculum,
    ExaminationResult,
    Nomination,
    NominationCall,
    PracticeAttachment,
    PracticeReport,
    ProgressRuling,
    Promoter,
    Rollover,
    Route,
    StageEnrollment,
    WishCall,
)
from stages.services import quotas
from tests.factories import growth, stages, surveys, training
from tests.factories import staff as make
from training.models import (
    Certificate,
    ChangeRequest,
    Completion,
    CourseRun,
    Enrollment,
    FollowUp,
    Invitation,
    Obligation,
    SeatHold,
    Survey,
    UnmatchedResult,
)

PEOPLE = ("nobody", "employee", "promoter", "head", "hr", "dx", "info", "viewer", "admin", "disabled")
"""The columns of the table of pages."""


@dataclass
class House:
    """A small prefecture, and what the addresses of pages point to."""

    department: Department
    employee: Employee
    promoter: Promoter
    enrollment: StageEnrollment
    change_set: ChangeSet
    deputy: Deputy
    job: Job
    notice: Notice
    letter: OutboxMessage
    booking: Enrollment
    """Of the promoter."""
    other_run: CourseRun
    hold: SeatHold
    invitation: Invitation
    wish: ChangeRequest
    """Of the booking's run."""
    certificate: Certificate
    """Of the promoter."""
    completion: Completion
    unmatched: UnmatchedResult
    obligation: Obligation
    """Of the promoter."""
    nomination: Nomination
    application: Nomination
    decided: Nomination
    wish_call: WishCall
    """About the year to come; not announced yet."""
    survey: Survey
    """Of a run that the promoter attended; she has not answered, three others have."""
    follow_up: FollowUp
    """About a colleague, asked of the head."""
    draft: Curriculum
    """Of the fifth stage and this year, with one item."""
    ruling: ProgressRuling
    attachment: PracticeAttachment
    """Of the promoter's report, which is handed in."""
    examination: ExaminationResult
    case: PracticeReport
    """In the library."""
    rollover: Rollover
    """Into the next year; not begun."""
    users: dict[str, User] = field(default_factory=dict)


def settle(*, plan: bool = True) -> House:
    """Everybody, as of today, with a plan unless there is one."""
    if plan:
        stages.plan()
    place = make.department("情報課", parent=make.bureau("総務部"))
    person = make.posting(make.employee("津軽　花子"), to=place).employee
    enrollment = stages.enrollment(stages.promoter(person, department=place))
    quotas.refresh(at=clock.now())
    job = quotas.request(by=None, at=clock.now())
    notice = Notice.objects.create(key="house", employee=person, title="お知らせ", written_at=clock.now())
    letter = OutboxMessage.objects.create(key="house", to="a@example.jp", subject="件名", written_at=clock.now())
    deputy = _deputy_of(place)
    made: dict[str, Any] = {"notice": notice, "letter": letter, **_trainings(place, person), **_growth(enrollment)}
    made |= _nominations(place, deputy.employee, person)
    made |= _surveys(place, person)
    house = House(place, person, enrollment.promoter, enrollment, _roster_file(), deputy, job, **made)
    makers: dict[str, Callable[[House], User]] = {
        "employee": lambda house: make.user(make.posting().employee),
        "promoter": lambda house: make.user(house.employee),
        "head": lambda house: make.user(make.head_of(house.department)),
        "disabled": _disabled,
        **{role.name.lower(): _office(role) for role in OfficeRole},
        **_people_of_the_day(clock.today()),
    }
    house.users = {name: make_one(house) for name, make_one in makers.items()}
    password = make_password("aomori-demo-1")
    User.objects.filter(pk__in=[user.pk for user in house.users.values()]).update(password=password)
    for user in house.users.values():
        user.password = password
    return house


def _draft() -> Curriculum:
    """What DX推進担当 is writing, for a stage that has no other curriculum; a track that has none of its own."""
    year = FiscalYear.containing(clock.today())
    CareerTrack.objects.get_or_create(code="data", defaults={"name": "データ型"})
    days = {"valid_from": year.first_day, "deadline": year.last_day, "published_at": None}
    return growth.curriculum(training.course(), stage=5, fiscal_year=year, state="draft", **days)


def _trainings(place: Department, person: Employee) -> dict[str, Any]:
    booking = training.booking(person=person, status="confirmed")
    return {
        "booking": booking,
        "other_run": training.run(),
        "hold": training.hold(booking.run, place),
        "invitation": training.invitation(booking.run, person),
        "wish": training.change_request(booking),
        "certificate": training.certificate(training.completion(person)),
        "completion": training.completion(person),
        "unmatched": training.unmatched(),
        "obligation": training.obligation(person=person, fiscal_year=FiscalYear.containing(clock.today())),
    }


def _growth(enrollment: StageEnrollment) -> dict[str, Any]:
    coming = FiscalYear.containing(clock.today()).next
    return {
        "draft": _draft(),
        **_practice(enrollment),
        "wish_call": growth.wish_call(fiscal_year=coming, issued_at=None),
        "ruling": growth.ruling(enrollment),
        "rollover": growth.dry_run(coming),
    }


def _deputy_of(place: Department) -> Deputy:
    """From yesterday, for a month."""
    today = clock.today()
    return Deputy.objects.create(
        department=place,
        employee=make.posting(make.employee("弘前　三郎"), to=place).employee,
        reason="所属長の出張",
        valid_from=today - timedelta(days=1),
        valid_to=today + timedelta(days=30),
    )


def _practice(enrollment: StageEnrollment) -> dict[str, Any]:
    """A report that is handed in with a file, one of somebody else in the library, an examination with its proof."""
    measured = {"minutes_before": 60, "minutes_after": 6, "people": 2, "submitted_at": clock.now()}
    report = growth.report(enrollment, status="submitted", **measured)
    other = stages.enrollment(stages.promoter(make.posting().employee))
    file = {"name": "図.txt", "content_type": "text/plain", "size": 3, "content": b"abc", "added_at": clock.now()}
    return {
        "attachment": PracticeAttachment.objects.create(report=report, sha256="1" * 64, **file),
        "examination": growth.examination(
            enrollment.promoter, name="基本情報技術者", proof=b"abc", proof_name="証.txt", proof_type="text/plain"
        ),
        "case": growth.report(other, status="approved", approved_on=clock.today(), **measured),
    }


def _nominations(place: Department, recommended: Employee, applicant: Employee) -> dict[str, Any]:
    """One of each route, submitted, under a call that has a file and takes answers today."""
    today, year = clock.today(), FiscalYear.containing(clock.today())
    open_today = {"opens_on": today, "closes_on": today, "issued_at": clock.now(), "consent": Consent.REQUIRED}
    file = {"attachment": b"%PDF-1.7", "attachment_name": "youryou.pdf"}
    NominationCall.objects.filter(fiscal_year=year).delete()
    NominationCall.objects.create(fiscal_year=year, title="推薦依頼", body="推薦してください。", **open_today, **file)
    fields = {"fiscal_year": year, "department": place, "status": "submitted", "submitted_at": clock.now()}
    return {
        "nomination": Nomination.objects.create(route=Route.RECOMMENDED, nominee=recommended, **fields),
        "application": Nomination.objects.create(route=Route.SELF, nominee=applicant, **fields),
        "decided": Nomination.objects.create(
            **{**fields, "status": "accepted"},
            route=Route.RECOMMENDED,
            place=2,
            nominee=make.posting(to=place).employee,
            decided_on=today,
        ),
    }


def _surveys(place: Department, person: Employee) -> dict[str, Any]:
    survey = surveys.survey()
    for _ in range(3):
        surveys.sheet(survey, 5, 4, 3, 2, 1, "よかった")
    surveys.invitation(survey, person)
    return {"survey": survey, "follow_up": surveys.follow_up(department=place)}


def _roster_file() -> ChangeSet:
    """A file that HR has loaded and not applied yet."""
    row = ChangeSet.objects.create(
        kind="roster", file_name="roster.csv", sha256="0" * 64, as_of=clock.today(), uploaded_at=clock.now()
    )
    row.files.create(content="職員番号,氏名\n0000001,青森　太郎\n".encode())
    return row


def log_in(client: Client, user: User) -> None:
    """As after a login; named, since the backend that answers for roles logs nobody in."""
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


def _office(role: OfficeRole) -> Callable[[House], User]:
    return lambda house: make.office(role, person=make.posting().employee)


def _disabled(house: House) -> User:
    user = make.office(OfficeRole.ADMIN)
    user.is_active = False
    user.save()
    return user


def _people_of_the_day(today: date) -> dict[str, Callable[[House], User]]:
    day = timedelta(days=1)

    def with_role(**period: date) -> User:
        user = make.user(make.posting().employee)
        user.grants.create(role=OfficeRole.HR, **period)
        return user

    return {
        "former head": lambda house: make.user(make.head_of(house.department, valid_to=today)),
        "head from tomorrow": lambda house: make.user(make.head_of(house.department, valid_from=today + day)),
        "concurrent": lambda house: make.user(
            make.posting(make.posting().employee, to=house.department, is_primary=False).employee
        ),
        "sibling's head": lambda house: make.user(make.head_of(make.department(parent=house.department.parent))),
        "deputy": lambda house: make.user(house.deputy.employee),
        "past promoter": lambda house: make.user(stages.promoter(make.posting().employee, cohort=stages.R6).employee),
        "role ended yesterday": lambda house: with_role(valid_from=make.LONG_AGO, valid_to=today),
        "role from tomorrow": lambda house: with_role(valid_from=today + day),
        "retired": lambda house: make.user(make.head_of(house.department, valid_to=today, employee=_retired(today))),
    }


def _retired(today: date) -> Employee:
    return make.employee(left_on=today)
