"""The demo's surveys: a run of last week with answers and some that wait, and one of three months ago about which
the heads are asked."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction

from aomori_dx.kernel import workdays
from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Employee, Posting, User
from training.models import Course, CourseRun, Enrollment, FollowUp, QuestionKind, Survey, Usage
from training.models import SurveyAnswer as Answer
from training.models import SurveyInvitation as Invitation
from training.models import SurveyResponse as Response
from training.rules import surveys as rules
from training.services import follow_ups, runs

THERE, ANSWERED = 24, 17
VOICES = (
    ("実際の業務の画面で練習できたのがよかったです。", "同じ内容を、もう少しゆっくり進めてほしいです。"),
    ("演習の時間が十分にありました。", ""),
    ("", "出先機関でも開催してください。"),
    ("隣の席の人と教え合えました。", "Excelの応用編も受けたいです。"),
    ("", ""),
)
WORDS = (
    (Usage.USED, "会議室の予約と日程の調整に使っています。"),
    (Usage.USED, ""),
    (Usage.PARTLY, "共有の予定表だけ使っています。"),
    (Usage.USED, ""),
    (Usage.PARTLY, ""),
    (Usage.NOT_YET, "繁忙期が終わってから始める予定です。"),
)


@transaction.atomic
def create(*, on: date, at: datetime) -> int:
    """Two runs that were held, the demo's promoter and her colleagues among the people; returns the sheets.

    Near the turn of the year a run of last year would be without its plan, and is left out. Again changes nothing.
    """
    if Survey.objects.exists():
        return 0
    today = on if workdays.is_working_day(on) else workdays.shift(on, -1)
    held = (
        ("S1-04", workdays.shift(today - timedelta(days=7), -1)),
        ("ALL-02", workdays.shift(rules.months_after(today, -rules.MONTHS_UNTIL_FOLLOW_UP), -3)),
    )
    by, lot, sheets = User.objects.get(username="dx"), random.Random(8), 0
    people = _people(on)
    for code, day in held:
        if day in FiscalYear.containing(on):
            run = _held(Course.objects.get(code=code), day, people, by)
            runs.hold_run(run.pk, by=by, at=datetime.combine(day + timedelta(days=1), time(9), TOKYO))
            sheets += _sheets(run.surveys.get(), ANSWERED, day, lot)
    asked_at = datetime.combine(today, time(7, 15), TOKYO)
    follow_ups.send_due(at=asked_at)
    _words_of_heads(asked_at)
    return sheets


def _words_of_heads(at: datetime) -> None:
    """What the heads of other departments have answered already."""
    waiting = FollowUp.objects.exclude(department__postings__employee__users__username="head").order_by("pk")
    rows = list(waiting[: len(WORDS)])
    for row, (usage, words) in zip(rows, WORDS, strict=False):
        row.usage, row.words, row.answered_at = usage, words, at
    FollowUp.objects.bulk_update(rows, ["usage", "words", "answered_at"])


def _people(on: date) -> list[Employee]:
    """The demo's promoter first, then the department of the demo's head, then others."""
    head = User.objects.get(username="head").employee
    place = Posting.objects.primary().on(on).filter(employee=head).values("department")
    plain = Posting.objects.primary().on(on).filter(is_head=False)
    here = Employee.objects.in_service(on).at_work(on)
    promoter = here.filter(users__username="promoter")
    colleagues = here.filter(pk__in=plain.filter(department__in=place).values("employee")).order_by("pk")[:4]
    others = here.filter(pk__in=plain.values("employee")).order_by("-pk")[:THERE]
    return list(dict.fromkeys([*promoter, *colleagues, *others]))[:THERE]


def _held(course: Course, day: date, people: Sequence[Employee], by: User) -> CourseRun:
    start = datetime.combine(day, time(13), TOKYO)
    booked_at = start - timedelta(days=20)
    run = runs.plan(
        course,
        meetings=[(start, start + timedelta(hours=3))],
        by=by,
        at=booked_at,
        venue="県庁西棟8階 大会議室",
        area="東青",
        capacity=60,
        opens_on=day - timedelta(days=30),
        closes_on=day - timedelta(days=5),
        change_until=day - timedelta(days=1),
    )
    runs.open_run(run.pk, by=by, at=booked_at)
    CourseRun.objects.filter(pk=run.pk).update(seats_taken=len(people))
    Enrollment.objects.bulk_create(
        Enrollment(
            run=run,
            course=course,
            employee=person,
            status="attended",
            requested_at=booked_at,
            confirmed_at=booked_at,
        )
        for person in people
    )
    return run


def _sheets(survey: Survey, number: int, day: date, lot: random.Random) -> int:
    """The first of the people, the demo's promoter, has not answered yet."""
    questions = list(survey.questionnaire.questions.all())
    asked = list(Invitation.objects.filter(survey=survey).order_by("pk")[1 : number + 1])
    for row in asked:
        row.answered_on = day + timedelta(days=2)
    Invitation.objects.bulk_update(asked, ["answered_on"])
    responses = Response.objects.bulk_create(Response(survey=survey) for _ in asked)
    answers = []
    for place, response in enumerate(responses):
        voices = iter(VOICES[place % len(VOICES)])
        for question in questions:
            if question.kind == QuestionKind.TEXT:
                answers.append(Answer(response=response, question=question, text=rules.plain(next(voices))))
            else:
                weights = (1, 5) if question.kind == QuestionKind.YES_NO else (1, 1, 3, 8, 9)
                choices = (0, 1) if question.kind == QuestionKind.YES_NO else (1, 2, 3, 4, 5)
                number = lot.choices(choices, weights)[0]
                answers.append(Answer(response=response, question=question, number=number))
    Answer.objects.bulk_create(row for row in answers if row.number is not None or row.text)
    return len(asked)
