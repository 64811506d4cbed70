"""例外: what contradicts a nomination of the year, found from facts; the office acts on each, none is skipped."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Posting, Succession, User
from staff.models.department import SAME_PLACE
from staff.services import notices
from staff.services.notices import Message
from stages import permissions as may
from stages.models import Nomination, NominationStatus, Route
from stages.rules import eligibility
from stages.workflows.nomination import NOMINATION

NOT_YOURS = "推薦の例外を処理できるのは、DX推進担当だけです。"
UNDECIDED = ("submitted", "endorsed", "not_endorsed", "in_review", "returned", "reserve")


@dataclass(frozen=True)
class Contradiction:
    """`code` names its kind, `sentence` says what is the matter. `may_go_on`: the office may clear it with a reason.

    The other ways, whatever the kind: 差戻し, 取下げ, 不採用; for one person by two ways 併合.
    """

    nomination: Nomination
    code: str
    title: str
    sentence: str
    may_go_on: bool

    @property
    def is_cleared(self) -> bool:
        return self.may_go_on and self.code in self.nomination.cleared

    @property
    def why_cleared(self) -> str:
        return str(self.nomination.cleared.get(self.code, ""))

    @property
    def can_be_merged(self) -> bool:
        return self.code == "two_ways"


def find(fiscal_year: FiscalYear, *, at: datetime, among: Collection[int] | None = None) -> list[Contradiction]:
    """Every contradiction of the year's undecided nominations (of `among`, ids), cleared ones too, in list order.

    The same queries whatever the number of nominations.
    """
    related = ("nominee", "department__parent", "clashes_with__department", "clashes_with__nominee")
    rows = Nomination.objects.of_year(fiscal_year).select_related(*related)
    undecided = rows.filter(status__in=UNDECIDED)
    clashing = rows.filter(status=NominationStatus.DRAFT, clashes_with__isnull=False)
    if among is not None:
        undecided, clashing = undecided.filter(pk__in=among), clashing.filter(clashes_with__in=among)
    found = list(undecided)
    return [*_two_ways(clashing), *_of_people(found, fiscal_year, at)]


def standing(fiscal_year: FiscalYear, *, at: datetime, among: Collection[int] | None = None) -> list[Contradiction]:
    """Those that nobody has cleared yet: they stand against 確定."""
    return [row for row in find(fiscal_year, at=at, among=among) if not row.is_cleared]


def _two_ways(drafts: Iterable[Nomination]) -> Iterator[Contradiction]:
    for row in drafts:
        other = row.clashes_with
        if other is None or not other.is_live:
            continue
        sentence = (
            f"{other.department.name}({other.get_route_display()})の推薦があるところに、"
            f"{row.department.name}({row.get_route_display()})からも提出されました。"
        )
        yield Contradiction(row, "two_ways", "二つの枠・所属からの推薦", sentence, may_go_on=False)


def _of_people(rows: list[Nomination], fiscal_year: FiscalYear, at: datetime) -> Iterator[Contradiction]:
    on = day_of(at)
    names = _present_names(rows)
    known = {
        row.employee.pk: row
        for row in eligibility.candidates([row.nominee for row in rows], fiscal_year, departments=(), on=on)
    }
    heads = set(Posting.objects.heads().on(on).filter(employee__in=known).values_list("employee_id", flat=True))
    for row in rows:
        person = known[row.nominee_id]
        if reason := eligibility.never_a_promoter(person):
            yield Contradiction(row, "promoter", "すでにDX推進員", reason, may_go_on=False)
        if reason := eligibility.in_service_now(person) or eligibility.in_service_on_1_april(person):
            yield Contradiction(row, "left", "在職していない", reason, may_go_on=False)
        elif person.posting is None:
            yield Contradiction(row, "moved", "提出後の異動", "所属が決まっていません。", may_go_on=True)
        elif names.get(person.posting.department_id, person.posting.department_id) != names.get(
            row.department_id, row.department_id
        ):
            sentence = f"提出のあと、{person.posting.department.name}へ異動しました。"
            yield Contradiction(row, "moved", "提出後の異動", sentence, may_go_on=True)
        if reason := eligibility.not_away(person):
            yield Contradiction(row, "away", "休職等", reason, may_go_on=True)
        if row.nominee_id in heads and row.route == Route.RECOMMENDED:
            yield Contradiction(row, "head", "所属長の推薦", "所属長ご本人が推薦されています。", may_go_on=True)


def _present_names(rows: list[Nomination]) -> dict[int, int]:
    """What each nominating department was or became by another name or in another bureau → one id for all of them."""
    steps = Succession.objects.filter(kind__in=SAME_PLACE).order_by("on", "pk")
    later = dict(steps.values_list("predecessor_id", "successor_id"))

    def last(pk: int) -> int:
        seen = {pk}
        while (pk := later.get(pk, pk)) not in seen:
            seen.add(pk)
        return pk

    return {pk: last(pk) for pk in {*later, *later.values(), *(row.department_id for row in rows)}}


@transaction.atomic
def clear(nomination_id: int, code: str, *, reason: str, by: User, at: datetime) -> Nomination:
    """Go on in spite of it, with a reason that stays. Raises NotAllowed, or RuleBroken: no reason, no such
    contradiction, or one that cannot be passed over."""
    row = _hold(nomination_id, by, at)
    if not reason.strip():
        raise RuleBroken("このまま進める理由を入力してください。")
    found = [each for each in find(row.fiscal_year, at=at, among=[row.pk]) if each.code == code]
    if not found:
        raise RuleBroken("この例外は、すでになくなっています。")
    if not found[0].may_go_on:
        raise RuleBroken(f"「{found[0].title}」のまま進めることはできません。")
    row.cleared = {**row.cleared, code: reason.strip()}
    row.save(update_fields=["cleared"])
    audit.record(row, "cleared", by=by, at=at, after={"例外": found[0].title}, reason=reason.strip())
    return row


@transaction.atomic
def merge(draft_id: int, *, by: User, at: datetime) -> Nomination:
    """One person by two ways: the live nomination keeps both, the other one is withdrawn, both heads are told.

    Returns the live one. Raises NotAllowed, or RuleBroken where there is nothing to merge any more.
    """
    draft = _hold(draft_id, by, at)
    rows = Nomination.objects.select_for_update(of=("self",)).select_related("nominee", "department")
    live = rows.filter(clashes=draft).first()
    if draft.status != NominationStatus.DRAFT or live is None or not live.is_live:
        raise RuleBroken("併合する相手の推薦がありません。")
    live.also_by = [*live.also_by, {"route": draft.route, "department": draft.department.name, "id": draft.pk}]
    live.save(update_fields=["also_by"])
    audit.record(live, "merged", by=by, at=at, after={"併合した推薦": f"{draft.department.name} {draft}"})
    _end(draft, "併合", by=by, at=at)
    title = f"{live.nominee.name}さんの{live.fiscal_year}の推薦は、{live.department.name}の推薦に併合しました。"
    _tell_both(draft, live, "merged", title, at)
    return live


@transaction.atomic
def refuse(draft_id: int, *, reason: str, by: User, at: datetime) -> Nomination:
    """One person by two ways: the second one is not taken; both heads are told. Raises NotAllowed, RuleBroken."""
    draft = _hold(draft_id, by, at)
    if draft.status != NominationStatus.DRAFT or draft.clashes_with is None:
        raise RuleBroken("この例外は、すでになくなっています。")
    if not reason.strip():
        raise RuleBroken("受け付けない理由を入力してください。")
    _end(draft, reason.strip(), by=by, at=at)
    title = f"{draft.nominee.name}さんの{draft.fiscal_year}の{draft.department.name}からの推薦は受け付けませんでした。"
    _tell_both(draft, draft.clashes_with, "refused", f"{title}({reason.strip()})", at)
    return draft


def _hold(nomination_id: int, by: User, at: datetime) -> Nomination:
    related = ("nominee", "department", "clashes_with__department")
    row = Nomination.objects.select_for_update(of=("self",)).select_related(*related).get(pk=nomination_id)
    if not may.select(by, row, at):
        raise NotAllowed(NOT_YOURS)
    closing.ensure_open(row.fiscal_year)
    return row


def _end(draft: Nomination, reason: str, *, by: Any, at: datetime) -> None:
    """A draft holds nothing and is nobody's but its author's: the office puts it aside as withdrawn."""
    draft.comment = reason
    draft.save(update_fields=["comment"])
    NOMINATION.move(draft.pk, "put_aside", by=by, at=at, reason=reason)


def _tell_both(draft: Nomination, live: Nomination, what: str, title: str, at: datetime) -> None:
    key = f"clash:{draft.pk}:{live.pk}:{what}"
    told = {draft.department_id: draft.department, live.department_id: live.department}
    notices.write_all((Message(f"{key}:{pk}", place, title) for pk, place in told.items()), at=at)
