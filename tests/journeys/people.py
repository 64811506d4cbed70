"""Who looks at the pages in the browser, with what their pages show."""

from datetime import date, timedelta

from aomori_dx.kernel import clock, outbox
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import Job, JobState
from staff.models import Department, Employee, Notice, OfficeRole, User
from stages.models import Nomination, StageEnrollment, StageStatus
from stages.services import quotas, recomputing, rollover
from tests.conftest import NOW
from tests.factories import growth, staff, surveys, training
from tests.factories import growth as make_growth
from tests.factories import nominations as make_nominations
from tests.factories import stages as make
from tests.journeys import practice
from training.models import CourseRun, Survey

PASSWORD = "aomori-demo"


def someone(role: str) -> User:
    """A login of the role, with what its pages show."""
    place = staff.department("がん・生活習慣病対策課")
    today = clock.today()
    days = {name: today + timedelta(days=n) for name, n in (("opens_on", -9), ("closes_on", 9), ("change_until", 9))}
    training.booking(training.run(meets=clock.now() + timedelta(days=20), capacity=1, **days), status="waitlisted")
    _surveys(place)
    training.certificate()
    _meeting_now(days)
    _required(place)
    practice.some(place)
    staff.deputy(place, valid_from=today, valid_to=today + timedelta(days=30))
    staff.deputy(place, valid_from=today + timedelta(days=60), valid_to=today + timedelta(days=90))
    Notice.objects.create(
        key="a", department=place, title="推薦の依頼", body="本文です。", due=today, written_at=clock.now()
    )
    outbox.write(key="a", to="a@example.jp", subject="お知らせ1件", body="本文です。", at=clock.now())
    training.certificate(training.completion(staff.posting(staff.employee("髙橋　美咲"), to=place).employee))
    training.unmatched(name="髙橋　美咲")
    if role in OfficeRole.values:
        _programme(place)
        return staff.office(role, person=staff.posting(title="主幹").employee)
    if role == "head":
        person = staff.head_of(place)
        _nominations(place)
        filled = staff.department()
        staff.posting(person, to=filled, is_head=True, is_primary=False)
        make.promoter(department=filled, cohort=FiscalYear.containing(clock.today()))
        return staff.user(person)
    if role == "promoter":
        who = make.promoter(staff.posting().employee)
        make.enrollment(who, status=StageStatus.COMPLETED)
        training.booking(CourseRun.objects.earliest("pk"), who.employee, status="confirmed")
        _own_training(who.employee, days)
        begun = {"started_on": today, "status_on": today}
        _stage(make.enrollment(who, stage=2, fiscal_year=who.cohort.next, **begun))
        return staff.user(who.employee)
    person = staff.posting().employee
    surveys.invitation(Survey.objects.get(), person, closes_on=today + timedelta(days=9))
    return staff.user(person, password=PASSWORD)


def _surveys(place: Department) -> None:
    """A run with answers, and one about whose people the head is asked."""
    survey = surveys.survey()
    for _ in range(3):
        surveys.sheet(survey, 5, 4, 3, 2, 1, "とてもよかった")
    today = clock.today()
    surveys.follow_up(
        department=place, run=survey.run, due_on=today + timedelta(days=9), closes_on=today + timedelta(days=39)
    )


def _own_training(person: Employee, days: dict[str, date]) -> None:
    """What マイページ shows: something required, a seat, a place in line, finished courses of two years."""
    today = clock.today()
    year = FiscalYear.containing(today)
    rule = training.requirement(first_year=year)
    training.obligation(rule, person, fiscal_year=year, obliged_on=year.first_day, due_on=year.last_day)
    for status in ("confirmed", "waitlisted"):
        training.booking(training.run(meets=clock.now() + timedelta(days=20), **days), person, status=status)
    for day in (today, year.previous.last_day):
        training.completion(person, completed_on=day)
    training.certificate(training.completion(person, completed_on=today))


def _meeting_now(days: dict) -> None:
    """A run that meets now, with points: somebody there, somebody late, somebody absent."""
    course = training.course(completion_rule="score", pass_mark=60)
    run = training.run(course, meets=clock.now() - timedelta(hours=1), capacity=9, **days)
    training.attendance(training.booking(run, status="confirmed"))
    training.attendance(training.booking(run, status="confirmed"), presence="late", minutes=100)
    training.attendance(training.booking(run, status="confirmed"), presence="absent", minutes=0)
    training.run(course, meets=clock.now() + timedelta(days=7), **days)


def _required(place: Department) -> None:
    """Required training: done, late and to come."""
    year, today = FiscalYear.containing(clock.today()), clock.today()
    rule = training.requirement(first_year=year)
    for days in (-10, 10, 90):
        person, due = staff.posting(to=place).employee, today + timedelta(days=days)
        training.obligation(rule, person, fiscal_year=year, obliged_on=today - timedelta(days=60), due_on=due)
    training.completion(person, rule.course, completed_on=today, fiscal_year=year)


def _stage(year: StageEnrollment) -> None:
    """Courses of every kind, one done, one that is late, an elective one and the practice report."""
    courses = [training.course(method=method) for method in ("elearning", "classroom", "hands_on")]
    newest = {"version": 5, "reason": "内容の見直し"}
    asked = growth.curriculum(*courses, stage=year.stage.number, practice=True, electives=1, **newest)
    asked.items.filter(course=courses[1]).update(due_on=clock.today() - timedelta(days=9))
    asked.items.filter(course=courses[2]).update(is_required=False)
    training.completion(year.promoter.employee, courses[0])
    year.curriculum = asked
    year.save()


def _nominations(place: Department) -> None:
    """What a head looks at: an open call, somebody recommended, somebody who has applied, somebody who cannot be."""
    year, today = FiscalYear.containing(clock.today()), clock.today()
    open_today = {"opens_on": today, "closes_on": today, "attachment": b"%PDF-1.7", "attachment_name": "要領.pdf"}
    make_nominations.call(fiscal_year=year, places=2, **open_today)
    _stage(make.enrollment(make.promoter(staff.posting(to=place).employee, cohort=make.R6)))
    for route in ("recommended", "self"):
        fields = {"fiscal_year": year, "department": place, "status": "submitted", "submitted_at": clock.now()}
        Nomination.objects.create(route=route, nominee=staff.posting(to=place).employee, reason="意欲", **fields)


def _programme(place: Department) -> None:
    """What offices look at: a plan, a call, promoters, figures, a failed job, somebody without a place."""
    make.plan()
    today = clock.today()
    make_nominations.call(fiscal_year=FiscalYear.containing(today), opens_on=today, closes_on=today)
    who = make.promoter(staff.posting(staff.employee("髙橋　美咲")).employee, cohort=make.R6)
    make.enrollment(who, status=StageStatus.COMPLETED)
    year = make.enrollment(who, stage=2, fiscal_year=make.R7)
    _stage(year)
    growth.ruling(year)
    now = {"fiscal_year": FiscalYear.containing(today), "started_on": today, "status_on": today}
    _stage(make.enrollment(make.promoter(staff.posting(staff.employee("今　進")).employee), **now))
    growth.wish_call(fiscal_year=FiscalYear.containing(today).next)
    growth.wish(who, fiscal_year=FiscalYear.containing(today).next)
    judged = make.enrollment(make.promoter(staff.posting(to=place).employee), fiscal_year=FiscalYear.containing(today))
    draft = {"outcome": "carry_on", "outcome_reason": "業務の都合", "judged_by_name": "総務 花子"}
    StageEnrollment.objects.filter(pk=judged.pk).update(curriculum=year.curriculum, **draft)
    recomputing.all_of_year(None, at=clock.now())
    make.promoter(department=place)
    staff.employee("配属　待子")
    quotas.compute(make.R8, as_of=NOW.date(), at=NOW)
    make_nominations.some_of_each(place)
    make_growth.curricula_to_look_at(FiscalYear.containing(clock.today()))
    rollover.plan(FiscalYear.containing(today).next, by=None, at=clock.now())
    failed = {"kind": "k", "key": "k", "state": JobState.FAILED, "error": "理由"}
    Job.objects.create(**failed, requested_by_name="x", queued_at=NOW)
