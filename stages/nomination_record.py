"""One nomination with everything: who, why, what stands against it, what was done, what the office can do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aomori_dx.kernel import audit, history
from aomori_dx.kernel.clock import day_of
from staff.models import User
from stages.forms import acts
from stages.models import Nomination, Promoter, Route
from stages.record import Act
from stages.rules import nomination as rules
from stages.rules.eligibility import Candidate
from stages.services import exceptions, printing, reserves, selection
from stages.services.exceptions import Contradiction
from stages.workflows.nomination import NOMINATION

MOST_ACTS = 100
Blocked = Callable[[Nomination, User, datetime], list[str]]


def _move(name: str) -> Blocked:
    return lambda row, by, at: NOMINATION.blockers(row, name, by=by, at=at)


def _said(why_not: Callable[[Nomination, datetime], str | None]) -> Blocked:
    return lambda row, by, at: [sentence] if (sentence := why_not(row, at)) else []


@dataclass(frozen=True)
class Deed:
    """Something that the office can do: its name, word, form, when it is impossible, and what it calls.

    `tells`: what happens at once, for whoever presses the button.
    """

    name: str
    label: str
    form: Any
    blocked: Blocked
    do: Callable[..., Any]
    tells: str = ""
    danger: bool = False


DEEDS = {
    deed.name: deed
    for deed in (
        Deed(
            "take_up",
            "審査を始める",
            acts.PlainForm,
            _move("take_up"),
            lambda row, **who: selection.take_up([row.pk], **who),
            "状態が「審査中」になります。だれにも通知されません。",
        ),
        Deed(
            "propose",
            "選考案を決める",
            acts.ProposalForm,
            _said(selection.why_not_propose),
            lambda row, proposal, reason, **who: selection.propose([row.pk], proposal, reason=reason, **who),
            "確定するまで、だれにも通知されません。",
        ),
        Deed(
            "score",
            "評点をつける",
            acts.ScoreForm,
            _said(selection.why_no_score),
            lambda row, first, second, **who: selection.score({row.pk: (first, second)}, **who),
            "応募者と所属長には見えません。",
        ),
        Deed(
            "send_back",
            "差戻し",
            acts.SendBackForm,
            _move("send_back"),
            lambda row, comment, due, **who: selection.send_back(row.pk, comment=comment, due=due, **who),
            "すぐに提出者に通知されます。期限までは、締切日を過ぎていても提出し直せます。",
        ),
        Deed(
            "withdraw",
            "取下げ(事務局)",
            acts.ReasonForm,
            _move("withdraw_by_office"),
            lambda row, reason, **who: selection.withdraw(row.pk, reason=reason, **who),
            "すぐに提出者に通知されます。所属の枠が空きます。",
            danger=True,
        ),
        Deed(
            "move_up",
            "繰上げ決定(ご本人の返事を受けて)",
            acts.PlainForm,
            _move("move_up"),
            lambda row, **who: reserves.move_up(row.pk, **who),
            "今日付けで任命され、ご本人と所属長に通知されます。",
        ),
        Deed(
            "turn_down",
            "辞退の登録",
            acts.ReasonForm,
            _move("turn_down"),
            lambda row, reason, **who: reserves.turn_down(row.pk, reason=reason, **who),
            "ご本人、所属長、DX推進担当に通知されます。任命されていれば、DX推進員も辞退になります。記録は残ります。",
            danger=True,
        ),
        Deed(
            "reopen",
            "所属に再推薦を依頼する",
            acts.DueForm,
            _said(reserves.why_not_reopen),
            lambda row, due, **who: reserves.reopen_place(row.pk, due=due, **who),
            "所属長に通知されます。期限までは、締切日を過ぎていても別の職員を推薦できます。",
        ),
    )
}


@dataclass
class Offered:
    """A deed as the page offers it: its form, and why it cannot be done now."""

    deed: Deed
    form: Any
    reasons: list[str]
    is_open: bool = False


@dataclass
class Record:
    """What the page of one nomination shows."""

    row: Nomination
    candidate: Candidate
    contradictions: list[Contradiction]
    promoter: Promoter | None
    acts: list[Act]
    offered: list[Offered] = field(default_factory=list)

    @property
    def documents(self) -> list[tuple[str, str]]:
        """The notices that can be printed of it now: kind and word."""
        return [(str(kind), str(kind.label)) for kind, state in printing.AFTER.items() if state == self.row.status]

    @property
    def possible(self) -> list[Offered]:
        """What can be done now, and what was tried in vain."""
        return [each for each in self.offered if each.is_open or not each.reasons]

    @property
    def impossible(self) -> list[Offered]:
        return [each for each in self.offered if each.reasons and not each.is_open]


def of(row: Nomination, *, at: datetime) -> Record:
    """Everything about a nomination, without what can be done."""
    events = audit.history_of(row).exclude(action="viewed")[:MOST_ACTS]
    named = [Act(event, history.action_label(event.action, event.model), history.changes(event)) for event in events]
    found = [each for each in exceptions.find(row.fiscal_year, at=at, among=[row.pk])]
    promoter = Promoter.objects.filter(employee=row.nominee_id, cohort=row.fiscal_year).first()
    return Record(row, rules.candidate_of(row, at), found, promoter, named)


def offer(record: Record, *, by: User, at: datetime, tried: str = "", form: Any = None) -> None:
    """Put into the record what `by` can do; `tried` was refused, and `form` holds what was typed."""
    for deed in DEEDS.values():
        if not _is_asked_for(deed, record.row):
            continue
        fresh = deed.form(row=record.row, on=day_of(at))
        reasons = deed.blocked(record.row, by, at)
        if deed.name == tried and form is not None:
            record.offered.append(Offered(deed, form, reasons, is_open=True))
        else:
            record.offered.append(Offered(deed, fresh, reasons))


def _is_asked_for(deed: Deed, row: Nomination) -> bool:
    """再推薦 is for the 推薦枠 alone; a 繰上げ for who was or is a 補欠."""
    if deed.name == "reopen":
        return row.route == Route.RECOMMENDED
    return deed.name != "move_up" or row.reserve_order is not None
