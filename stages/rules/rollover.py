"""年度更新: what the turn of the year means for one promoter (rules 7, 9). Pure: facts in, one move and why out."""

from collections.abc import Sequence
from dataclasses import dataclass

from aomori_dx.kernel.fiscal_year import FiscalYear
from stages.models import MoveKind, StageOutcome, StageStatus, WishAnswer


@dataclass(frozen=True, slots=True)
class YearInStage:
    """One year of training, as it stands."""

    fiscal_year: FiscalYear
    stage: int
    status: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a promoter on the first day of the new year.

    `years`: those before the new one, oldest first. `new`: the new year, where there is one already. `wish`: the
    answer about the new year, empty without one. `gone`: why there is no further year (退職, 辞退), empty otherwise.
    `later`: a year after the new one that is there already (a turn made late).
    """

    years: tuple[YearInStage, ...]
    new: YearInStage | None = None
    wish: str = ""
    gone: str = ""
    is_away: bool = False
    later: FiscalYear | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """The new year, the stages that there are, in their order, and whether who did not answer pauses (見送り)."""

    year: FiscalYear
    stages: tuple[int, ...]
    silence_pauses: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """The move, the stage of the new year (None: no training in it) and why, in words."""

    kind: MoveKind
    stage: int | None
    why: str


ENROLS = frozenset({MoveKind.CLIMB, MoveKind.REPEAT, MoveKind.CARRY_ON, MoveKind.RESUME})
"""These moves give a promoter a year of training."""
DECIDED = (StageOutcome.REPEAT, StageOutcome.CARRY_ON)
"""With these the office has decided that the stage goes on."""


def decide(facts: Facts, rules: Rules) -> Decision:
    """Exactly one move for every promoter. Whatever contradicts itself is an exception, for a person to decide."""
    wanted = _wanted(facts, rules)
    if facts.new is None and facts.later is not None and wanted.kind in ENROLS:
        return _exception(f"その後の{facts.later}の育成がすでに登録されています")
    if facts.new is None:
        return wanted
    if wanted.kind in ENROLS and wanted.stage == facts.new.stage:
        return Decision(wanted.kind, wanted.stage, f"{wanted.why}(登録済み)"[:300])
    there = f"{rules.year}は{_sign(facts.new.stage)}に登録済みですが、記録からは「{wanted.kind.label}」です"
    return Decision(MoveKind.EXCEPTION, facts.new.stage, f"{there}。{wanted.why}"[:300])


def _wanted(facts: Facts, rules: Rules) -> Decision:
    if facts.gone:
        return Decision(MoveKind.END, None, facts.gone)
    if not facts.years:
        return _exception("年度の育成が一度も登録されていません")
    if contradiction := _contradiction(facts.years, rules.stages):
        return _exception(contradiction)
    last = facts.years[-1]
    if last.status == StageStatus.IN_PROGRESS:
        return _exception(f"{last.fiscal_year}の{_sign(last.stage)}が受講中のままです。修了判定をしてください")
    if last.status == StageStatus.COMPLETED and last.stage == rules.stages[-1]:
        return Decision(MoveKind.FINISH, None, f"{last.fiscal_year}に最後のステージ{_sign(last.stage)}を修了")
    return _by_wish(facts, last, rules)


def _contradiction(years: Sequence[YearInStage], stages: Sequence[int]) -> str:
    """Rule 9: completed in order and once; whoever trained in a stage had completed the one before."""
    completed: list[int] = []
    for row in years:
        if row.stage not in stages:
            return f"{row.fiscal_year}のステージ{row.stage}がありません"
        place = stages.index(row.stage)
        if row.stage in completed:
            return f"{row.fiscal_year}の{_sign(row.stage)}は、その前の年度に修了しています"
        if place and stages[place - 1] not in completed:
            return f"{row.fiscal_year}の{_sign(row.stage)}の前の{_sign(stages[place - 1])}を修了していません"
        if row.status == StageStatus.COMPLETED:
            completed.append(row.stage)
    return ""


def _by_wish(facts: Facts, last: YearInStage, rules: Rules) -> Decision:
    kind, stage, ground = _next(last, rules.stages)
    if facts.wish == WishAnswer.NO:
        return Decision(MoveKind.END, None, f"{ground}、本人が継続しないと回答")
    if facts.wish == WishAnswer.NOT_THIS_YEAR:
        return Decision(MoveKind.PAUSE, None, f"{ground}、本人が今年度は見送ると回答")
    if facts.is_away:
        return Decision(MoveKind.PAUSE, None, f"{ground}、{rules.year}の初日に休職等のため(復帰後に始められます)")
    if facts.wish == WishAnswer.YES or facts.new is not None or kind == MoveKind.RESUME:  # who is enrolled was asked
        said = "、本人が継続すると回答" if facts.wish else "、復帰" if kind == MoveKind.RESUME else ""
        return Decision(kind, stage, f"{ground}{said}")
    return _silent(last, kind, stage, ground, rules)


def _next(last: YearInStage, stages: Sequence[int]) -> tuple[MoveKind, int, str]:
    """Where the training would go on after the newest year, and on which ground."""
    year = last.fiscal_year.short
    if last.status == StageStatus.COMPLETED:
        word = "認定" if last.outcome == StageOutcome.RECOGNISED else "修了"
        return MoveKind.CLIMB, stages[stages.index(last.stage) + 1], f"{year}に{_sign(last.stage)}を{word}"
    if last.status == StageStatus.SUSPENDED:
        return MoveKind.RESUME, last.stage, f"{year}の{_sign(last.stage)}を中断"
    if last.status == StageStatus.WITHDRAWN:
        return MoveKind.REPEAT, last.stage, f"{year}の{_sign(last.stage)}を辞退"
    kind = MoveKind.CARRY_ON if last.outcome == StageOutcome.CARRY_ON else MoveKind.REPEAT
    judged = f"、判定は{StageOutcome(last.outcome).label}" if last.outcome else ""
    return kind, last.stage, f"{year}の{_sign(last.stage)}は未修了{judged}"


def _silent(last: YearInStage, kind: MoveKind, stage: int, ground: str, rules: Rules) -> Decision:
    """No answer: the office has decided for 再履修 and 継続; who withdrew has ended; who paused before pauses."""
    if last.status == StageStatus.NOT_COMPLETED and last.outcome in DECIDED and last.fiscal_year.next == rules.year:
        return Decision(kind, stage, ground)
    if last.status == StageStatus.WITHDRAWN:
        return Decision(MoveKind.END, None, ground)
    if last.fiscal_year.next < rules.year:
        return Decision(MoveKind.PAUSE, None, f"{ground}、その後は見送り(意向の回答なし)")
    if rules.silence_pauses:
        return Decision(MoveKind.PAUSE, None, f"{ground}、意向の回答がないため見送り")
    return _exception(
        f"{ground}しましたが、継続の意向が未回答です" if kind == MoveKind.CLIMB else f"{ground}、意向が未回答です"
    )


def _exception(why: str) -> Decision:
    return Decision(MoveKind.EXCEPTION, None, f"{why}。"[:300])


def _sign(number: int) -> str:
    return chr(0x2460 + number - 1) if number <= 20 else f"({number})"
