"""What people have behind them of what some curricula ask for, set-based: the side of the facts of a preview."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast

from aomori_dx.kernel.text import fold
from stages.models import ExaminationResult, PracticeReport, PracticeStatus, ProgressRuling, RulingKind, StageEnrollment
from stages.models.going_on import ProofState
from training.models import Completion

COURSE, PRACTICE, EXAMINATION = "course", "practice", "examination"
Settled = dict[int, set[str]]
"""Enrollment (id) → the keys of items (`CurriculumItem.key`) that are settled."""


def settled(enrollments: Iterable[StageEnrollment], courses: Iterable[int], *, on: date) -> Settled:
    """Which items are done, exempted or accepted for each of these years on `on`: two queries for all of them.

    Standing completions of `courses` of any year, approved practice reports of the year, confirmed examinations; then
    what a person decided about an item, the newest word last (rule 10).
    """
    rows = list(enrollments)
    found: Settled = {row.pk: set() for row in rows}
    owners: dict[str, dict[int, list[int]]] = {kind: defaultdict(list) for kind in (COURSE, PRACTICE, EXAMINATION)}
    for row in rows:
        owners[COURSE][row.promoter.employee_id].append(row.pk)
        owners[PRACTICE][row.pk].append(row.pk)
        owners[EXAMINATION][row.promoter_id].append(row.pk)
    for kind, owner, what in _done(list(found), list(courses), on):
        key = {COURSE: f"course:{what}", PRACTICE: "practice"}.get(kind) or f"examination:{fold(what)}"
        for pk in owners[kind].get(owner, ()):
            found[pk].add(key)
    _rule(found, on)
    return found


def _done(enrollments: list[int], courses: list[int], on: date) -> Any:
    """Kind, whose it is (employee, enrollment, promoter), and which: in one query."""
    here = StageEnrollment.objects.filter(pk__in=enrollments)
    done = Completion.objects.standing().filter(course__in=courses, completed_on__lte=on)
    done = done.filter(employee__in=here.values("promoter__employee"))
    reports = PracticeReport.objects.filter(enrollment__in=here.values("pk"), status=PracticeStatus.APPROVED)
    passed = ExaminationResult.objects.filter(promoter__in=here.values("promoter"), state=ProofState.CONFIRMED)
    return _told(done, COURSE, "employee", Cast("course", CharField())).union(
        _told(reports.filter(approved_on__lte=on), PRACTICE, "enrollment", Value("")),
        _told(passed.filter(passed_on__lte=on), EXAMINATION, "promoter", F("name")),
        all=True,
    )


def _told(rows: Any, kind: str, owner: str, what: Any) -> Any:
    return rows.order_by().values_list(Value(kind), F(owner), what)


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
