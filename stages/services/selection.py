"""選考: what the board proposes, and 確定, which decides the whole batch in one transaction."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import User
from stages import permissions as may
from stages.models import LIVE, Nomination, NominationStatus, Proposal
from stages.rules import nomination as rules
from stages.services import exceptions, quotas
from stages.workflows.nomination import NOMINATION

NOT_YOURS = "選考ができるのは、DX推進担当だけです。"
CHANGED_MEANWHILE = "表示したあとで、選考案か推薦の状態が変わりました。内容を確かめて、もう一度確定してください。"
TO_BE_TAKEN_UP = (NominationStatus.SUBMITTED, NominationStatus.ENDORSED, NominationStatus.NOT_ENDORSED)
MOVES = {Proposal.ACCEPT: "accept", Proposal.RESERVE: "put_on_reserve", Proposal.DECLINE: "decline"}
HIGHEST_SCORE = 100


@transaction.atomic
def take_up(nomination_ids: Collection[int], *, by: User, at: datetime) -> list[Nomination]:
    """Begin the review of these. Raises NotAllowed, or RuleBroken with a line for each that cannot be taken up."""
    return NOMINATION.move_all(nomination_ids, "take_up", by=by, at=at)


@transaction.atomic
def propose(
    nomination_ids: Collection[int], proposal: str, *, reason: str = "", by: User, at: datetime
) -> list[Nomination]:
    """What the board means to do with these; nobody is told. An empty proposal takes it back.

    Those not under review yet are taken up with it. 補欠 are queued behind the ones that are there. Raises NotAllowed,
    or RuleBroken: decided already, 不採用 without a reason, a line for each that cannot be taken up.
    """
    rows = _hold(nomination_ids, by, at)
    if proposal == Proposal.DECLINE and not reason.strip():
        raise RuleBroken("「不採用」には理由が必要です。")
    if refusals := [f"{row}: {refusal}" for row in rows if (refusal := _why_not_under_review(row))]:
        raise RuleBroken("\n".join(refusals))
    waiting = [row.pk for row in rows if row.status in TO_BE_TAKEN_UP]
    if proposal and waiting:
        take_up(waiting, by=by, at=at)
        rows = _hold(nomination_ids, by, at)  # as they are now
    return _write_proposals(rows, proposal, reason.strip(), by=by, at=at)


def why_not_propose(row: Nomination, at: datetime) -> str | None:
    """Why nothing can be proposed for it; None if it can."""
    if refusal := _why_not_under_review(row):
        return refusal
    if row.status in TO_BE_TAKEN_UP:
        return rules.year_is_open(row, at) or rules.consent_was_given(row, at)
    return rules.year_is_open(row, at)


def _why_not_under_review(row: Nomination) -> str | None:
    if row.status in (*TO_BE_TAKEN_UP, NominationStatus.IN_REVIEW):
        return None
    return f"「{row.get_status_display()}」の推薦には、選考案をつけられません。"


def _write_proposals(rows: list[Nomination], proposal: str, reason: str, *, by: User, at: datetime) -> list[Nomination]:
    next_in_line = _last_in_line(rows) + 1
    events = []
    for row in rows:
        before = {"選考案": row.get_proposal_display(), "理由": row.proposal_reason}
        row.proposal, row.proposal_reason = proposal, reason
        if proposal != Proposal.RESERVE:
            row.reserve_order = None
        elif row.reserve_order is None:
            row.reserve_order, next_in_line = next_in_line, next_in_line + 1
        after = {"選考案": row.get_proposal_display(), "理由": row.proposal_reason}
        events.append(audit.event(row, "proposed", by=by, at=at, before=before, after=after))
    Nomination.objects.bulk_update(rows, ["proposal", "proposal_reason", "reserve_order"], batch_size=500)
    audit.record_all(events)
    return rows


def _last_in_line(rows: list[Nomination]) -> int:
    if not rows:
        return 0
    orders = Nomination.objects.of_year(rows[0].fiscal_year).exclude(reserve_order=None)
    return max(orders.values_list("reserve_order", flat=True), default=0)


@transaction.atomic
def order_reserves(fiscal_year: FiscalYear, nomination_ids: list[int], *, by: User, at: datetime) -> None:
    """The line of the 補欠: these first, in this order, the others behind them as they were.

    The numbers stay those that the line has: whoever moved up or turned down keeps the number that was theirs.
    Raises NotAllowed, or RuleBroken where one of them is no 補欠 of the year.
    """
    rows = Nomination.objects.of_year(fiscal_year).in_line().filter(reserve_order__isnull=False)
    held = {row.pk: row for row in rows.select_for_update(of=("self",)).order_by("reserve_order", "pk")}
    if not may.run_nominations(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    closing.ensure_open(fiscal_year)
    if set(nomination_ids) - held.keys():
        raise RuleBroken("補欠ではない推薦が含まれています。")
    line = [*dict.fromkeys(nomination_ids), *(pk for pk in held if pk not in set(nomination_ids))]
    before = {pk: row.reserve_order for pk, row in held.items()}
    for number, pk in zip(_numbers(before.values()), line, strict=True):
        held[pk].reserve_order = number
    changed = [row for row in held.values() if row.reserve_order != before[row.pk]]
    Nomination.objects.bulk_update(changed, ["reserve_order"], batch_size=500)
    audit.record_all(
        audit.event(row, "ordered", by=by, at=at, before=_order(before[row.pk]), after=_order(row.reserve_order))
        for row in changed
    )


def _order(number: int | None) -> dict[str, int | None]:
    return {"補欠の順位": number}


def _numbers(taken: Iterable[int | None]) -> Iterator[int]:
    """The numbers that a line has, upwards; one that stands twice goes to the first, the next one gets a higher."""
    last = 0
    for number in sorted(number or 0 for number in taken):
        last = max(number, last + 1)
        yield last


@transaction.atomic
def score(scores: Mapping[int, tuple[int | None, int | None]], *, by: User, at: datetime) -> int:
    """The points of two reviewers (0 to 100, None: none) by id of the nomination; returns how many changed.

    Raises NotAllowed, or RuleBroken for points that cannot be; then nothing is written.
    """
    rows = _hold(scores, by, at)
    events = []
    for row in rows:
        before, after = (row.score_first, row.score_second), scores[row.pk]
        if any(points is not None and not 0 <= points <= HIGHEST_SCORE for points in after):
            raise RuleBroken(f"{row.nominee.name}: 評点は0点から{HIGHEST_SCORE}点までの整数にしてください。")
        if before == after:
            continue
        if refusal := why_not_scored(row):
            raise RuleBroken(f"{row.nominee.name}: {refusal}")
        row.score_first, row.score_second = after
        events.append(audit.event(row, "scored", by=by, at=at, before=_points(before), after=_points(after)))
    Nomination.objects.bulk_update(rows, ["score_first", "score_second"], batch_size=500)
    audit.record_all(events)
    return len(events)


def _points(scores: tuple[int | None, int | None]) -> dict[str, int | None]:
    return dict(zip(("評点1", "評点2"), scores, strict=True))


def why_no_score(row: Nomination, at: datetime) -> str | None:
    """Why it gets no points; None if it does."""
    return why_not_scored(row) or rules.year_is_open(row, at)


def why_not_scored(row: Nomination) -> str | None:
    """Why its points cannot change in the state that it is in."""
    if row.status in (*TO_BE_TAKEN_UP, NominationStatus.IN_REVIEW, NominationStatus.RETURNED):
        return None
    return f"「{row.get_status_display()}」の推薦の評点は変えられません。"


@transaction.atomic
def send_back(nomination_id: int, *, comment: str, due: date, by: User, at: datetime) -> Nomination:
    """差戻し with what to change, to be submitted again by `due` (included), also after the call's last day.

    Raises NotAllowed, or RuleBroken: no comment, a day that is past, decided already.
    """
    if due < day_of(at):
        raise RuleBroken("再提出の期限は、今日以後の日付にしてください。")
    _say(nomination_id, comment, due=due)
    return NOMINATION.move(nomination_id, "send_back", by=by, at=at, reason=comment.strip())


@transaction.atomic
def withdraw(nomination_id: int, *, reason: str, by: User, at: datetime) -> Nomination:
    """取下げ by the office, at any time before the decision. Raises NotAllowed, or RuleBroken."""
    _say(nomination_id, reason)
    return NOMINATION.move(nomination_id, "withdraw_by_office", by=by, at=at, reason=reason.strip())


def _say(nomination_id: int, comment: str, **fields: Any) -> None:
    """What who submitted it will read; written before the move, whose letters carry it."""
    row = Nomination.objects.select_for_update(of=("self",)).get(pk=nomination_id)
    Nomination.objects.filter(pk=row.pk).update(comment=comment.strip(), **fields)


@dataclass(frozen=True)
class Batch:
    """What 確定 would decide. `seen` stands for all that the officer saw; `standing` stands against it."""

    accepted: list[Nomination]
    reserve: list[Nomination]
    declined: list[Nomination]
    standing: list[exceptions.Contradiction]
    seen: str

    @property
    def size(self) -> int:
        return len(self.accepted) + len(self.reserve) + len(self.declined)


def batch(fiscal_year: FiscalYear, *, at: datetime, among: Collection[int] | None = None) -> Batch:
    """The proposals of the year that wait for 確定 (of `among`, ids), as they are now."""
    rows = Nomination.objects.of_year(fiscal_year).filter(status=NominationStatus.IN_REVIEW).exclude(proposal="")
    if among is not None:
        rows = rows.filter(pk__in=among)
    found = list(rows.select_related("nominee", "department__parent").order_by("pk"))
    of = {kind: [row for row in found if row.proposal == kind] for kind in Proposal.values}
    told = "\n".join(f"{row.pk} {row.proposal} {row.proposal_reason} {row.reserve_order}" for row in found)
    return Batch(
        accepted=of["accept"],
        reserve=sorted(of["reserve"], key=lambda row: (row.reserve_order or 0, row.pk)),
        declined=of["decline"],
        standing=exceptions.standing(fiscal_year, at=at, among=[row.pk for row in found]),
        seen=sha256(told.encode()).hexdigest()[:16],
    )


@transaction.atomic
def confirm(
    fiscal_year: FiscalYear,
    *,
    seen: str,
    by: User,
    at: datetime,
    among: Collection[int] | None = None,
    appointed_on: date | None = None,
) -> Batch:
    """確定: promoters and their stage ① are made, 補欠 and 不採用 decided, everybody told; all or nothing.

    `seen`: of the batch as it was shown. `appointed_on`: the day of appointment, today unless given. Of two officers
    with overlapping batches one wins and the other is told. Raises NotAllowed, or RuleBroken: it changed meanwhile,
    contradictions stand against it, nothing is proposed, a rule refuses for somebody (each with a line).
    """
    if not may.run_nominations(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    closing.ensure_open(fiscal_year, appointed_on)
    rows = Nomination.objects.of_year(fiscal_year).filter(status__in=LIVE).order_by("pk")
    list(rows.select_for_update(of=("self",)).values_list("pk"))
    found = batch(fiscal_year, at=at, among=among)
    if found.seen != seen:
        raise RuleBroken(CHANGED_MEANWHILE)
    if not found.size:
        raise RuleBroken("選考案が決まっている推薦がありません。")
    if found.standing:
        lines = [f"{row.nomination}: {row.title}({row.sentence})" for row in found.standing]
        raise RuleBroken("\n".join(["次の例外を先に処理してください。", *lines]))
    day = appointed_on or day_of(at)
    if FiscalYear.containing(day) != fiscal_year:
        raise RuleBroken(f"任命年月日は{fiscal_year}の日付にしてください。")
    _decide(found, day, by=by, at=at)
    quotas.request(by=by, at=at)
    return found


def _decide(found: Batch, day: date, *, by: User, at: datetime) -> None:
    every = [*found.accepted, *found.reserve, *found.declined]
    for row in every:
        row.decided_on, row.comment = day, row.proposal_reason
    Nomination.objects.bulk_update(every, ["decided_on", "comment"], batch_size=500)
    for rows, proposal in ((found.accepted, "accept"), (found.reserve, "reserve"), (found.declined, "decline")):
        if rows:
            reason = "選考の結果による"
            NOMINATION.move_all([row.pk for row in rows], MOVES[Proposal(proposal)], by=by, at=at, reason=reason)


def _hold(nomination_ids: Collection[int], by: User, at: datetime) -> list[Nomination]:
    if not may.run_nominations(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    rows = Nomination.objects.filter(pk__in=list(nomination_ids)).select_related("nominee", "department")
    held = list(rows.select_for_update(of=("self",)).order_by("pk"))
    closing.ensure_open(*{row.fiscal_year for row in held})
    return held
