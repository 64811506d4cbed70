"""Why a figure is what it is: its meaning, its terms, and where the people and departments behind it are listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.wareki import format_date
from reports.figures.disclosure import HIDDEN
from reports.figures.small_cells import protected
from stages.models import QuotaSnapshot

PROMOTERS, DEPARTMENTS = "stages:promoters", "reports:departments"

MEANINGS = {
    "target": "計画が定める、その年度に新しく任命する人数です。",
    "plan_total": "計画の全期間に新しく任命する人数です。",
    "cumulative_target": "計画の初年度からその年度までの目標の合計です。",
    "nominating_departments": "基準日に推薦の対象となる所属です。",
    "exempted": "小規模などの理由で、その年度の推薦を免除された所属です。",
    "recommended_quota": "推薦を求める所属に1人ずつの枠です。",
    "unfilled_departments": "推薦を求めたのに、推薦枠で任命された方がまだいない(または辞退した)所属です。",
    "appointed": "その年度に任命された方です。あとで辞退した方も含みます。",
    "recommended": "所属の推薦によって任命された方です。部局は推薦した時点のものです。",
    "self_nominated": "自薦によって任命された方です。部局は推薦所属のものです。",
    "withdrawn": "その年度に任命された方のうち、辞退した方です。",
    "trained": "その年度に任命された方のうち、ステージ1を修了した方です。任命と育成(修了)は別に数えます。",
    "cumulative_appointed": "計画の初年度からその年度までに任命された方です。何年続けても1人と数えます。",
    "cumulative_withdrawn": "計画の初年度からその年度までに任命された方のうち、辞退した方です。",
    "cumulative_trained": "任命された方のうち、ステージ1を修了した方です。「1,000名以上を育成」はこの人数です。",
    "still_in_service": "計画の初年度からその年度までに任命された方のうち、今も在職している方です。",
    "carry": "計画の最終年度に総数へ届くために、残る各年度の目標に加える人数です。",
    "self_guide": "目標に届くために自薦枠で任命したい人数の目安です。上限ではありません。",
    "going_on": "2年目以降のステージに進み、育成を続けている方です。",
}

_SIGNS = {
    "recommended_quota": "＋－",
    "unfilled_departments": "＋－",
    "still_in_service": "＋－",
    "self_guide": "＋＋－",
    "carry": "＋－÷＝－",
}
_UNITS = {"recommended_quota": ("所属", "所属"), "carry": ("人", "人", "年", "人", "人")}

# Of these, whatever is left out for 閲覧者, the terms are no people.
_OF_THE_PLAN = frozenset(
    {
        "target",
        "plan_total",
        "cumulative_target",
        "nominating_departments",
        "exempted",
        "recommended_quota",
        "self_guide",
    }
)


@dataclass(frozen=True)
class Link:
    """A list, and the query that narrows it to the people or departments meant."""

    to: str
    query: str
    label: str = ""


@dataclass(frozen=True)
class Term:
    sign: str
    label: str
    value: int
    unit: str
    link: Link | None = None


@dataclass(frozen=True)
class Why:
    """The reason of one figure. Without `terms`, `withheld` says why there are none."""

    name: str
    label: str
    value: int | str
    unit: str
    meaning: str
    sentence: str
    terms: tuple[Term, ...]
    link: Link | None
    basis: str
    withheld: str = ""


def of(snapshot: QuotaSnapshot, name: str, *, aggregates_only: bool) -> Why | None:
    """The reason of a figure of the snapshot; None if it has no figure of that name."""
    sheet = snapshot.figures
    reason = sheet["why"].get(name)
    if reason is None:
        return None
    masked = protected(sheet) if aggregates_only else sheet
    told = not aggregates_only or _may_be_told(name, sheet, masked)
    return Why(
        name=name,
        label=reason["label"],
        value=masked[name] if told or name in masked else HIDDEN,
        unit=reason["unit"],
        meaning=MEANINGS.get(name, ""),
        sentence=reason["sentence"] if told else "",
        terms=_terms(name, reason, sheet, linked=not aggregates_only) if told else (),
        link=None if aggregates_only else _link(name, sheet),
        basis=f"{sheet['plan']} 第{sheet['revision']}版、{format_date(snapshot.as_of)}現在",
        withheld="" if told else "内訳に人数の少ない欄があるため、表示しません。",
    )


def _may_be_told(name: str, sheet: dict[str, Any], masked: dict[str, Any]) -> bool:
    """Whether every term stands on the reader's own page too."""
    if name in _OF_THE_PLAN:
        return True
    before = [row for row in masked["by_year"] if row["fiscal_year"] <= sheet["fiscal_year"]]
    told: dict[str, Sequence[Any]] = {
        "appointed": [masked["recommended"], masked["self_nominated"]],
        "cumulative_appointed": [row["appointed"] for row in before],
        "cumulative_trained": [row["trained"] for row in before],
        "carry": [row["cumulative_appointed"] for row in before if row["fiscal_year"] < sheet["fiscal_year"]],
    }
    return name in told and HIDDEN not in told[name] and masked.get(name) != HIDDEN


def _terms(name: str, reason: dict[str, Any], sheet: dict[str, Any], *, linked: bool) -> tuple[Term, ...]:
    terms = reason["terms"]
    signs = _SIGNS.get(name, "＋" * len(terms))
    units = _UNITS.get(name, (reason["unit"],) * len(terms))
    links = _term_links(name, sheet, [label for label, _ in terms]) if linked else [None] * len(terms)
    return tuple(
        Term("" if place == 0 else sign, label, value, unit, link)
        for place, ((label, value), sign, unit, link) in enumerate(zip(terms, signs, units, links, strict=True))
    )


def _link(name: str, sheet: dict[str, Any]) -> Link | None:
    """The list of those whom the figure counts."""
    cohort, until = {"cohort": sheet["fiscal_year"]}, {"until": sheet["fiscal_year"]}
    people: dict[str, dict[str, Any]] = {
        "appointed": cohort,
        "recommended": {**cohort, "route": "recommended"},
        "self_nominated": {**cohort, "route": "self"},
        "withdrawn": {**cohort, "withdrawn": "yes"},
        "trained": {**cohort, "trained": "yes"},
        "cumulative_appointed": until,
        "cumulative_withdrawn": {**until, "withdrawn": "yes"},
        "cumulative_trained": {**until, "trained": "yes"},
        "still_in_service": {**until, "service": "in"},
    }
    departments = {
        "nominating_departments": {},
        "recommended_quota": {"state": "owing"},
        "exempted": {"state": "exempt"},
        "unfilled_departments": {"state": "open"},
    }
    if name in people:
        return Link(PROMOTERS, urlencode(people[name]), "この人数の名簿を開く")
    if name in departments:
        query = {"fiscal_year": sheet["fiscal_year"], **departments[name]}
        return Link(DEPARTMENTS, urlencode(query), "この所属の一覧を開く")
    return None


def _term_links(name: str, sheet: dict[str, Any], labels: list[str]) -> list[Link | None]:
    """The lists behind the terms, in their order."""
    cohort = sheet["fiscal_year"]
    years = [row["fiscal_year"] for row in sheet["by_year"]]
    bureaus = {row["bureau"]: row["bureau_id"] for row in sheet["by_bureau"]}
    queries: list[dict[str, Any] | None]
    if name in {"appointed", "withdrawn", "trained"}:
        extra = {} if name == "appointed" else {name: "yes"}
        queries = [{"cohort": cohort, "route": route, **extra} for route in ("recommended", "self")]
    elif name in {"recommended", "self_nominated"}:
        route = "self" if name == "self_nominated" else name
        queries = [{"cohort": cohort, "route": route, "bureau": bureaus.get(label, "")} for label in labels]
    elif name in {"cumulative_appointed", "cumulative_withdrawn", "cumulative_trained"}:
        what = name.removeprefix("cumulative_")
        extra = {} if what == "appointed" else {what: "yes"}
        queries = [{"cohort": year, **extra} for year in years[: len(labels)]]
    elif name == "going_on":
        queries = [{"fiscal_year": cohort, "stage": stage["number"]} for stage in sheet["stages"][1:]]
    elif name == "still_in_service":
        queries = [{"until": cohort}, {"until": cohort, "service": "left"}]
    elif name == "carry":
        queries = [None, {"until": int(FiscalYear(cohort).previous)}, None, None, None]
    else:
        queries = [None] * len(labels)
    return [Link(PROMOTERS, urlencode(query)) if query else None for query in queries]
