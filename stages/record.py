"""One promoter's record on a line of time: nominated, appointed, posted, trained, judged, away, gone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Q

from aomori_dx.kernel import audit, history
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import AuditEvent
from staff import permissions as may_staff
from staff.models import AbsenceReason, Posting, User
from stages import record_events
from stages.models import Promoter, StageEnrollment, StageStatus
from stages.record_events import Event
from stages.services import fact_rows
from stages.services.fact_rows import Row

MOST_ACTS = 50
ENDINGS: dict[str, str] = {
    StageStatus.COMPLETED: "を修了",
    StageStatus.NOT_COMPLETED: "は未修了",
    StageStatus.SUSPENDED: "を中断",
    StageStatus.WITHDRAWN: "を辞退",
}


@dataclass(frozen=True)
class Act:
    """An entry of the audit, with what it changed."""

    event: AuditEvent
    label: str
    changes: list[history.Change]


@dataclass(frozen=True)
class Record:
    """What the page of one promoter shows. `line` is the line of time, by fiscal year, oldest first."""

    promoter: Promoter
    bureau: str
    now: Posting | None
    is_away: bool
    has_left: bool
    years: list[StageEnrollment]
    line: list[tuple[FiscalYear, list[Event]]]
    acts: list[Act]


def of(promoter: Promoter, *, reader: User, on: date) -> Record:
    """The record of `promoter` as `reader` may see it on `on`: why somebody is away, HR alone."""
    person = promoter.employee
    years = list(promoter.enrollments.select_related("stage", "curriculum", "track").order_by("fiscal_year"))
    postings = list(
        Posting.objects.filter(employee=person)
        .select_related("department__parent")
        .order_by("valid_from", "-is_primary")
    )
    facts = list(fact_rows.of_people([person.pk]))
    absences = sorted((row for row in facts if row.table == fact_rows.ABSENCE), key=lambda row: row.on or date.max)
    events = [
        *_appointment(promoter),
        *_postings(postings, since=promoter.appointed_on),
        *_training(years),
        *record_events.of(promoter, facts),
        *_absences(absences, with_reason=may_staff.see_leave_reason(reader, on)),
    ]
    past = sorted((event for event in events if event.on <= on), key=lambda event: event.on)
    return Record(
        promoter=promoter,
        bureau=promoter.department.parent.name if promoter.department.parent else "",
        now=next((row for row in postings if row.is_primary and row.holds_on(on)), None),
        is_away=any(_holds_on(row, on) for row in absences),
        has_left=not person.in_service_on(on),
        years=years,
        line=[(year, list(rows)) for year, rows in groupby(past, key=lambda event: FiscalYear.containing(event.on))],
        acts=_acts(promoter, years),
    )


def _appointment(promoter: Promoter) -> Iterator[Event]:
    route = promoter.get_route_display()
    yield Event(promoter.appointed_on, "appointment", "DX推進員に任命", f"{route}、{promoter.department.name}から")
    if promoter.withdrawn_on:
        yield Event(promoter.withdrawn_on, "end", "DX推進員を辞退", promoter.withdrawal_reason)
    if left := promoter.employee.left_on:
        yield Event(left, "end", "退職など", "この日から在職していません。")


def _postings(rows: list[Posting], *, since: date) -> Iterator[Event]:
    """The place at the time of appointment, and every one after it."""
    for row in rows:
        if row.valid_to and row.valid_to <= since:
            continue
        bureau = row.department.parent.name if row.department.parent else ""
        title = f"{bureau} {row.department.name} {row.title}".strip()
        word = "所属" if row.is_primary else "兼務"
        until = f"{row.valid_to:%Y年%-m月%-d日}に異動" if row.valid_to and not row.is_primary else ""
        yield Event(max(row.valid_from, since), "posting", f"{word}: {title}", until)


def _training(rows: list[StageEnrollment]) -> Iterator[Event]:
    for row in rows:
        asked = f"カリキュラム 第{row.curriculum.version}版" if row.curriculum else ""
        track = row.track.name if row.track else ""
        yield Event(row.started_on, "training", f"{row.stage.label}を開始", "、".join(filter(None, (asked, track))))
        if row.status in ENDINGS:
            yield Event(row.status_on, "training", f"{row.stage.label}{ENDINGS[row.status]}", _judgement(row))


def _judgement(row: StageEnrollment) -> str:
    """How the year was judged, by whom and why; empty where nobody judged it."""
    if not row.outcome:
        return ""
    by = f"{row.judged_by_name}が判定" if row.judged_by_name else ""
    return "、".join(filter(None, (f"判定: {row.get_outcome_display()}", by, row.outcome_reason)))


def _holds_on(row: Row, day: date) -> bool:
    return row.on is not None and row.on <= day and (row.until is None or row.until > day)


def _absences(rows: list[Row], *, with_reason: bool) -> Iterator[Event]:
    for row in rows:
        word = AbsenceReason(row.code).label if with_reason else "休職等"
        yield Event(row.on or date.max, "absence", f"{word}を開始")
        if row.until:
            yield Event(row.until, "absence", f"{word}から復帰")


def acts_of(row: StageEnrollment) -> list[Act]:
    """What was done to one year, newest first; looking at it is no such act."""
    events = audit.history_of(row).exclude(action="viewed").order_by("-at", "-pk")[:MOST_ACTS]
    return [Act(event, history.action_label(event.action, event.model), history.changes(event)) for event in events]


def _acts(promoter: Promoter, years: list[StageEnrollment]) -> list[Act]:
    """What was done to the record, newest first; looking at it is no such act."""
    mine = Q(model=Promoter._meta.label_lower, object_pk=str(promoter.pk))
    trained = Q(model=StageEnrollment._meta.label_lower, object_pk__in=[str(row.pk) for row in years])
    events = AuditEvent.objects.filter(mine | trained).exclude(action="viewed")[:MOST_ACTS]
    return [Act(event, history.action_label(event.action, event.model), history.changes(event)) for event in events]
