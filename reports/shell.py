"""What the frame of every page shows: who you are, the fiscal year, the menu."""

from aomori_dx.kernel import clock
from aomori_dx.kernel.fiscal_year import FiscalYear


def shell(request):
    today = clock.today()
    return {"today": today, "this_year": FiscalYear.containing(today)}
