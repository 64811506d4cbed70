"""When the turn of the year may begin: each function says why not, or None."""

from datetime import datetime

from aomori_dx.kernel import closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.wareki import format_date
from stages.models import Rollover, RolloverState


def year_has_begun(rollover: Rollover, at: datetime) -> str | None:
    """The year before is over; until then its results may change. A dry run is possible at any time."""
    first = rollover.fiscal_year.first_day
    return None if day_of(at) >= first else f"年度更新は、新年度の初日({format_date(first)})から実行できます。"


def year_is_open(rollover: Rollover, at: datetime) -> str | None:
    """Nobody begins a year that is closed."""
    return closing.hold().why_not(rollover.fiscal_year)


def nobody_else_is_at_it(rollover: Rollover, at: datetime) -> str | None:
    """One at a time."""
    same = Rollover.objects.filter(fiscal_year=rollover.fiscal_year, state=RolloverState.RUNNING)
    return "この年度への年度更新は、いま実行されています。" if same.exclude(pk=rollover.pk).exists() else None
