"""When a survey is asked and answered, and when a head is asked: days, and sentences that say why not."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from unicodedata import category

from aomori_dx.kernel import workdays
from aomori_dx.kernel.wareki import format_date
from training.models import Enrollment, FollowUp, Question, QuestionKind, SurveyInvitation
from training.models.survey import CHOICES, LONGEST_TEXT

DAYS_TO_ANSWER = 14
LATEST = timedelta(days=60)
"""Who is marked as present later than this after the last meeting is not asked any more: nobody remembers."""
REMINDED_BEFORE = 3
"""Working days before the last day."""
MONTHS_UNTIL_FOLLOW_UP = 3
FOLLOW_UP_WINDOW = timedelta(days=30)
"""Somebody who is away on the day, or a day that was missed, is asked up to so much later."""
WORKING_DAYS_FOR_HEAD = 15
CHANGEABLE = timedelta(days=30)
"""A head may answer and change the answer so long after the due day."""
Answers = Mapping[int, int | str]
"""Question id → the number that was chosen, or the words."""


def months_after(day: date, months: int) -> date:
    """The same day of a later month, its last where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day_to_answer(asked_on: date) -> date:
    return asked_on + timedelta(days=DAYS_TO_ANSWER)


def due_day_of_head(asked_on: date) -> date:
    return workdays.shift(asked_on, WORKING_DAYS_FOR_HEAD)


def why_not_answer(invitation: SurveyInvitation, on: date) -> str | None:
    """Once, and in time. Whether she was there is asked of the bookings (`attended`)."""
    if invitation.answered_on is not None:
        return f"このアンケートには、{format_date(invitation.answered_on)}に回答しています。ありがとうございました。"
    if on > invitation.closes_on:
        return f"このアンケートは、{format_date(invitation.closes_on)}に締め切りました。"
    return None


def was_there(enrollment: Enrollment) -> str | None:
    """A correction of the roll afterwards takes the survey away. One query."""
    if Enrollment.objects.attended().filter(pk=enrollment.pk).exists():
        return None
    return "出席した人だけが回答できるアンケートです。出席の記録に誤りがあるときは、研修の担当に連絡してください。"


def why_not_follow_up(row: FollowUp, on: date) -> str | None:
    """Until its last day."""
    if on <= row.closes_on:
        return None
    return f"この確認の受付は、{format_date(row.closes_on)}に終わりました。"


def wrong_answers(questions: Sequence[Question], answers: Answers) -> list[str]:
    """A sentence for each answer that is missing or does not fit its question."""
    found = []
    for number, question in enumerate(questions, 1):
        given = answers.get(question.pk, "")
        if given == "" or given is None:
            if question.is_required:
                found.append(f"問{number}「{question.text}」に回答してください。")
        elif question.kind == QuestionKind.TEXT:
            if not isinstance(given, str) or len(given) > LONGEST_TEXT:
                found.append(f"問{number}は{LONGEST_TEXT:,}文字以内で入力してください。")
        elif given not in dict(CHOICES[QuestionKind(question.kind)]):
            found.append(f"問{number}「{question.text}」は、選択肢から選んでください。")
    return found


def plain(text: str) -> str:
    """Words as they are kept: line breaks stay, other signs that control and show nothing go."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = "".join(sign for sign in lines if sign == "\n" or category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return kept.strip()
