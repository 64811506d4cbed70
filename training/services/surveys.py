"""アンケート: opened with the run's end, asked of those who were there, answered once, kept without a name."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from aomori_dx.kernel import audit, bulk, workdays
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from aomori_dx.kernel.wareki import format_date
from staff.models import Employee, User
from staff.services import notices
from staff.services.notices import Message
from training import permissions as may
from training.models import (
    CourseRun,
    Enrollment,
    QuestionKind,
    RunStatus,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyResponse,
)
from training.rules import surveys as rules
from training.services import questionnaires

NOT_YOURS = "このアンケートは、研修を受けた本人だけが回答できます。"
SEEN_BY = "回答は、氏名と結び付けずに保存し、集計と記述だけを研修の担当課が読みます。所属長には見えません。"


@transaction.atomic
def open_for(run: CourseRun, *, at: datetime) -> Survey | None:
    """The survey of a run that was held, and everybody who was there is asked. Again asks only who was not.

    None where it is too late: the last meeting lies too far back.
    """
    CourseRun.objects.select_for_update().get(pk=run.pk)
    survey = Survey.objects.filter(run=run).first()
    if survey is None:
        last = run.sessions.aggregate(last=Max("ends_at"))["last"]
        if run.status != RunStatus.HELD or (last is not None and last < at - rules.LATEST):
            return None
        survey = Survey.objects.create(
            run=run, questionnaire=questionnaires.for_survey(run.course, at=at), opened_at=at
        )
        audit.record(survey, "survey_opened", by=None, at=at)
    _ask([run.pk], at=at)
    return survey


@transaction.atomic
def ask_all(*, at: datetime) -> int:
    """The daily round: surveys that nobody has opened, people who were marked as present since, reminders.

    Returns how many people were asked anew. Nothing on a day that is no working day; run again, nothing is doubled.
    """
    if not workdays.is_working_day(day_of(at)):
        return 0
    opened = Survey.objects.filter(run=OuterRef("pk"))
    held = CourseRun.objects.filter(~Exists(opened), status=RunStatus.HELD).select_related("course")
    runs = held.annotate(last=Max("sessions__ends_at")).filter(last__gte=at - rules.LATEST)
    before = SurveyInvitation.objects.count()
    for run in runs.order_by("pk"):  # as many as ended since yesterday
        open_for(run, at=at)
    recent = Survey.objects.filter(opened_at__gte=at - rules.LATEST)
    _ask(list(recent.order_by("run").values_list("run", flat=True)), at=at)
    _remind(at)
    return SurveyInvitation.objects.count() - before


def _ask(runs: Collection[int], *, at: datetime) -> None:
    """Those who were there, are in service and were not asked yet."""
    on = day_of(at)
    surveys = {row.run_id: row for row in Survey.objects.select_for_update(of=("self",)).filter(run__in=runs)}
    asked = SurveyInvitation.objects.filter(enrollment=OuterRef("pk"))
    rows = Enrollment.objects.attended().filter(~Exists(asked), run__in=surveys)
    rows = rows.filter(employee__in=Employee.objects.in_service(on)).select_related("employee", "run__course")
    closes_on = rules.last_day_to_answer(on)
    new = [
        SurveyInvitation(survey=surveys[row.run_id], enrollment=row, asked_on=on, closes_on=closes_on)
        for row in rows.order_by("pk")
    ]
    bulk.insert_all(SurveyInvitation, new)
    if new:
        label = f"アンケートの依頼 {len(new):,}人"
        audit.record_on_list(SurveyInvitation, "asked", label=label, by=None, at=at, after={"人数": len(new)})
    _tell(new, "", at=at)


def _remind(at: datetime) -> None:
    """Once, some working days before the last day. A day that was missed is made up for."""
    on = day_of(at)
    until = workdays.shift(on, rules.REMINDED_BEFORE)
    waiting = SurveyInvitation.objects.filter(answered_on__isnull=True, closes_on__gte=on, closes_on__lte=until)
    still = waiting.filter(asked_on__lt=on, enrollment__in=Enrollment.objects.attended())
    _tell(still.select_related("enrollment__employee", "enrollment__run__course"), "まだの方へ: ", at=at)


def _tell(rows: Iterable[SurveyInvitation], first: str, *, at: datetime) -> None:
    notices.write_all(
        (
            Message(
                key=_keys(row)[bool(first)],
                to=row.enrollment.employee,
                title=f"{first}{row.enrollment.run}のアンケートに回答してください。",
                body=f"{format_date(row.closes_on)}までに回答してください。{SEEN_BY}",
                url=f"/surveys/{row.enrollment.run_id}/",
                due=row.closes_on,
            )
            for row in rows
        ),
        at=at,
    )


def _keys(row: SurveyInvitation) -> tuple[str, str]:
    """Of the first notice and of the reminder."""
    return f"survey:{row.pk}", f"survey:{row.pk}:reminder"


@transaction.atomic
def submit(run_id: int, answers: rules.Answers, *, by: User, at: datetime) -> None:
    """The own sheet, once. The answers are written without who and when; that she has answered, with the day.

    Raises NotAllowed for who was not asked, or RuleBroken: answered already, too late, not there after all, an answer
    that is missing or does not fit.
    """
    on = day_of(at)
    rows = SurveyInvitation.objects.select_for_update(of=("self",)).select_related("enrollment", "survey")
    own = [row for row in rows.filter(survey__run=run_id) if may.answer_survey(by, row, at)]
    if not own:
        raise NotAllowed(NOT_YOURS)
    invitation = own[0]
    if reason := rules.why_not_answer(invitation, on) or rules.was_there(invitation.enrollment):
        raise RuleBroken(reason)
    questions = list(invitation.survey.questionnaire.questions.all())
    answers = {pk: rules.plain(given) if isinstance(given, str) else given for pk, given in answers.items()}
    if wrong := rules.wrong_answers(questions, answers):
        raise RuleBroken("\n".join(wrong))
    response = SurveyResponse.objects.create(survey=invitation.survey)
    given = [(question, answers[question.pk]) for question in questions if answers.get(question.pk, "") != ""]
    with constraints_as_rules():
        SurveyAnswer.objects.bulk_create(
            SurveyAnswer(response=response, question=question, text=str(value))
            if question.kind == QuestionKind.TEXT
            else SurveyAnswer(response=response, question=question, number=int(value))
            for question, value in given
        )
    invitation.answered_on = on
    invitation.save(update_fields=["answered_on"])
    notices.cancel(_keys(invitation), at=at)
    audit.record(invitation, "answered", by=by, at=at)
