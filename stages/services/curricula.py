"""カリキュラム: which one counts, and how it is written, published and revised (R18, R20, R21).

A published version never changes: every function here that writes asks for a draft, under the lock of its stage.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from aomori_dx.kernel.fiscal_year import FiscalYear
from stages import permissions as may
from stages.effects.curriculum import assign, current
from stages.models import CareerTrack, Curriculum, CurriculumItem, GrowthStage, StageEnrollment
from stages.rules import curriculum as rules
from stages.services import curriculum_seen
from stages.signals import curricula_assigned
from stages.workflows.curriculum import CURRICULUM

__all__ = ["assign", "current"]  # asked for here by everybody above; the rest is written here

NOT_YOURS = "カリキュラムを作成し公開できるのは、DX推進担当だけです。"
PUBLISHED_STAYS = "公開した版は変えられません。変えるときは「改定する」から次の版を作ってください。"
STATED = ("valid_from", "deadline", "electives", "elective_hours", "reason")
ITEM = ("kind", "course", "title", "hours", "is_required", "due_on", "skill", "position")
DEADLINE_DAY = 28
"""The day of February on which a new draft's deadline lies: before the judgement of March."""


@dataclass(frozen=True)
class Published:
    """A version that stands now, and how many people without a curriculum got it."""

    curriculum: Curriculum
    given: int


@transaction.atomic
def draft(
    stage: GrowthStage,
    track: CareerTrack | None,
    fiscal_year: FiscalYear,
    *,
    by: Any,
    at: datetime,
    source: Curriculum | None = None,
) -> Curriculum:
    """The first version of a stage, track and year: empty, or as `source` says with its days moved into the year.

    Raises NotAllowed, or RuleBroken: the year is closed, there is a version already.
    """
    hold(stage.pk, fiscal_year, by=by, at=at)
    row = Curriculum(stage=stage, track=track, fiscal_year=fiscal_year, **_first_days(fiscal_year))
    if known := Curriculum.objects.in_line_with(row).first():
        raise RuleBroken(f"「{known}」がすでにあります。変えるときは、その画面から改定してください。")
    if source is not None:
        row.electives, row.elective_hours = source.electives, source.elective_hours
        row.deadline = moved(source.deadline, source.fiscal_year, fiscal_year)
    return _written(row, source, by=by, at=at, action="copied" if source else "created")


@transaction.atomic
def copy_year(fiscal_year: FiscalYear, *, by: Any, at: datetime) -> list[Curriculum]:
    """A draft from last year's newest published version for every stage and track that has none this year (R18).

    A second time there is nothing left to copy. Raises NotAllowed, or RuleBroken: the year is closed.
    """
    rows = Curriculum.objects.published().of_year(fiscal_year.previous).select_related("stage", "track")
    newest = {(row.stage_id, row.track_id): row for row in rows.order_by("version")}
    taken = set(Curriculum.objects.of_year(fiscal_year).values_list("stage", "track"))
    missing = [row for key, row in newest.items() if key not in taken]
    missing.sort(key=lambda row: (row.stage.number, row.track_id is not None, row.track_id or 0))
    return [draft(row.stage, row.track, fiscal_year, source=row, by=by, at=at) for row in missing]


@transaction.atomic
def revise(curriculum_id: int, *, reason: str, valid_from: date, by: Any, at: datetime) -> Curriculum:
    """The next version as a draft: a copy of the newest published one, with the reason and from when it is used.

    Raises NotAllowed, or RuleBroken: the year is closed, a draft is being written, it is not the newest version, the
    day does not lie in the year, no reason.
    """
    known = Curriculum.objects.select_related("stage", "track").get(pk=curriculum_id)
    hold(known.stage_id, known.fiscal_year, by=by, at=at)
    newest = Curriculum.objects.in_line_with(known).first()
    if newest is None or not newest.is_published:
        number = newest.version if newest else 1
        raise RuleBroken(f"第{number}版を作成中です。先にその版を公開するか、下書きを破棄してください。")
    if newest.pk != known.pk:
        raise RuleBroken(f"第{newest.version}版が公開されています。いちばん新しい版から改定してください。")
    if outside := rules.outside("適用日", valid_from, known.fiscal_year):
        raise RuleBroken(outside)
    if not reason.strip():
        raise RuleBroken("改定の理由を入力してください。")
    row = Curriculum(
        stage=known.stage,
        track=known.track,
        fiscal_year=known.fiscal_year,
        version=known.version + 1,
        valid_from=valid_from,
        deadline=known.deadline,
        electives=known.electives,
        elective_hours=known.elective_hours,
        reason=reason.strip(),
    )
    return _written(row, known, by=by, at=at, action="created")


@transaction.atomic
def write(curriculum_id: int, *, by: Any, at: datetime, seen: str | None = None, **stated: Any) -> Curriculum:
    """Change what a draft says of itself (columns of `STATED`). `seen`: as `curriculum_seen.of` gave it.

    Raises NotAllowed, or RuleBroken: it is published, the year is closed, it changed meanwhile, a constraint refuses.
    """
    row = hold_draft(curriculum_id, by=by, at=at)
    before = {name: getattr(row, name) for name in STATED}
    if seen is not None and (lines := curriculum_seen.changed(row, seen, STATED)):
        raise curriculum_seen.ChangedMeanwhile("\n".join([curriculum_seen.LEAD, *lines]))
    for name, value in stated.items():
        setattr(row, name, value)
    days = (("適用日", row.valid_from), ("修了の期限", row.deadline))
    if lines := [line for label, day in days if (line := rules.outside(label, day, row.fiscal_year))]:
        raise RuleBroken("\n".join(lines))
    with constraints_as_rules():
        row.save(update_fields=STATED)
    changed = [name for name in STATED if getattr(row, name) != before[name]]
    if changed:
        old, new = ({name: _plain(value) for name, value in each.items()} for each in (before, _stated(row)))
        audit.record(
            row, "edited", by=by, at=at, before={n: old[n] for n in changed}, after={n: new[n] for n in changed}
        )
    return row


@transaction.atomic
def publish(curriculum_id: int, *, by: Any, at: datetime) -> Published:
    """It stands from now on; who is in the stage this year without a curriculum gets one.

    Raises NotAllowed, or RuleBroken with every reason of `CURRICULUM.blockers`.
    """
    known = Curriculum.objects.get(pk=curriculum_id)
    hold(known.stage_id, known.fiscal_year, by=by, at=at)
    row = CURRICULUM.move(curriculum_id, "publish", by=by, at=at)
    return Published(row, give_to_waiting(row, by=by, at=at))


def waiting(curriculum: Curriculum) -> Any:
    """The years of people in this stage and fiscal year that have no curriculum and may get this one."""
    rows = StageEnrollment.objects.filter(
        stage=curriculum.stage_id, fiscal_year=curriculum.fiscal_year, curriculum__isnull=True
    )
    return rows.filter(track=curriculum.track_id) if curriculum.track_id else rows


@transaction.atomic
def give_to_waiting(curriculum: Curriculum, *, by: Any, at: datetime) -> int:
    """Give those who wait the version that is theirs, and record it; returns how many got one.

    Raises NotAllowed, or RuleBroken where the year is closed.
    """
    hold(curriculum.stage_id, curriculum.fiscal_year, by=by, at=at)
    rows = waiting(curriculum).select_related("promoter__employee", "stage").select_for_update(of=("self",))
    given = assign(list(rows.order_by("pk")), on=max(day_of(at), curriculum.valid_from))
    audit.record_all(
        audit.event(row, "curriculum_assigned", by=by, at=at, after={"curriculum": str(row.curriculum)})
        for row in given
    )
    if given:
        curricula_assigned.send(sender=Curriculum, enrollments=[row.pk for row in given], at=at)
    return len(given)


@transaction.atomic
def discard(curriculum_id: int, *, by: Any, at: datetime) -> str:
    """Throw a draft away, by which nobody was ever judged; returns its name. The record keeps what it said.

    Raises NotAllowed, or RuleBroken: it is published, the year is closed.
    """
    row = hold_draft(curriculum_id, by=by, at=at)
    kept = {name: _plain(value) for name, value in _stated(row).items()}
    items = list(row.items.all())
    kept["items"] = "、".join(item.title for item in items)
    audit.record(row, "draft_discarded", by=by, at=at, before=kept)
    row.items.all().delete()
    name = str(row)
    row.delete()
    return name


def hold(stage_id: int, fiscal_year: FiscalYear, *, by: Any, at: datetime) -> None:
    """Whoever writes a stage's curricula, or moves people between them, holds the stage until the transaction ends."""
    if by is None or not may.edit_curricula(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    closing.ensure_open(fiscal_year)
    GrowthStage.objects.select_for_update().get(pk=stage_id)


def hold_draft(curriculum_id: int, *, by: Any, at: datetime) -> Curriculum:
    """The draft, held; RuleBroken for a published version."""
    stage, year = Curriculum.objects.values_list("stage", "fiscal_year").get(pk=curriculum_id)
    hold(stage, year, by=by, at=at)
    row = Curriculum.objects.select_related("stage", "track").get(pk=curriculum_id)
    if row.is_published:
        raise RuleBroken(PUBLISHED_STAYS)
    return row


def moved(day: date, year: FiscalYear, to: FiscalYear) -> date:
    """The same day of another fiscal year; 29 February becomes the 28th where there is none."""
    number = day.year + int(to) - int(year)
    try:
        return day.replace(year=number)
    except ValueError:
        return day.replace(year=number, day=28)


def _first_days(fiscal_year: FiscalYear) -> dict[str, date]:
    last = fiscal_year.last_day
    return {"valid_from": fiscal_year.first_day, "deadline": last.replace(month=2, day=DEADLINE_DAY)}


def _written(row: Curriculum, source: Curriculum | None, *, by: Any, at: datetime, action: str) -> Curriculum:
    with constraints_as_rules():
        row.save(force_insert=True)
    items = []
    for item in source.items.all() if source else ():
        kept = {name: getattr(item, name) for name in ITEM if name != "course"}
        if item.due_on and source is not None:
            kept["due_on"] = moved(item.due_on, source.fiscal_year, row.fiscal_year)
        items.append(CurriculumItem(curriculum=row, course_id=item.course_id, **kept))
    CurriculumItem.objects.bulk_create(items)
    after = {name: _plain(value) for name, value in _stated(row).items()}
    if source is not None:
        after["写した元"] = str(source)
    audit.record(row, action, by=by, at=at, after=after, reason=row.reason)
    return row


def _stated(row: Curriculum) -> dict[str, Any]:
    return {name: getattr(row, name) for name in STATED}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value if isinstance(value, (int, str)) else str(value)
