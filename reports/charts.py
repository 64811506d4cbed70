"""A figure to the numbers that a chart needs. The templates draw; the figures stand beside as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.figures.dashboard import PlanYear, Shown, number

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 28, 34
BAR, GAP = 40, 4
TALL = 24
"""A bar of this height holds its label; a lower one wears it on top."""


@dataclass(frozen=True)
class Bar:
    """A bar, from the ground up, with its label inside or, where it is too low, on top."""

    x: float
    y: float
    width: float
    height: float
    label: str

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def holds_label(self) -> bool:
        return self.height >= TALL

    @property
    def label_y(self) -> float:
        return self.y + 17 if self.holds_label else self.y - 6


@dataclass(frozen=True)
class Group:
    """A year: its bars (None where the year has not begun) and the plan's point above them."""

    label: str
    middle: float
    appointed: Bar | None
    trained: Bar | None
    plan_y: float
    plan_label: str
    is_chosen: bool


@dataclass(frozen=True)
class Grid:
    y: float
    label: str


@dataclass(frozen=True)
class Chart:
    """The cumulative chart in the coordinates of its drawing."""

    groups: tuple[Group, ...]
    grid: tuple[Grid, ...]
    plan_line: str
    sentence: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    ground: int = HEIGHT - BOTTOM


def cumulative(years: Sequence[PlanYear], *, chosen: int) -> Chart:
    """Planned, appointed and trained from the plan's first year to its last."""
    drawn = [_drawn(value) for year in years for value in (year.cumulative_appointed, year.cumulative_trained)]
    top = _round_up(max([*drawn, *(year.cumulative_target for year in years)]))
    groups = tuple(_group(place, year, years, top, chosen) for place, year in enumerate(years))
    return Chart(
        groups=groups,
        grid=tuple(Grid(_y(step * top / 4, top), f"{step * top // 4:,}") for step in range(5)),
        plan_line=" ".join(f"{group.middle:.1f},{group.plan_y:.1f}" for group in groups),
        sentence=_sentence(years),
    )


def _group(place: int, year: PlanYear, years: Sequence[PlanYear], top: int, chosen: int) -> Group:
    room = (WIDTH - LEFT - RIGHT) / len(years)
    middle = LEFT + room * (place + 0.5)
    width = min(BAR, room / 2 - GAP)
    return Group(
        label=year.fiscal_year.short,
        middle=middle,
        appointed=_bar(middle - width - GAP / 2, year.cumulative_appointed, top, width),
        trained=_bar(middle + GAP / 2, year.cumulative_trained, top, width),
        plan_y=_y(year.cumulative_target, top),
        plan_label=f"{year.cumulative_target:,}",
        is_chosen=int(year.fiscal_year) == chosen,
    )


def _bar(x: float, value: Shown, top: int, width: float) -> Bar | None:
    if value is None:
        return None
    y = _y(_drawn(value), top)
    return Bar(x, y, width, HEIGHT - BOTTOM - y, number(value))


def _drawn(value: Shown) -> int:
    return value if isinstance(value, int) else 0


def _y(value: float, top: int) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top


def _round_up(value: int) -> int:
    """The next number that four lines divide evenly."""
    step = 10 ** max(1, len(str(max(1, value))) - 2) * 4
    return max(step, -(-value // step) * step)


def _sentence(years: Sequence[PlanYear]) -> str:
    """The chart for those who do not see it."""
    parts = [
        f"{year.fiscal_year}は計画{year.cumulative_target:,}人、任命{number(year.cumulative_appointed)}人、"
        f"育成{number(year.cumulative_trained)}人"
        for year in years
        if year.begun
    ]
    last = years[-1]
    return "。".join([*parts, f"最終年度の{last.fiscal_year}の計画は{last.cumulative_target:,}人です"]) + "。"
