"""Reorganising by hand: looked at on trial, done as a whole, kept as a change set that can be undone like a file."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from aomori_dx.kernel import journal
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.tables.importing import FileKind
from aomori_dx.kernel.tables.reading import Table
from aomori_dx.kernel.tables.report import Report
from staff import impacts
from staff import permissions as may
from staff.drafts import UNDECIDED, Draft
from staff.impacts import Impact
from staff.models import (
    ChangeLine,
    ChangePage,
    ChangeSet,
    ChangeSetState,
    Department,
    LineOutcome,
    Posting,
    Succession,
    User,
)
from staff.rules import reorganisation as rules
from staff.services import departments, relocations
from staff.services.departments import Act
from staff.services.relocations import Move
from staff.signals import records_changed
from staff.workflows.change_set import CHANGE_SET

NOT_YOURS = "組織改正を行えるのは、人財育成・人事担当だけです。"
CHANGED_MEANWHILE = "確認した後に、内容か記録が変わりました。まだ何も変えていません。もう一度確かめてください。"


def _no_file(table: Table, report: Report, as_of: date) -> Any:
    """Nobody gets here: `change_sets.upload` takes no such file."""
    raise RuleBroken("組織改正のファイルはありません。所属一覧と所属の承継のファイルを使ってください。")


KIND = FileKind("reorganisation", "組織改正", (), _no_file, may.import_people, dated=True, by_hand=True)


@dataclass(frozen=True)
class Preview:
    """What a draft would do. `missing`: postings of which nobody has said where they go; `rivals`: where two heads
    come together, by the key of the target. Nothing can be done while one of `blockers`, `missing`, `undecided_heads`
    is left. `following`: what goes along with its 部局. `seen` stands for all of it, to be given to `carry_out`."""

    people: list[Posting] = field(default_factory=list)
    missing: list[Posting] = field(default_factory=list)
    rivals: dict[str, list[Posting]] = field(default_factory=dict)
    undecided_heads: list[str] = field(default_factory=list)
    blockers: list[str] = field(default_factory=list)
    consequences: list[Impact] = field(default_factory=list)
    seen: str = ""
    following: list[Department] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return not (self.blockers or self.missing or self.undecided_heads)


def going_by(draft: Draft) -> list[Posting]:
    """Everybody who would be moved by the draft, whether or not it can be done."""
    return relocations.going(draft.departments, draft.on)


class _Undone(Exception):
    """Ends a trial."""


@transaction.atomic
def preview(draft: Draft, *, by: User, at: datetime) -> Preview:
    """What the draft would do and what would follow from it. Written on trial, and taken back."""
    _begin(draft, by, at)
    found = _look(draft, today=day_of(at))
    if not found.is_complete:
        return found
    consequences: list[Impact] = []
    try:
        with transaction.atomic():
            _write(draft, found, Act(draft.on, by, at, draft.reason))
            consequences = impacts.find(draft.on)
            raise _Undone
    except _Undone:
        return replace(found, consequences=consequences, seen=_seen(draft, found, consequences))
    except RuleBroken as refusal:
        return replace(found, blockers=[str(refusal)])


@transaction.atomic
def carry_out(draft: Draft, *, seen: str, by: User, at: datetime) -> ChangeSet:
    """Do what `preview` has shown, all of it or nothing; the same again is answered with what was done the first time.

    Raises NotAllowed, or RuleBroken: something stands against it, or it is no longer what was `seen`.
    """
    _begin(draft, by, at)
    done = ChangeSet.objects.filter(kind=KIND.code, sha256=seen, state=ChangeSetState.APPLIED).first()
    if done is not None:
        return done
    found = preview(draft, by=by, at=at)
    if found.blockers:
        raise RuleBroken("\n".join(found.blockers))
    if not found.is_complete or found.seen != seen:
        raise RuleBroken(CHANGED_MEANWHILE)
    change_set = _kept(draft, found, by=by, at=at)
    pages = journal.KeptJournal(lambda **page: ChangePage.objects.create(change_set=change_set, **page))
    _write(draft, found, Act(draft.on, by, at, f"{draft.title}({draft.reason})", pages))
    pages.close()
    CHANGE_SET.move(change_set.pk, "accept", by=by, at=at)
    change_set = CHANGE_SET.move(change_set.pk, "apply", by=by, at=at, reason=draft.reason)
    records_changed.send(sender=ChangeSet, by=by, at=at)
    return change_set


def _begin(draft: Draft, by: User, at: datetime) -> None:
    """Wait for other changes of people and organisation, then read again whatever the draft names."""
    if not may.reorganise(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    departments.hold_still()
    for row in draft.named:
        try:
            row.refresh_from_db()
        except Department.DoesNotExist as gone:
            raise RuleBroken(f"「{row.name}」は、ほかの操作で取り消されました。やり直してください。") from gone
    existing = [target.existing for target in draft.targets if target.existing]
    relocations.hold([*draft.departments, *existing, *_following(draft)], draft.on)


def _following(draft: Draft) -> list[Department]:
    """The departments that go along because their 部局 gets another name."""
    return departments.below(draft.renamed_bureau, draft.on) if draft.renamed_bureau else []


def _look(draft: Draft, *, today: date) -> Preview:
    """Who is there, what is still to be said, what stands against it."""
    people = going_by(draft)
    places = {UNDECIDED, *(target.key for target in draft.targets)}
    missing = [posting for posting in people if draft.place_of(posting.pk) not in places]
    rivals = _rivals(draft, people)
    undecided = [key for key, heads in rivals.items() if draft.heads.get(key) not in {posting.pk for posting in heads}]
    following = _following(draft)
    blockers = rules.blockers(draft, today=today, following=following)
    return Preview(people, missing, rivals, undecided, blockers, following=following)


def _rivals(draft: Draft, people: list[Posting]) -> dict[str, list[Posting]]:
    """The heads that come together in a target on the day, where it is more than one and one of them comes now."""
    existing = relocations.heads_of((target.existing for target in draft.targets if target.existing), draft.on)
    found: dict[str, list[Posting]] = {}
    for target in draft.targets:
        coming = [
            posting
            for posting in people
            if posting.is_head and posting.holds_on(draft.on) and draft.place_of(posting.pk) == target.key
        ]
        there = existing.get(target.existing.pk, []) if target.existing else []
        if coming and len({posting.employee_id for posting in [*there, *coming]}) > 1:
            found[target.key] = [*there, *coming]
    return found


def _write(draft: Draft, found: Preview, act: Act) -> None:
    """End what ends, open what begins, link them, take the people along, leave one head."""
    departments.end(list(draft.departments), act=act)
    places = _open(draft, act)
    if following := _following(draft):  # read anew: a trial has written on those that were found
        departments.follow(following, places[draft.targets[0].key], act=act)
    if draft.succession:
        departments.link(
            [
                Succession(predecessor=old, successor=places[target.key], on=act.on, kind=draft.succession, rank=rank)
                for old in draft.departments
                for rank, target in enumerate(draft.targets, 1)
            ],
            act=act,
        )
    moves = list(_moves(draft, found, places))
    relocations.relocate(moves, act=act)
    moving = {posting.pk for posting in found.people}
    stays = [
        posting
        for key, heads in found.rivals.items()
        for posting in heads
        if posting.pk not in moving and posting.pk != draft.heads[key]
    ]
    if stays:
        relocations.step_back(stays, act=act)


def _open(draft: Draft, act: Act) -> dict[str, Department]:
    """Open the new departments; returns what each key of a target stands for."""
    new = {target.key: target.new_row(like=draft.department) for target in draft.targets if target.existing is None}
    bureaus = [row.name for row in new.values() if row.parent is None]
    opened = departments.open_bureaus(bureaus, act=act, like=draft.renamed_bureau) if bureaus else {}
    departments.open_all([row for row in new.values() if row.parent is not None], act=act)
    there = {target.key: target.existing for target in draft.targets if target.existing}
    return {**there, **{key: opened.get(row.name, row) if row.parent is None else row for key, row in new.items()}}


def _moves(draft: Draft, found: Preview, places: dict[str, Department]) -> Iterator[Move]:
    for posting in found.people:
        key = draft.place_of(posting.pk) or UNDECIDED
        to = places.get(key)
        heads = posting.is_head and (key not in found.rivals or draft.heads[key] == posting.pk)
        yield Move(posting, to, heads or (posting.is_head and not posting.holds_on(draft.on)))


def _seen(draft: Draft, found: Preview, consequences: list[Impact]) -> str:
    """The same for two looks that show the same."""
    rows = [[row.pk, row.department_id, row.title, row.is_head, row.valid_from, row.valid_to] for row in found.people]
    following = [row.pk for row in found.following]
    shown = [draft.as_json(), rows, following, [impact.sentence for impact in consequences]]
    return hashlib.sha256(json.dumps(shown, cls=DjangoJSONEncoder, ensure_ascii=False).encode()).hexdigest()


def _kept(draft: Draft, found: Preview, *, by: User, at: datetime) -> ChangeSet:
    """The change set that stands for the act in the list of all changes, with a line for everything it changes."""
    lines = list(_lines(draft, found))
    counts = {outcome: sum(line.outcome == outcome for line in lines) for outcome in LineOutcome.values}
    change_set = ChangeSet.objects.create(
        kind=KIND.code,
        file_name=draft.title[:200],
        sha256=found.seen,
        as_of=draft.on,
        uploaded_by_id=by.pk,
        uploaded_by_name=str(by),
        uploaded_at=at,
        applied_at=at,
        checked={
            "counts": {**counts, "read": len(lines), "errors": 0, "warnings": 0},
            "days": [draft.on.isoformat()],
            "impacts": [asdict(impact) for impact in found.consequences],
            "reason": draft.reason,
            "draft": draft.as_json(),
        },
    )
    for position, line in enumerate(lines):
        line.change_set, line.position = change_set, position
    ChangeLine.objects.bulk_create(lines, batch_size=1000)
    return change_set


def _lines(draft: Draft, found: Preview) -> Iterator[ChangeLine]:
    for row in draft.departments:
        yield ChangeLine(outcome=LineOutcome.ENDED, key=row.code, label=row.name)
    for target in draft.targets:
        if target.existing is None:
            yield ChangeLine(outcome=LineOutcome.CREATED, key=target.code, label=target.name)
    labels = {target.key: target.label for target in draft.targets}
    for row in found.following:
        bureaus = [draft.departments[0].name, draft.targets[0].label]
        yield ChangeLine(outcome=LineOutcome.CHANGED, key=row.code, label=row.name, fields={"部局": bureaus})
    for posting in found.people:
        side = "所属" if posting.is_primary else "兼務"
        nowhere = "所属未定" if posting.is_primary else "終了"
        to = labels.get(draft.place_of(posting.pk) or UNDECIDED, nowhere)
        fields = {side: [posting.department.name, to]}
        yield ChangeLine(
            outcome=LineOutcome.CHANGED,
            key=posting.employee.employee_number,
            label=posting.employee.name,
            fields=fields,
        )
