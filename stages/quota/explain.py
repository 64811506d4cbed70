"""A figure in words: its label, its terms' labels, and one sentence that a person can check with a pencil."""

from collections.abc import Callable
from typing import Any

from stages.quota.facts import Facts
from stages.quota.figure import Figure, Term

PEOPLE, DEPARTMENTS, YEARS = "人", "所属", "年"

LABELS = {
    "target": "目標",
    "plan_total": "計画の総数",
    "cumulative_target": "累計の目標",
    "nominating_departments": "推薦対象の所属",
    "exempted": "推薦の免除",
    "recommended_quota": "推薦枠",
    "owing_departments": "推薦を求める所属",
    "filled_departments": "推薦で任命された所属",
    "unfilled_departments": "推薦による任命がない所属",
    "appointed": "任命",
    "appointed_recommended": "推薦枠の任命",
    "appointed_self": "自薦枠の任命",
    "appointed_before": "前年度までの任命",
    "recommended": "推薦枠の任命",
    "self_nominated": "自薦枠の任命",
    "withdrawn": "辞退",
    "withdrawn_recommended": "推薦枠の辞退",
    "withdrawn_self": "自薦枠の辞退",
    "trained": "育成(ステージ①修了)",
    "trained_recommended": "推薦枠の修了",
    "trained_self": "自薦枠の修了",
    "cumulative_appointed": "累計の任命",
    "cumulative_withdrawn": "累計の辞退",
    "cumulative_trained": "累計の育成(ステージ①修了)",
    "still_in_service": "任命者のうち在職",
    "left_the_staff": "退職など",
    "carry": "繰越",
    "self_guide": "自薦枠の目安",
    "years_left": "残りの年数",
    "needed_a_year": "1年あたりに必要な人数",
    "going_on": "継続(2年目以降のステージ)",
    "continuing": "ステージの人数",
}
"""What a person reads for a figure or a term."""

UNITS = {
    "nominating_departments": DEPARTMENTS,
    "exempted": DEPARTMENTS,
    "owing_departments": DEPARTMENTS,
    "filled_departments": DEPARTMENTS,
    "unfilled_departments": DEPARTMENTS,
    "years_left": YEARS,
}
_OWNED_BY_NAME = frozenset({"bureau", "stage", "cohort"})
"""Terms whose owner (総務部, ②業務改善, 令和6年度) says it all."""


def why(facts: Facts, figure: Figure) -> dict[str, Any]:
    """The figure with its reasons: `label`, `value`, `unit`, `terms` as [label, number] pairs, and a `sentence`."""
    return {
        "label": LABELS[figure.name],
        "value": figure.value,
        "unit": _unit(figure.name),
        "terms": [[label(term), term.value] for term in figure.terms],
        "sentence": SENTENCES.get(figure.name, _sum)(facts, figure),
    }


def label(term: Term) -> str:
    """What a person reads for a term: 令和6年度の目標, 総務部, 推薦枠."""
    if term.name in _OWNED_BY_NAME:
        return term.of
    return f"{term.of}の{LABELS[term.name]}" if term.of else LABELS[term.name]


def summary(facts: Facts, figures: dict[str, Figure]) -> str:
    """Where the programme stands, in one sentence."""
    value = {name: figure.value for name, figure in figures.items()}
    return (
        f"{facts.fiscal_year}は推薦枠{value['recommended']:,}人/{value['recommended_quota']:,}所属、"
        f"自薦枠{value['self_nominated']:,}人で、任命は{value['appointed']:,}人です(目標{value['target']:,}人)。"
        f"累計は任命{value['cumulative_appointed']:,}人/目標{value['cumulative_target']:,}人、"
        f"育成{value['cumulative_trained']:,}人です。"
    )


def _unit(name: str) -> str:
    return UNITS.get(name, PEOPLE)


def _number(name: str, value: int) -> str:
    return f"{value:,}{_unit(name)}"


def _people(value: int) -> str:
    """203人, −5人"""
    return f"{value:,}{PEOPLE}".replace("-", "−")


def _total(figure: Figure) -> str:
    return f"{LABELS[figure.name]}{_number(figure.name, figure.value)}"


def _terms(terms: tuple[Term, ...]) -> str:
    """目標200人 + 繰越3人 − 推薦枠171人"""
    pieces = [f"{term.sign} {label(term)}{_number(term.name, term.value)}" for term in terms]
    return " ".join(pieces).removeprefix("+ ")


def _sum(facts: Facts, figure: Figure) -> str:
    if not figure.terms:
        return f"{facts.fiscal_year}の{_total(figure)}"
    return f"{_terms(figure.terms)} = {_total(figure)}"


def _target(facts: Facts, figure: Figure) -> str:
    revision = next(t.revision for t in facts.plan.targets if t.fiscal_year == facts.fiscal_year)
    return f"{facts.plan.name}(第{revision}版)が定める{facts.fiscal_year}の新規任命の{_total(figure)}"


def _nominating_departments(facts: Facts, figure: Figure) -> str:
    day = facts.reference_date
    return f"基準日({day.year}年{day.month}月{day.day}日)に推薦の対象となる所属の数 = {figure.value:,}所属"


def _exempted(facts: Facts, figure: Figure) -> str:
    return f"{facts.fiscal_year}の推薦を免除された所属の数 = {figure.value:,}所属"


def _recommended_quota(facts: Facts, figure: Figure) -> str:
    return f"{_sum(facts, figure)}(1所属に1人)"


def _carry(facts: Facts, figure: Figure) -> str:
    """(計画の総数1,000人 − 前年度までの任命393人) ÷ 残りの年数3年 = 202.33人、切り上げて203人。203人 − 目標200人 = …"""
    total, before, years, needed, planned = figure.terms
    share = _share(total.value - before.value, years.value, needed.value)
    division = f"({_terms((total, before))}) ÷ {label(years)}{years.value}{YEARS} = {share}"
    start = f"{division}。{_people(needed.value)} − {label(planned)}{_people(planned.value)}"
    return _floored(start, needed.value - planned.value, figure)


def _share(people: int, years: int, needed: int) -> str:
    if people % years == 0:
        return _people(needed)
    whole, rest = divmod(abs(people), years)
    sign = "−" if people < 0 else ""
    return f"{sign}{whole:,}.{100 * rest // years:02}{PEOPLE}、切り上げて{_people(needed)}"


def _self_guide(facts: Facts, figure: Figure) -> str:
    planned, carried, quota = figure.terms
    return _floored(_terms(figure.terms), planned.value + carried.value - quota.value, figure)


def _floored(start: str, difference: int, figure: Figure) -> str:
    if difference < 0:
        return f"{start} = {_people(difference)}。0人を下回るため、{_total(figure)}"
    return f"{start} = {_total(figure)}"


SENTENCES: dict[str, Callable[[Facts, Figure], str]] = {
    "target": _target,
    "nominating_departments": _nominating_departments,
    "exempted": _exempted,
    "recommended_quota": _recommended_quota,
    "carry": _carry,
    "self_guide": _self_guide,
}
"""Figures whose reason is more than the sum of their terms."""
