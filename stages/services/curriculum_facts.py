"""What people have behind them of what some curricula ask for, set-based: the side of the facts of a preview."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from aomori_dx.kernel.text import fold
from stages.models import ExaminationResult, PracticeReport, PracticeStatus, ProgressRuling, RulingKind, StageEnrollment
from stages.models.going_on import ProofState
from training.models import Completion

Settled = dict[int, set[str]]
"""Enrollment (id) → the keys of items (`CurriculumItem.key`) that are settled."""


def settled(enrollments: Iterable[StageEnrollment], courses: Iterable[int], *, on: date) -> Settled:
    """Which items are done, exempted or accepted for each of these years on `on`: four queries for all of them.

    Standing completions of `courses` of any year, approved practice reports of the year, confirmed examinations; then
    what a person decided about an item, the newest word last (rule 10).
    """
    rows = list(enrollments)
    found: Settled = {row.pk: set() for row in rows}
    by_employee, by_promoter = defaultdict(list), defaultdict(list)
    for row in rows:
        by_employee[row.promoter.employee_id].append(row.pk)
        by_promoter[row.promoter_id].append(row.pk)
    done = Completion.objects.standing().filter(course__in=list(courses), completed_on__lte=on)
    here = StageEnrollment.objects.filter(pk__in=list(found))
    done = done.filter(employee__in=here.values("promoter__employee")).order_by()
    for employee, course in done.values_list("employee", "course"):
        for pk in by_employee[employee]:
            found[pk].add(f"course:{course}")
    reports = PracticeReport.objects.filter(enrollment__in=list(found), status=PracticeStatus.APPROVED)
    for pk in reports.filter(approved_on__lte=on).order_by().values_list("enrollment", flat=True):
        found[pk].add("practice")
    passed = ExaminationResult.objects.filter(promoter__in=here.values("promoter"), state=ProofState.CONFIRMED)
    for promoter, name in passed.filter(passed_on__lte=on).order_by().values_list("promoter", "name"):
        for pk in by_promoter[promoter]:
            found[pk].add(f"examination:{fold(name)}")
    _rule(found, on)
    return found


def _rule(found: Settled, on: date) -> None:
    standing = ProgressRuling.objects.filter(
        enrollment__in=list(found), item__isnull=False, revoked_at__isnull=True, ruled_on__lte=on
    )
    for ruling in standing.select_related("item").order_by("recorded_at", "pk"):
        if ruling.item is None:
            continue
        if ruling.kind == RulingKind.DENY:
            found[ruling.enrollment_id].discard(ruling.item.key)
        else:
            found[ruling.enrollment_id].add(ruling.item.key)
