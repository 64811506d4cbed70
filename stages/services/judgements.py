"""修了判定 (R23, R63): drafts that nobody is told of, and 確定, which decides all of them in one transaction.

What 修了 asks for is said by the fold of the facts, asked again under the lock of the year's row: who is no longer met
is named, and nothing is done by halves.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.audit import actor_name
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from aomori_dx.kernel.fiscal_year import FiscalYear
from stages import permissions as may
from stages.folding.progress import Progress
from stages.models import StageEnrollment, StageOutcome
from stages.rules import judgement as rules
from stages.rules import progression
from stages.services import judgement_notices, progress_facts, quotas, recomputing, stage_certificates
from stages.workflows.stage_enrollment import STAGE_ENROLLMENT

NOT_YOURS = "修了判定ができるのは、DX推進担当だけです。"
CHANGED_MEANWHILE = "表示したあとで、判定案か育成の状態が変わりました。内容を確かめて、もう一度操作してください。"
NOTHING_TO_DECIDE = "判定案の決まっている方がいません。"
BY_THE_BOARD = "修了判定の確定による"
MOST_NAMED = 20
"""So many refusals are written out; of the others the number is told."""


@transaction.atomic
def propose(
    enrollment_ids: Collection[int], outcome: str, *, reason: str = "", by: Any, at: datetime, seen: str | None = None
) -> list[StageEnrollment]:
    """A draft of the judgement for these years (ids); an empty outcome takes it back. Nobody is told.

    `seen`: of a single year as it was shown (`seen_of`). Raises NotAllowed, or RuleBroken with a line for each that
    cannot be judged so: it has ended, it is not met (修了), no reason (all but 修了), the fiscal year is closed. Then
    nothing is written.
    """
    rows = _hold(enrollment_ids, by, at)
    if seen is not None and [seen] != [seen_of(row) for row in rows]:
        raise RuleBroken(CHANGED_MEANWHILE)
    if outcome in rules.NEEDS_REASON and not reason.strip():
        raise RuleBroken(f"「{StageOutcome(outcome).label}」には理由が必要です。")
    refuse(_ended(rows) or (_against(rows, outcome, by, at) if outcome else {}))
    events = []
    for row in rows:
        before = told_of(row)
        row.outcome, row.outcome_reason = outcome, reason.strip() if outcome else ""
        row.judged_by_name = actor_name(by) if outcome else ""
        events.append(audit.event(row, "judgement_drafted", by=by, at=at, before=before, after=told_of(row)))
    StageEnrollment.objects.bulk_update(rows, ["outcome", "outcome_reason", "judged_by_name"], batch_size=500)
    audit.record_all(events)
    return rows


@dataclass(frozen=True)
class Batch:
    """What 確定 would decide, by outcome. `seen` stands for all that the officer saw; `against`: who cannot be decided
    so any more, and why."""

    groups: Mapping[str, list[StageEnrollment]]
    against: Mapping[str, str]
    seen: str

    @property
    def size(self) -> int:
        return sum(len(rows) for rows in self.groups.values())


def batch(fiscal_year: FiscalYear, *, on: date, lock: bool = False) -> Batch:
    """The drafts of the year as they are now, and who is not met as of `on`. Eight queries, whatever their number."""
    rows: Any = StageEnrollment.objects.filter(fiscal_year=fiscal_year, judged_on__isnull=True).exclude(outcome="")
    rows = rows.filter(status__in=rules.RUNNING).select_related("promoter__employee", "promoter__department", "stage")
    found = list((rows.select_for_update(of=("self",)) if lock else rows).order_by("pk"))
    groups = {str(code): [row for row in found if row.outcome == code] for code in StageOutcome.values}
    told = "\n".join(seen_of(row) for row in found)
    return Batch(
        groups={code: sorted(rows, key=_by_number) for code, rows in groups.items() if rows},
        against=_unmet(groups[StageOutcome.COMPLETED], on),
        seen=sha256(told.encode()).hexdigest()[:16],
    )


@transaction.atomic
def confirm(fiscal_year: FiscalYear, *, seen: str, decided_on: date | None = None, by: Any, at: datetime) -> Batch:
    """確定: every draft of the year becomes its judgement, certificates are issued, everybody is told; all or nothing.

    `seen`: of the batch as it was shown. `decided_on`: the day of the decision within the year, today unless given;
    what 修了 asks for must have been there by then. Raises NotAllowed, or RuleBroken: it changed meanwhile, somebody
    is not met any more (each with a line), nothing is drafted, the year is closed, a day to come or of another year.
    """
    if not may.judge_year(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    day = decided_on or fiscal_year.clamp(day_of(at))
    closing.ensure_open(fiscal_year, day)
    if FiscalYear.containing(day) != fiscal_year or day > day_of(at):
        raise RuleBroken(f"判定日は{fiscal_year}のうち、今日までの日付にしてください。")
    found = batch(fiscal_year, on=day, lock=True)
    if found.seen != seen:
        raise RuleBroken(CHANGED_MEANWHILE)
    if not found.size:
        raise RuleBroken(NOTHING_TO_DECIDE)
    refuse(found.against)
    rows = [row for group in found.groups.values() for row in group]
    _decide(rows, day, by=by, at=at)
    return found


def _decide(rows: list[StageEnrollment], day: date, *, by: Any, at: datetime) -> None:
    moves: dict[str, list[int]] = {}
    for row in rows:
        moves.setdefault(rules.move_of(row, row.outcome), []).append(row.pk)
    ids = [row.pk for row in rows]
    StageEnrollment.objects.filter(pk__in=ids).update(judged_on=day)
    for name, some in moves.items():
        STAGE_ENROLLMENT.move_all(some, name, by=by, at=at, reason=BY_THE_BOARD)
    dated = [pk for name, some in moves.items() if name != "stay_suspended" for pk in some]
    with constraints_as_rules():
        StageEnrollment.objects.filter(pk__in=dated).update(status_on=day)
    recomputing.of_enrollments(ids, at=at)
    stage_certificates.issue(StageEnrollment.objects.filter(pk__in=ids), by=by, at=at)
    judgement_notices.tell(rows, at=at)
    quotas.request(by=None, at=at)


@transaction.atomic
def take_back(enrollment_id: int, *, reason: str, by: Any, at: datetime, seen: str | None = None) -> StageEnrollment:
    """Take a decided judgement back, so that the year can be judged again; its certificate is valid no more.

    Raises NotAllowed, or RuleBroken: no reason, nothing was decided, the next year has begun, the year is closed, she
    does not go on as a promoter.
    """
    (row,) = _hold([enrollment_id], by, at)
    if seen is not None and seen != seen_of(row):
        raise RuleBroken(CHANGED_MEANWHILE)
    before, was = told_of(row), row.get_outcome_display()
    moved = STAGE_ENROLLMENT.move(row.pk, rules.take_back_of(row), by=by, at=at, reason=reason, signed=None)
    audit.record(
        moved, "judgement_taken_back", by=by, at=at, before=before, after=told_of(moved), reason=reason.strip()
    )
    recomputing.of_enrollments([row.pk], at=at)
    stage_certificates.revoke(moved, reason=f"判定の取消: {reason.strip()}", by=by, at=at)
    judgement_notices.tell_taken_back(moved, was, reason.strip(), at=at)
    quotas.request(by=None, at=at)
    return moved


def seen_of(row: StageEnrollment) -> str:
    """Stands for the judgement of one year as it is shown."""
    told = f"{row.pk} {row.status} {row.outcome} {row.outcome_reason} {row.judged_on}"
    return sha256(told.encode()).hexdigest()[:16]


def told_of(row: StageEnrollment) -> dict[str, Any]:
    """The judgement in the words of the audit."""
    day = row.judged_on.isoformat() if row.judged_on else None
    return {"判定": row.get_outcome_display() if row.outcome else "", "理由": row.outcome_reason, "判定日": day}


def possible(row: StageEnrollment, *, by: Any, at: datetime) -> list[tuple[str, str]]:
    """The outcomes that can be drafted for this year, with their words; whether 修了 is met is asked elsewhere."""
    if row.judged_on is not None or row.status not in rules.RUNNING:
        return []
    return [
        (str(code), str(label))
        for code, label in StageOutcome.choices
        if not STAGE_ENROLLMENT.blockers(row, rules.move_of(row, code), by=by, at=at)
    ]


def refuse(against: Mapping[str, str]) -> None:
    """Raise RuleBroken with a line for each; of very many only the number."""
    if not against:
        return
    lines = [f"{name}: {why}" for name, why in list(against.items())[:MOST_NAMED]]
    if (more := len(against) - len(lines)) > 0:
        lines.append(f"ほか{more:,}人")
    raise RuleBroken("\n".join([f"判定できない方が{len(against):,}人います。何も変更していません。", *lines]))


def _ended(rows: Iterable[StageEnrollment]) -> dict[str, str]:
    found = {}
    for row in rows:
        if row.judged_on is not None:
            found[_named(row)] = f"すでに「{row.get_outcome_display()}」と判定されています。"
        elif row.status not in rules.RUNNING:
            found[_named(row)] = f"この年度の育成は「{row.get_status_display()}」で終わっています。"
    return found


def _against(rows: Sequence[StageEnrollment], outcome: str, by: Any, at: datetime) -> dict[str, str]:
    """Who cannot be judged so, and why."""
    progression.gather(list(rows))
    found = {}
    for row in rows:
        if reasons := STAGE_ENROLLMENT.blockers(row, rules.move_of(row, outcome), by=by, at=at):
            found[_named(row)] = "、".join(reasons)
    if outcome == StageOutcome.COMPLETED:
        found |= _unmet([row for row in rows if _named(row) not in found], day_of(at))
    return found


def _unmet(rows: Sequence[StageEnrollment], on: date) -> dict[str, str]:
    """Of these, who does not meet what 修了 asks for on `on`, and what is missing."""
    if not rows:
        return {}
    cases = progress_facts.load([row.pk for row in rows], as_of=on)
    known = {case.enrollment.pk: case.fold() for case in cases}
    return {_named(row): missing_words(known[row.pk]) for row in rows if not known[row.pk].is_met}


def missing_words(progress: Progress, most: int = 3) -> str:
    """What is still asked for, in a line."""
    words = [row.words for row in progress.missing]
    if not words:
        return "カリキュラムの項目がないため、修了の条件を確認できません。"
    more = f" ほか{len(words) - most}件" if len(words) > most else ""
    return f"{'、'.join(words[:most])}{more}が残っています。"


def _named(row: StageEnrollment) -> str:
    person = row.promoter.employee
    return f"{person.name}({person.employee_number})"


def _by_number(row: StageEnrollment) -> str:
    return str(row.promoter.employee.employee_number)


def _hold(enrollment_ids: Collection[int], by: Any, at: datetime) -> list[StageEnrollment]:
    """These years, locked until the transaction ends; all of them open."""
    if not may.judge_year(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    rows = StageEnrollment.objects.filter(pk__in=list(enrollment_ids)).select_related("promoter__employee", "stage")
    held = list(rows.select_for_update(of=("self",)).order_by("pk"))
    closing.ensure_open(*{row.fiscal_year for row in held})
    return held
