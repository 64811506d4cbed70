"""Curricula, facts about progress, practice reports and the turn of the year, as they are: nobody is told."""

from datetime import date, timedelta
from itertools import count

from aomori_dx.kernel import clock
from aomori_dx.kernel.fiscal_year import FiscalYear
from stages.models import (
    ContinuationWish,
    Curriculum,
    CurriculumItem,
    CurriculumState,
    ExaminationResult,
    GrowthStage,
    ItemKind,
    PracticeAttachment,
    PracticeComment,
    PracticeReport,
    ProgressRuling,
    Promoter,
    Rollover,
    RolloverMove,
    RulingKind,
    StageEnrollment,
    StageProgress,
    WishAnswer,
    WishCall,
)
from tests.conftest import NOW
from tests.factories import stages as make_stages
from tests.factories import training as make_training
from tests.factories.stages import R8
from training.models import Course

_numbers = count(1)
JUDGING = ("judgement", "judgement/confirm", "judgement/sheet", "wishes")
"""Pages of 修了判定 and 意向確認, below /promoters/."""
PAGES = ["{version}", "{draft}/edit", "{draft}/publish", "{draft}/items/{item}", "{version}/revise", "{version}/people"]
PAGES += ["new/{year}/3"]
"""The pages of カリキュラム that `curricula_to_look_at` fills."""


def curriculum(*courses: Course, stage: int = 1, practice: bool = False, **fields) -> Curriculum:
    """A published version of R8 that requires the courses, and a practice report where asked for."""
    make_stages.stages()
    defaults = {
        "fiscal_year": R8,
        "state": CurriculumState.PUBLISHED,
        "valid_from": date(2026, 4, 1),
        "deadline": date(2027, 2, 28),
        "published_at": NOW,
    }
    row = Curriculum.objects.create(stage=GrowthStage.objects.get(number=stage), **{**defaults, **fields})
    for course in courses:
        item(row, course)
    if practice:
        item(row, kind=ItemKind.PRACTICE, title="実践報告")
    return row


def item(of: Curriculum, course: Course | None = None, **fields) -> CurriculumItem:
    defaults = {
        "kind": ItemKind.COURSE if course else ItemKind.EXAMINATION,
        "title": course.name if course else f"項目{next(_numbers)}",
        "hours": course.hours if course else 0,
        "position": of.items.count() + 1,
    }
    return CurriculumItem.objects.create(curriculum=of, course=course, **{**defaults, **fields})


def ruling(of: StageEnrollment, about: CurriculumItem | None = None, **fields) -> ProgressRuling:
    defaults = {
        "kind": RulingKind.ACCEPT,
        "ruled_on": date(2026, 11, 20),
        "reason": "前職での実務経験による",
        "by_name": "総務 花子",
        "recorded_at": NOW,
    }
    return ProgressRuling.objects.create(enrollment=of, item=about, **{**defaults, **fields})


def report(of: StageEnrollment | None = None, **fields) -> PracticeReport:
    """A theme that is being written."""
    defaults = {
        "title": "電話照会のフォーム化",
        "current_work": "生産者からの電話照会に一件ずつ答えている。",
        "tool": "kintone",
        "expected_effect": "電話の件数が半分になる。",
        "changed_at": NOW,
    }
    return PracticeReport.objects.create(enrollment=of or make_stages.enrollment(), **{**defaults, **fields})


def wish_call(**fields) -> WishCall:
    """Of R9, announced, for this month and the next."""
    today = clock.today()
    days = {"opens_on": today - timedelta(days=20), "closes_on": today + timedelta(days=20)}
    told = {"fiscal_year": R8.next, "issued_at": clock.now(), **days, **fields}
    return WishCall.objects.update_or_create(fiscal_year=told.pop("fiscal_year"), defaults=told)[0]


def wish(of: Promoter | None = None, **fields) -> ContinuationWish:
    defaults = {"fiscal_year": R8.next, "answer": WishAnswer.YES, "answered_at": NOW}
    return ContinuationWish.objects.create(promoter=of or make_stages.promoter(), **{**defaults, **fields})


def examination(of: Promoter | None = None, **fields) -> ExaminationResult:
    defaults = {"name": "ITパスポート", "passed_on": date(2026, 10, 4), "reported_at": NOW}
    return ExaminationResult.objects.create(promoter=of or make_stages.promoter(), **{**defaults, **fields})


def dry_run(into: FiscalYear) -> Rollover:
    """A turn of the year that was looked at and not begun, with nobody in it."""
    return Rollover.objects.create(fiscal_year=into, digest="0" * 64, planned_at=NOW)


def curricula_to_look_at(year: FiscalYear) -> None:
    """A revised one with somebody on its first version, and a draft with an elective item, of this year."""
    days = {"fiscal_year": year, "valid_from": year.first_day, "deadline": year.last_day}
    first = curriculum(make_training.course(), stage=4, practice=True, **days)
    curriculum(make_training.course(), stage=4, version=2, reason="研修の入れ替え", **days)
    make_stages.enrollment(make_stages.promoter(cohort=year), stage=4, fiscal_year=year, curriculum=first)
    draft = curriculum(make_training.course(level=2), stage=5, electives=2, state="draft", **days)
    item(draft, title="ITパスポート", is_required=False)
    make_training.course(level=2)


def looked_at() -> dict[str, int]:
    """What the addresses of PAGES name; nothing where there is nothing to look at."""
    version = Curriculum.objects.filter(version=2).first()
    draft = Curriculum.objects.filter(state="draft").first()
    if version is None or draft is None:
        return {}
    return {"version": version.pk, "draft": draft.pk, "item": draft.items.latest("pk").pk}


def one_of_each(enrollment: StageEnrollment) -> None:
    """A row of every table of this file, about one promoter."""
    asked = curriculum(make_training.course())
    ruling(enrollment, asked.items.get())
    StageProgress.objects.create(enrollment=enrollment, asked=1, computed_at=NOW)
    written = report(enrollment)
    PracticeComment.objects.create(report=written, text="よい取組です。", by_name="総務 花子", written_at=NOW)
    PracticeAttachment.objects.create(
        report=written, name="図.png", content_type="image/png", size=3, sha256="0" * 64, content=b"abc", added_at=NOW
    )
    wish(enrollment.promoter)
    wish_call()
    examination(enrollment.promoter)
    turn = Rollover.objects.create(fiscal_year=R8.next, digest="0" * 64, planned_by_name="総務 花子", planned_at=NOW)
    RolloverMove.objects.create(rollover=turn, promoter=enrollment.promoter, kind="climb", why="①を修了")
