"""How somebody stands, and what is proposed: what the nightly checker says of one year in a stage."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from stages.folding.progress import OVERDUE, SETTLED, Progress

MET, ON_TRACK, BEHIND = "met", "on_track", "behind"
STUCK, CONTRADICTORY, NO_CURRICULUM = "stuck", "contradictory", "no_curriculum"

QUIET_DAYS = 30
"""R73: nothing moved for so long, and nothing is booked."""
NEAR_DAYS = 14
"""R73: so near is the deadline, and something is left."""
HOURS_A_WEEK = Decimal(4)
"""More than this beside one's work is not to be expected."""
RUNNING = frozenset({"in_progress", "suspended"})


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known beside the facts of the curriculum.

    `unavailable`: items that nobody can take up now (no run that takes bookings, no e-learning, not booked).
    `booked_on`: the day of the next meeting that is booked. `active_since`: the start, or the return from leave.
    """

    status: str
    status_on: date
    has_curriculum: bool
    active_since: date
    is_away: bool = False
    has_left: bool = False
    has_withdrawn: bool = False
    follows: bool = True
    """The stage before is completed, or there is none."""
    runs_twice: bool = False
    """Another year of the same person is going on too."""
    recognised: bool = False
    """認定 as the outcome: completed without the facts."""
    unavailable: frozenset[str] = frozenset()
    booked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`standing` is the code; `proposal` says what was found and what can be done about it."""

    standing: str
    proposal: str = ""


def classify(progress: Progress, situation: Situation) -> Verdict:
    """The first that holds: contradictory, ended, met, no curriculum, away, stuck, behind, on track."""
    if contradiction := _contradiction(progress, situation):
        return Verdict(CONTRADICTORY, contradiction)
    if situation.status not in RUNNING:
        return Verdict(MET if situation.status == "completed" or progress.is_met else ON_TRACK)
    if progress.is_met:
        return Verdict(MET, "要件を満たしています。修了判定で修了にできます。")
    if not situation.has_curriculum:
        return Verdict(NO_CURRICULUM, "カリキュラムが割り当てられていません。公開して、割り当ててください。")
    if situation.is_away or situation.status == "suspended":
        return Verdict(ON_TRACK, "休職等の間、期限は止まります。")
    if blocked := _blocked(progress, situation):
        return Verdict(STUCK, blocked)
    if late := _late(progress, situation):
        return Verdict(BEHIND, late)
    return Verdict(ON_TRACK)


def _contradiction(progress: Progress, situation: Situation) -> str:
    if situation.status in RUNNING:
        return _wrongly_running(situation)
    if not situation.has_curriculum and progress.ruling is None:
        return ""
    if situation.status == "completed" and not situation.recognised:
        if progress.met_on is None:
            what = "、".join(row.words for row in progress.missing[:2]) or "項目"
            return f"修了と判定されていますが、{what}が確認できません。事実を登録し直すか、認定を登録してください。"
        if progress.met_on > situation.status_on:
            return "要件を満たした日より前に修了と判定されています。判定日か、修了の日付を確認してください。"
    if situation.status == "not_completed" and progress.met_on:
        return "未修了と判定されていますが、要件を満たしています。判定を確認してください。"
    return ""


def _wrongly_running(situation: Situation) -> str:
    if situation.has_withdrawn:
        return "DX推進員を辞退していますが、年度の育成が続いています。辞退として終えてください。"
    if situation.has_left:
        return "在職していませんが、年度の育成が続いています。未修了か辞退として終えてください。"
    if situation.runs_twice:
        return "ほかの年度の育成も続いています。どちらかを終えてください。"
    if not situation.follows:
        return "前のステージを修了していません。前のステージの判定か、認定を確認してください。"
    return ""


def _blocked(progress: Progress, situation: Situation) -> str:
    required = [row for row in progress.items if row.item.required and row.state not in SETTLED]
    titles = [f"「{row.item.title}」" for row in required if row.item.key in situation.unavailable]
    if titles:
        more = f"など{len(titles)}件" if len(titles) > 2 else ""
        return (
            f"{'、'.join(titles[:2])}{more}に、申し込める開催回がありません。開催回を設けるか、免除を検討してください。"
        )
    if progress.electives.is_met:
        return ""
    open_to = [row for row in progress.items if not row.item.required and row.state not in SETTLED]
    if open_to and all(row.item.key in situation.unavailable for row in open_to):
        return "選択項目に、申し込める開催回がありません。開催回を設けてください。"
    return ""


def _late(progress: Progress, situation: Situation) -> str:
    overdue = [row for row in progress.items if row.state == OVERDUE and (row.item.required or _asked(progress))]
    if overdue:
        return f"「{overdue[0].item.title}」の期限を過ぎています。本人と所属長に声をかけてください。"
    days = [row.due for row in progress.items if row.due and row.state not in SETTLED and row.item.required]
    due = min([*days, *([progress.deadline] if progress.deadline else [])], default=None)
    if due is not None and due - progress.as_of <= timedelta(days=NEAR_DAYS):
        return f"期限まで{(due - progress.as_of).days}日です。残り{len(progress.missing)}件を確認してください。"
    if progress.deadline and progress.hours_left > HOURS_A_WEEK * (progress.deadline - progress.as_of).days / 7:
        return f"期限までに残り{progress.hours_left.normalize():f}時間は多すぎます。受講の予定を相談してください。"
    active = max([day for day in (progress.last_on, situation.active_since) if day])
    quiet = (progress.as_of - active).days
    if quiet >= QUIET_DAYS and not (situation.booked_on and situation.booked_on >= progress.as_of):
        return f"{quiet}日間、進みがありません。本人に状況を確認してください。"
    return ""


def _asked(progress: Progress) -> bool:
    return not progress.electives.is_met
