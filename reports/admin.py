"""What the figures put on the first page of the admin."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from aomori_dx.kernel import clock
from aomori_dx.kernel.fiscal_year import FiscalYear
from reports.figures import dashboard
from reports.figures.dashboard import Dashboard
from stages.services import quotas


@dataclass(frozen=True)
class Summary:
    """This year's quota, in short; without `board` it has not been computed yet."""

    fiscal_year: FiscalYear
    board: Dashboard | None


def summary(request: HttpRequest) -> dict[str, Any]:
    """Who opens the admin sees all figures: 情報政策担当 and データ管理者."""
    fiscal_year = FiscalYear.containing(clock.today())
    snapshot = quotas.latest(fiscal_year)
    board = dashboard.of(snapshot, aggregates_only=False) if snapshot else None
    return {"summary": Summary(fiscal_year, board)}


site: Any = admin.site
site.summaries.append(summary)
