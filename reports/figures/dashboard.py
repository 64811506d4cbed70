"""The dashboard: one snapshot's figures as the page reads them. Every number is the snapshot's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from aomori_dx.kernel.fiscal_year import FiscalYear
from reports.figures.disclosure import HIDDEN
from reports.figures.small_cells import protected
from stages.models import QuotaSnapshot

Shown = int | str | None
"""A number; `*` where it is not for this reader; None where there is none yet."""
Sheet = dict[str, Any]


@dataclass(frozen=True)
class Measure:
    """A large number. `name` is that of its why; `of` the whole that a bar measures it against."""

    name: str
    label: str
    value: Shown
    unit: str = "人"
    of: int | None = None
    of_label: str = ""
    mark: int | None = None
    mark_label: str = ""

    @property
    def drawn(self) -> int:
        """The length of its bar: nothing where the number is not told."""
        return self.value if isinstance(self.value, int) else 0


@dataclass(frozen=True)
class Cell:
    """Stage × fiscal year. `cohort` is whose turn it is by the plan: a stage a year; None before anybody can be."""

    fiscal_year: FiscalYear
    people: Shown
    completed: Shown
    plan: int | None
    cohort: FiscalYear | None
    place: int
    begun: bool


@dataclass(frozen=True)
class Row:
    """A stage of the matrix, over the years."""

    number: int
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class PlanYear:
    """A year of the plan, alone and cumulative."""

    fiscal_year: FiscalYear
    target: int
    cumulative_target: int
    appointed: Shown
    trained: Shown
    cumulative_appointed: Shown
    cumulative_trained: Shown

    @property
    def begun(self) -> bool:
        return self.cumulative_appointed is not None


@dataclass(frozen=True)
class Dashboard:
    """All that the page shows of one year."""

    fiscal_year: FiscalYear
    begun: bool
    as_of: date
    confirmed_at: datetime
    basis: str
    sentence: str
    verdict: str
    ahead: bool
    this_year: tuple[Measure, ...]
    overall: tuple[Measure, ...]
    others: tuple[Measure, ...]
    years: tuple[PlanYear, ...]
    matrix: tuple[Row, ...]
    bureaus: Sequence[dict[str, Any]]
    whole: dict[str, Any]
    staff: int
    unfilled: tuple[tuple[str, int, list[dict[str, Any]]], ...]
    unfilled_total: Shown
    aggregates_only: bool
    has_hidden: bool


def of(snapshot: QuotaSnapshot, *, aggregates_only: bool) -> Dashboard:
    """The page of a snapshot; for 閲覧者 without what points at one or two people."""
    sheet: Sheet = protected(snapshot.figures) if aggregates_only else snapshot.figures
    fiscal_year = FiscalYear(sheet["fiscal_year"])
    verdict, ahead = _verdict(sheet, fiscal_year)
    return Dashboard(
        fiscal_year=fiscal_year,
        begun=sheet["begun"],
        as_of=snapshot.as_of,
        confirmed_at=snapshot.confirmed_at,
        basis=f"{sheet['plan']} 第{sheet['revision']}版",
        sentence=_sentence(sheet, fiscal_year),
        verdict=verdict,
        ahead=ahead,
        this_year=_this_year(sheet),
        overall=_overall(sheet),
        others=_others(sheet),
        years=_years(sheet),
        matrix=_matrix(sheet),
        bureaus=sheet["by_bureau"],
        whole=sheet,
        staff=sum(row["in_service"] for row in sheet["by_bureau"]),
        unfilled=_unfilled(sheet),
        unfilled_total=sheet["unfilled_departments"],
        aggregates_only=aggregates_only,
        has_hidden=aggregates_only and _has_hidden(sheet),
    )


def number(value: Shown) -> str:
    """1,234 or *"""
    return f"{value:,}" if isinstance(value, int) else str(value)


def _sentence(sheet: Sheet, fiscal_year: FiscalYear) -> str:
    """R8は推薦枠 171/183、自薦枠 22。累計 588／計画 600。"""
    told = {name: number(value) for name, value in sheet.items() if isinstance(value, (int, str))}
    if not sheet["begun"]:
        return (
            f"{fiscal_year}はまだ始まっていません。目標は{told['target']}人、推薦枠は{told['recommended_quota']}所属、"
            f"自薦枠の目安は{told['self_guide']}人です。"
        )
    return (
        f"{fiscal_year}は推薦枠{told['recommended']}/{told['recommended_quota']}、"
        f"自薦枠{told['self_nominated']}(目安{told['self_guide']})。"
        f"累計{told['cumulative_appointed']}人/計画{told['cumulative_target']}人、"
        f"うち育成(ステージ1修了)は{told['cumulative_trained']}人。"
    )


def _verdict(sheet: Sheet, fiscal_year: FiscalYear) -> tuple[str, bool]:
    """Whether the plan is kept so far, in words, and whether there is nothing missing."""
    appointed, planned, total = sheet["cumulative_appointed"], sheet["cumulative_target"], sheet["plan_total"]
    if not isinstance(appointed, int):
        return "累計が3人未満のため、計画との差は表示しません。", True
    if not sheet["begun"]:
        return f"計画の総数{total:,}人まであと{max(0, total - appointed):,}人です。", appointed >= total
    if appointed >= planned:
        ahead = f"計画を{appointed - planned:,}人上回っています" if appointed > planned else "計画どおりです"
        return f"累計の任命は{ahead}。", True
    over = date.fromisoformat(sheet["as_of"]) > fiscal_year.last_day
    short = f"計画を{planned - appointed:,}人下回りました" if over else f"計画まであと{planned - appointed:,}人です"
    carry = f"総数{total:,}人に届くには、残る各年度の目標に{sheet['carry']:,}人を加える必要があります。"
    return f"累計の任命は{short}。{carry if sheet['carry'] else ''}", False


def _this_year(sheet: Sheet) -> tuple[Measure, ...]:
    return (
        Measure("appointed", "この年度の任命", sheet["appointed"], of=sheet["target"], of_label="目標"),
        Measure("recommended", "推薦枠", sheet["recommended"], of=sheet["recommended_quota"], of_label="枠"),
        Measure("self_nominated", "自薦枠", sheet["self_nominated"], of=sheet["self_guide"], of_label="目安"),
        Measure("trained", "この年度の任命者の育成", sheet["trained"], of=_whole(sheet["appointed"]), of_label="任命"),
    )


def _whole(value: Shown) -> int | None:
    return value if isinstance(value, int) else None


def _overall(sheet: Sheet) -> tuple[Measure, ...]:
    plan = {
        "of": sheet["plan_total"],
        "of_label": "計画",
        "mark": sheet["cumulative_target"],
        "mark_label": "この年度までの計画",
    }
    return (
        Measure("cumulative_appointed", "累計の任命", sheet["cumulative_appointed"], **plan),
        Measure("cumulative_trained", "累計の育成(ステージ1修了)", sheet["cumulative_trained"], **plan),
    )


def _others(sheet: Sheet) -> tuple[Measure, ...]:
    return (
        Measure("still_in_service", "任命者のうち在職", sheet["still_in_service"]),
        Measure("going_on", "2年目以降の継続", sheet["going_on"]),
        Measure("withdrawn", "この年度の辞退", sheet["withdrawn"]),
        Measure("unfilled_departments", "任命がまだの所属", sheet["unfilled_departments"], unit="所属"),
        Measure("carry", "各年度への繰越", sheet["carry"]),
        Measure("self_guide", "自薦枠の目安", sheet["self_guide"]),
    )


def _years(sheet: Sheet) -> tuple[PlanYear, ...]:
    names = ("target", "cumulative_target", "appointed", "trained", "cumulative_appointed", "cumulative_trained")
    return tuple(
        PlanYear(FiscalYear(row["fiscal_year"]), **{name: row[name] for name in names}) for row in sheet["by_year"]
    )


def _matrix(sheet: Sheet) -> tuple[Row, ...]:
    """The last stage on top, as on the policy's own page."""
    years = [(FiscalYear(row["fiscal_year"]), row["appointed"] is not None) for row in sheet["by_year"]]
    rows = [
        Row(stage["number"], stage["name"], tuple(_cell(sheet, stage, climbed, at, years) for at in range(len(years))))
        for climbed, stage in enumerate(sheet["stages"])
    ]
    return tuple(reversed(rows))


def _cell(sheet: Sheet, stage: dict[str, Any], climbed: int, at: int, years: list[tuple[FiscalYear, bool]]) -> Cell:
    fiscal_year, begun = years[at]
    key = str(int(fiscal_year))
    place = at - climbed  # who stands here began so many years after the first cohort
    return Cell(
        fiscal_year=fiscal_year,
        people=sheet["matrix"][str(stage["number"])][key],
        completed=sheet["matrix_completed"][str(stage["number"])][key],
        plan=sheet["matrix_plan"][str(stage["number"])][key],
        cohort=years[place][0] if place >= 0 else None,
        place=place + 1,
        begun=begun,
    )


def _unfilled(sheet: Sheet) -> tuple[tuple[str, int, list[dict[str, Any]]], ...]:
    """Bureau by bureau, in the official order in which they come."""
    by_bureau = groupby(sheet["unfilled"], key=lambda row: (row["bureau"], row["bureau_id"]))
    return tuple((name, pk, list(rows)) for (name, pk), rows in by_bureau)


def _has_hidden(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_hidden(part) for part in value.values())
    if isinstance(value, list):
        return any(_has_hidden(part) for part in value)
    return value == HIDDEN
