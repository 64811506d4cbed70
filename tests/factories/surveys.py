"""Runs that were held, their surveys with sheets of answers, and what heads are asked three months later."""

from datetime import date, datetime, timedelta

from aomori_dx.kernel.clock import TOKYO
from staff.models import Department, Employee
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories import training
from training.models import (
    Course,
    CourseRun,
    Enrollment,
    FollowUp,
    Question,
    Questionnaire,
    RunStatus,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyResponse,
)
from training.services.questionnaires import FIRST

MET = datetime(2026, 11, 20, 13, 0, tzinfo=TOKYO)
"""A Friday; the fixed moment of the tests is the Monday after (a holiday)."""
WORKDAY = datetime(2026, 11, 24, 7, 10, tzinfo=TOKYO)


def held(of: Course | None = None, *, meets: datetime | None = MET, **fields) -> CourseRun:
    return training.run(of, meets=meets, **{"status": RunStatus.HELD, "capacity": 40, **fields})


def attended(run: CourseRun, person: Employee | None = None, **fields) -> Enrollment:
    return training.booking(run, person, **{"status": "attended", **fields})


def questionnaire(course: Course | None = None, asked=FIRST, **fields) -> Questionnaire:
    version = Questionnaire.objects.filter(course=course).count() + 1
    row = Questionnaire.objects.create(**{"course": course, "version": version, "written_at": NOW, **fields})
    for position, question in enumerate(asked, 1):
        Question.objects.create(
            questionnaire=row,
            position=position,
            kind=question.kind,
            text=question.text,
            is_required=question.is_required,
        )
    return row


def survey(run: CourseRun | None = None, of: Questionnaire | None = None) -> Survey:
    run = run or held()
    newest = Questionnaire.objects.filter(course=None).order_by("-version").first()
    return Survey.objects.create(run=run, questionnaire=of or newest or questionnaire(), opened_at=NOW)


def invitation(of: Survey, person: Employee | None = None, **fields) -> SurveyInvitation:
    """Asked today, for two weeks."""
    today = NOW.date()
    enrollment = fields.pop("enrollment", None) or attended(of.run, person)
    defaults = {"asked_on": today, "closes_on": today + timedelta(days=14)}
    return SurveyInvitation.objects.create(survey=of, enrollment=enrollment, **{**defaults, **fields})


def sheet(of: Survey, *given: int | str) -> SurveyResponse:
    """Somebody has answered, in the order of the questions; an empty text is passed over."""
    invitation(of, answered_on=NOW.date())
    response = SurveyResponse.objects.create(survey=of)
    for question, value in zip(of.questionnaire.questions.all(), given, strict=False):
        if value != "":
            kept = {"text": value} if isinstance(value, str) else {"number": value}
            SurveyAnswer.objects.create(response=response, question=question, **kept)
    return response


def follow_up(run: CourseRun | None = None, *, department: Department | None = None, **fields) -> FollowUp:
    """About somebody who works in `department`."""
    department = department or make.department()
    person = fields.pop("person", None) or make.posting(to=department).employee
    enrollment = attended(run or held(meets=datetime(2026, 8, 20, 13, 0, tzinfo=TOKYO)), person)
    defaults = {"asked_on": date(2026, 11, 20), "due_on": date(2026, 12, 14), "closes_on": date(2027, 1, 13)}
    return FollowUp.objects.create(enrollment=enrollment, department=department, **{**defaults, **fields})


def one_of_each(person: Employee, department: Department) -> None:
    """A row of every table of surveys."""
    of = survey()
    sheet(of, 5, 4, 3, 2, 1, "よかった")
    follow_up(department=department, person=person)
