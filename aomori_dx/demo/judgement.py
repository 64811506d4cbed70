"""The demo's 修了判定: last year's was decided, some drafts of the present one; promoters are asked about next year."""

from datetime import date, datetime, timedelta

from django.db import transaction

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import User
from stages.models import (
    CareerTrack,
    ContinuationWish,
    CurriculumItem,
    Promoter,
    RulingKind,
    StageEnrollment,
    StageOutcome,
    StageProgress,
    StageStatus,
    WishAnswer,
    WishCall,
)
from stages.services import judgements, recomputing, rulings, stage_certificates, wishes
from training.models import Completion, CompletionSource, Course
from training.services import completions

WORDS = "来年度も育成を続けるかどうかをうかがいます。希望するキャリアプランがあれば、あわせてお知らせください。"
REASONS = {
    StageOutcome.CARRY_ON: "年度途中の災害対応により、残りの研修を来年度に行うため",
    StageOutcome.REPEAT: "集合研修の出席が足りなかったため",
    StageOutcome.SUSPENDED: "育児休業のため",
    StageOutcome.WITHDRAWN: "本人の申出のため",
}
SAID = (
    (WishAnswer.YES, "業務の効率化を所属に広げたいです。"),
    (WishAnswer.YES, ""),
    (WishAnswer.NOT_THIS_YEAR, "来年度は繁忙期の業務と重なるため、見送ります。"),
    (WishAnswer.YES, "データ利活用を学びたいです。"),
    (WishAnswer.NO, "担当業務が変わる予定です。"),
)
MOST, DONE = 40, 6
ACCEPTED = "所属での改善の実績を、所属長の報告により確認したため"


@transaction.atomic
def create(*, on: date, at: datetime) -> int:
    """Write them, all or none; returns how many were judged. A second time changes nothing."""
    if WishCall.objects.exists():
        return 0
    by = User.objects.get(username="dx")
    year = FiscalYear.containing(on)
    judged = _last_year(year.previous, by, at)
    _drafts(year, by, at)
    _wishes(year.next, on, by, at)
    return judged


def _last_year(year: FiscalYear, by: User, at: datetime) -> int:
    """What the list of past years says is what the judgement of that year was."""
    of_year = StageEnrollment.objects.filter(fiscal_year=year, judged_on__isnull=True)
    outcomes = {
        StageStatus.COMPLETED: StageOutcome.COMPLETED,
        StageStatus.NOT_COMPLETED: StageOutcome.CARRY_ON,
        StageStatus.SUSPENDED: StageOutcome.SUSPENDED,
        StageStatus.WITHDRAWN: StageOutcome.WITHDRAWN,
    }
    rows = list(of_year.filter(status__in=outcomes).order_by("promoter"))
    repeated = False
    for row in rows:
        row.outcome = outcomes[StageStatus(row.status)]
        if row.outcome == StageOutcome.CARRY_ON:
            row.outcome, repeated = (StageOutcome.CARRY_ON if repeated else StageOutcome.REPEAT), not repeated
        row.outcome_reason = REASONS.get(StageOutcome(row.outcome), "")
        row.judged_by_name, row.judged_on = str(by), row.status_on
    StageEnrollment.objects.bulk_update(rows, ["outcome", "outcome_reason", "judged_by_name", "judged_on"], 500)
    stage_certificates.issue(StageEnrollment.objects.filter(fiscal_year=year), by=by, at=at)
    recomputing.of_enrollments([row.pk for row in rows], at=at)
    return len(rows)


def _drafts(year: FiscalYear, by: User, at: datetime) -> None:
    """A few of the present year: who has done everything, and one who carries on."""
    running = StageProgress.objects.filter(enrollment__fiscal_year=year, enrollment__status=StageStatus.IN_PROGRESS)
    running = running.order_by("enrollment")
    _finish(list(running.filter(enrollment__stage__number=1).values_list("enrollment", flat=True)[:DONE]), by, at)
    met = list(running.filter(met_on__isnull=False).values_list("enrollment", flat=True)[:5])
    late = list(running.filter(met_on__isnull=True).values_list("enrollment", flat=True)[:2])
    if met:
        judgements.propose(met, StageOutcome.COMPLETED, by=by, at=at)
    if late:
        reason = REASONS[StageOutcome.CARRY_ON]
        judgements.propose(late[:1], StageOutcome.CARRY_ON, reason=reason, by=by, at=at)


def _finish(years: list[int], by: User, at: datetime) -> None:
    """These have done all that is required: the courses by their lists, the rest by 認定."""
    rows = []
    for year in StageEnrollment.objects.filter(pk__in=years).select_related("promoter"):
        items = list(CurriculumItem.objects.filter(curriculum=year.curriculum_id).select_related("course"))
        known = set(Completion.objects.filter(employee=year.promoter.employee_id).values_list("course", flat=True))
        for item in items:
            if item.course is not None and item.course_id not in known:
                rows.append(_completion(year, item.course))
            elif item.course is None and item.is_required:
                rulings.rule(year.pk, kind=RulingKind.ACCEPT, item=item, reason=ACCEPTED, by=by, at=at)
    completions.grant_all(rows, by=by, at=at, reason=ACCEPTED)


def _completion(year: StageEnrollment, course: Course) -> Completion:
    return Completion(
        employee_id=year.promoter.employee_id,
        course=course,
        fiscal_year=year.fiscal_year,
        completed_on=year.started_on + timedelta(days=60),
        source=CompletionSource.ENTERED,
        reason=ACCEPTED,
        hours=course.hours,
    )


def _wishes(year: FiscalYear, on: date, by: User, at: datetime) -> None:
    """Asked for some weeks; a part of them has answered, the promoter with a login too."""
    call = wishes.plan(
        year,
        opens_on=on - timedelta(days=7),
        closes_on=min(on + timedelta(days=45), year.previous.last_day),
        words=WORDS,
        by=by,
        at=at,
    )
    wishes.issue(call.pk, by=by, at=at)
    tracks = [*CareerTrack.objects.all(), None]
    people = Promoter.objects.filter(pk__in=wishes.asked(year, on=on)).exclude(enrollments=None)
    rows = []
    for number, person in enumerate(people.distinct().order_by("pk")[:MOST]):
        answer, words = SAID[number % len(SAID)]
        track = tracks[number % len(tracks)]
        told = {"answer": answer, "track": track, "words": words, "answered_at": at}
        rows.append(ContinuationWish(promoter=person, fiscal_year=year, **told))
    ContinuationWish.objects.bulk_create(rows)
