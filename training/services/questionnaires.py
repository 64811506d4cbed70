"""The questions of the surveys. Every change is a new version: what was answered keeps its questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from aomori_dx.kernel import audit, bulk, locks
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from staff.models import User
from training import permissions as may
from training.models import Course, Question, QuestionKind, Questionnaire
from training.rules.surveys import plain

NOT_YOURS = "アンケートの質問を変更できるのは、人財育成・人事担当とDX推進担当だけです。"
MOST = 20


@dataclass(frozen=True)
class Asked:
    """A question as it is written."""

    kind: str
    text: str
    is_required: bool = True


FIRST = (
    Asked(QuestionKind.SCALE, "研修の内容を理解できた"),
    Asked(QuestionKind.SCALE, "研修の内容は、今の仕事に役立つ"),
    Asked(QuestionKind.SCALE, "講師の説明と教材は分かりやすかった"),
    Asked(QuestionKind.SCALE, "時間の長さと進み方はちょうどよかった"),
    Asked(QuestionKind.YES_NO, "学んだことを、1か月のうちに仕事で使う予定がある"),
    Asked(QuestionKind.TEXT, "よかった点", is_required=False),
    Asked(QuestionKind.TEXT, "改善してほしい点、今後受けたい研修", is_required=False),
)
"""What everybody is asked until the office writes its own."""


def in_force(course: Course | None) -> Questionnaire | None:
    """The questions that a survey of `course` (None: of any course) would have now; None before the first."""
    rows = Questionnaire.objects.filter(retired_at__isnull=True).prefetch_related("questions")
    own = Q(course=course) if course else Q(pk__in=[])
    found = list(rows.filter(own | Q(course__isnull=True)).order_by("-version"))
    mine = [row for row in found if row.course_id is not None]
    return next(iter(mine or found), None)


@transaction.atomic
def for_survey(course: Course, *, at: datetime) -> Questionnaire:
    """`in_force`, and the first one for all courses where nobody has written any yet."""
    locks.hold("questionnaires")
    return in_force(course) or _write(None, FIRST, by=None, at=at)


def as_asked(row: Questionnaire | None) -> list[Asked]:
    """The questions of a version in order; those of `FIRST` where there is none."""
    if row is None:
        return list(FIRST)
    return [Asked(question.kind, question.text, question.is_required) for question in row.questions.all()]


@transaction.atomic
def write(course: Course | None, questions: Sequence[Asked], *, by: User, at: datetime) -> Questionnaire:
    """A new version, for surveys that open from now on; the same questions again change nothing.

    Raises NotAllowed, or RuleBroken: no question, too many, two with the same words.
    """
    _ensure_allowed(by, at)
    locks.hold("questionnaires")
    questions = [Asked(row.kind, plain(row.text), row.is_required) for row in questions]
    if not questions:
        raise RuleBroken("質問を1つ以上入力してください。")
    if len(questions) > MOST:
        raise RuleBroken(f"質問は{MOST}問までです({len(questions)}問あります)。")
    texts = [row.text for row in questions]
    if twice := sorted({text for text in texts if texts.count(text) > 1}):
        raise RuleBroken(f"同じ質問が2つあります: {'、'.join(twice)}")
    present = in_force(course)
    if present and present.course == course and as_asked(present) == questions:
        return present
    return _write(course, questions, by=by, at=at)


@transaction.atomic
def put_aside(course: Course, *, by: User, at: datetime) -> int:
    """From now on this course is asked what all are. Returns how many versions were put aside. Raises NotAllowed."""
    _ensure_allowed(by, at)
    locks.hold("questionnaires")
    rows = list(Questionnaire.objects.select_for_update().filter(course=course, retired_at__isnull=True))
    Questionnaire.objects.filter(pk__in=[row.pk for row in rows]).update(retired_at=at)
    audit.record_all(audit.event(row, "ended", by=by, at=at) for row in rows)
    return len(rows)


def _write(course: Course | None, questions: Sequence[Asked], *, by: User | None, at: datetime) -> Questionnaire:
    newest = Questionnaire.objects.filter(course=course).order_by("-version").first()
    row = Questionnaire.objects.create(course=course, version=newest.version + 1 if newest else 1, written_at=at)
    bulk.insert_all(
        Question,
        [
            Question(
                questionnaire=row, position=position, kind=asked.kind, text=asked.text, is_required=asked.is_required
            )
            for position, asked in enumerate(questions, 1)
        ],
    )
    told = [f"{QuestionKind(asked.kind).label}: {asked.text}" for asked in questions]
    audit.record(row, "created", by=by, at=at, after={"質問": told})
    return row


def _ensure_allowed(by: User, at: datetime) -> None:
    if not may.edit_questionnaires(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
