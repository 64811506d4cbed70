"""活用の確認: three months after a run each participant's head is asked whether it is used at work."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from aomori_dx.kernel import audit, bulk, workdays
from aomori_dx.kernel.clock import day_of, start_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from aomori_dx.kernel.wareki import format_date
from staff import posts, roles
from staff.models import Department, Employee, Notice, Posting, User
from staff.services import notices
from staff.services.notices import Message
from training import permissions as may
from training.models import CourseRun, Enrollment, FollowUp, RunStatus, Usage
from training.rules import surveys as rules

NOT_YOURS = "活用の確認は、依頼先の所属の所属長(代理を含む)だけが回答できます。"
CHANGED = "ほかの人が、この間に回答を変更しました。今の回答を確認して、もう一度保存してください。"
Answers = Mapping[int, tuple[str, str]]
"""Follow-up id → usage and words."""


@transaction.atomic
def send_due(*, at: datetime) -> int:
    """Ask the heads about everybody whose run ended three months ago, and remind them; returns how many people.

    Who is on leave is asked about when she is back, within the window. A head's own learning is asked of the 部局's
    head. Nothing on a day that is no working day; run again, or a day late, nothing is doubled or lost.
    """
    on = day_of(at)
    if not workdays.is_working_day(on):
        return 0
    asked = FollowUp.objects.filter(enrollment=OuterRef("pk"))
    rows = Enrollment.objects.attended().filter(~Exists(asked), run__in=_runs_due(on))
    here = Employee.objects.in_service(on).at_work(on)
    rows = rows.select_for_update(of=("self",)).filter(employee__in=here).select_related("run__course")
    found = list(rows.order_by("pk"))
    places = _places([row.employee_id for row in found], on)
    due_on = rules.due_day_of_head(on)
    new = [
        FollowUp(
            enrollment=row,
            department=places[row.employee_id],
            asked_on=on,
            due_on=due_on,
            closes_on=due_on + rules.CHANGEABLE,
        )
        for row in found
        if row.employee_id in places
    ]
    bulk.insert_all(FollowUp, new)
    if new:
        label = f"活用の確認の依頼 {len(new):,}人"
        audit.record_on_list(FollowUp, "asked", label=label, by=None, at=at, after={"人数": len(new)})
    _tell(new, "", on, at=at)
    _remind(on, at)
    return len(new)


def _runs_due(on: date) -> list[int]:
    """Held runs whose last meeting was three months ago, or a little more."""
    latest = rules.months_after(on, -rules.MONTHS_UNTIL_FOLLOW_UP) + timedelta(days=5)
    earliest = latest - rules.FOLLOW_UP_WINDOW - timedelta(days=10)
    held = CourseRun.objects.filter(status=RunStatus.HELD).annotate(last=Max("sessions__ends_at"))
    found = held.filter(last__gte=start_of(earliest), last__lt=start_of(latest)).values_list("pk", "last")
    begins = {pk: rules.months_after(day_of(last), rules.MONTHS_UNTIL_FOLLOW_UP) for pk, last in found}
    return [pk for pk, day in begins.items() if day <= on <= day + rules.FOLLOW_UP_WINDOW]


def _places(people: Collection[int], on: date) -> dict[int, Department]:
    """Person → whose head is asked: that of the own department, of the 部局 for who heads it. Nobody is above some."""
    rows = Posting.objects.primary().on(on).filter(employee__in=people).select_related("department__parent")
    places: dict[int, Department | None] = {}
    for row in rows:
        places[row.employee_id] = row.department.parent if row.is_head else row.department
    return {person: place for person, place in places.items() if place is not None}


def _remind(on: date, at: datetime) -> None:
    until = workdays.shift(on, rules.REMINDED_BEFORE)
    waiting = FollowUp.objects.waiting().filter(asked_on__lt=on, due_on__gte=on, due_on__lte=until)
    rows = list(waiting.select_related("enrollment__run__course", "department").order_by("pk"))
    present = posts.heirs({row.department_id for row in rows}, on)
    departments = Department.objects.in_bulk(set(present.values()))
    for row in rows:
        row.department = departments[present[row.department_id]]
    _tell(rows, "reminder", on, at=at)


def _tell(rows: Iterable[FollowUp], kind: str, on: date, *, at: datetime) -> None:
    """One notice a run and post."""
    groups: dict[tuple[Any, Department], list[FollowUp]] = {}
    for row in rows:
        groups.setdefault((row.enrollment.run, row.department), []).append(row)
    first = "まだの方へ: " if kind else ""
    notices.write_all(
        (
            Message(
                key=f"{_prefix(run.pk)}{place.pk}:{kind or on}",
                to=place,
                title=f"{first}{run}で学んだことを仕事で使っているか、回答してください({len(group)}人)。",
                body=f"{format_date(group[0].due_on)}までに回答してください。",
                url=f"/department/follow-ups/{run.pk}/",
                due=group[0].due_on,
            )
            for (run, place), group in groups.items()
        ),
        at=at,
    )


def _prefix(run_id: int) -> str:
    """How the keys of the notices of a run begin."""
    return f"follow-up:{run_id}:"


@transaction.atomic
def answer(run_id: int, answers: Answers, *, seen: str, by: User, at: datetime) -> int:
    """What the head says about these people of a run; returns how many answers are new or changed.

    `seen`: the state (`stamp`) that the page showed. Raises NotAllowed: a person of another department, oneself; or
    RuleBroken: nothing chosen, the last day is over, somebody else has answered meanwhile.
    """
    on = day_of(at)
    rows = FollowUp.objects.select_for_update(of=("self",)).filter(enrollment__run=run_id)
    own = [row for row in rows.select_related("department", "enrollment") if may.answer_follow_up(by, row, at)]
    if not own or not answers.keys() <= {row.pk for row in own}:
        raise NotAllowed(NOT_YOURS)
    changed = [row for row in own if row.pk in answers and answers[row.pk] != (row.usage, row.words)]
    if reason := next((why for row in changed if (why := rules.why_not_follow_up(row, on))), None):
        raise RuleBroken(reason)
    if changed and stamp(own) != seen:
        raise RuleBroken(CHANGED)
    for row in changed:
        _write(row, *answers[row.pk], by=by, at=at)
    _call_off(run_id, own, at=at)
    return len(changed)


def stamp(rows: Iterable[FollowUp]) -> str:
    """The state of the answers: another after every change."""
    return max((row.answered_at.isoformat() for row in rows if row.answered_at), default="")


def _write(row: FollowUp, usage: str, words: str, *, by: User, at: datetime) -> None:
    if usage not in Usage.values:
        raise RuleBroken("活用の状況を選んでください。")
    before = {"usage": row.usage, "words": row.words} if row.answered_at else None
    row.usage, row.words, row.answered_at = usage, rules.plain(words), at
    with constraints_as_rules():
        row.save(update_fields=["usage", "words", "answered_at"])
    present = posts.inherited(roles.of(by, day_of(at)).headed, day_of(at))
    place = Department.objects.get(pk=present[row.department_id])
    told = {"usage": row.usage, "words": row.words}
    audit.record(row, "answered", by=roles.acting_as(by, place, day_of(at)), at=at, before=before, after=told)


def _call_off(run_id: int, own: Iterable[FollowUp], *, at: datetime) -> None:
    """A post whose people are all answered is reminded no more, under whatever name it was asked."""
    open_posts = {row.department_id for row in own if not row.answered_at}
    done = {row.department_id for row in own} - open_posts
    reached = done | set(posts.heirs(done, day_of(at)).values()) - open_posts
    rows = Notice.objects.kept().filter(key__startswith=_prefix(run_id), department__in=reached)
    notices.cancel(list(rows.values_list("key", flat=True)), at=at)
