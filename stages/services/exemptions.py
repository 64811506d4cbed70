"""推薦の免除 of departments that became others."""

from collections import defaultdict
from collections.abc import Iterable

from aomori_dx.kernel import audit
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Department, Succession
from staff.services.departments import Act
from stages.models import Exemption


def follow(successions: Iterable[Succession], *, act: Act) -> list[Exemption]:
    """Departments that begin inherit the exemptions of this year and later ones; returns what was added.

    One that comes of several inherits what all of them had; one that was there before keeps its own.
    """
    new = [pair for pair in successions if pair.successor.valid_from == act.on]
    origins: dict[Department, set[int]] = defaultdict(set)
    for pair in new:
        origins[pair.successor].add(pair.predecessor_id)
    this_year = FiscalYear.containing(act.on)
    known: dict[FiscalYear, dict[int, str]] = defaultdict(dict)
    places = {pk for olds in origins.values() for pk in olds} | {row.pk for row in origins}
    for row in Exemption.objects.filter(department__in=places, fiscal_year__gte=this_year):
        known[row.fiscal_year][row.department_id] = row.reason
    added = Exemption.objects.bulk_create(
        Exemption(department=heir, fiscal_year=year, reason=reasons[min(olds)])
        for year, reasons in sorted(known.items())
        for heir, olds in origins.items()
        if olds <= reasons.keys() and heir.pk not in reasons
    )
    act.journal.created(added)
    audit.record_all(
        audit.event(
            row,
            "inherited",
            by=act.by,
            at=act.at,
            after={"department": row.department.name, "fiscal_year": row.fiscal_year, "reason": row.reason},
            reason=act.reason,
        )
        for row in added
    )
    return added
