"""The year's figures bureau by bureau. Over all bureaus each column sums to the whole."""

from dataclasses import dataclass

from stages.quota import engine
from stages.quota.apportion import apportion
from stages.quota.facts import RECOMMENDED, SELF, Bureau, Facts


@dataclass(frozen=True)
class BureauRow:
    """One bureau's part. Promoters stand under the bureau that their department belonged to when it nominated."""

    bureau: str
    bureau_id: int
    in_service: int
    nominating_departments: int
    recommended_quota: int
    appointed: int
    recommended: int
    self_nominated: int
    withdrawn: int
    trained: int
    unfilled: int
    carry: int


def by_bureau(facts: Facts) -> tuple[BureauRow, ...]:
    """Every bureau with a nominating department, a promoter of the year or staff, in the official order.

    The carry is spread in proportion to the staff in service; without any staff on record, evenly.
    """
    bureaus = sorted(facts.bureaus, key=_place)
    if not bureaus:
        return ()
    parts = apportion(engine.carry(facts).value, {_place(bureau): bureau.in_service for bureau in bureaus})
    return tuple(_row(facts, bureau, parts[_place(bureau)]) for bureau in bureaus)


def _place(bureau: Bureau) -> tuple[int, int]:
    return bureau.order, bureau.id


def _row(facts: Facts, bureau: Bureau, carry: int) -> BureauRow:
    departments = [department for department in facts.departments if department.bureau_id == bureau.id]
    owing = [department for department in departments if not department.exempt]
    rows = [row for row in facts.people if row.bureau_id == bureau.id and row.cohort == facts.fiscal_year]
    return BureauRow(
        bureau=bureau.name,
        bureau_id=bureau.id,
        in_service=bureau.in_service,
        nominating_departments=len(departments),
        recommended_quota=len(owing),
        appointed=sum(row.appointed for row in rows),
        recommended=sum(row.appointed for row in rows if row.route == RECOMMENDED),
        self_nominated=sum(row.appointed for row in rows if row.route == SELF),
        withdrawn=sum(row.withdrawn for row in rows),
        trained=sum(row.trained for row in rows),
        unfilled=sum(not department.filled for department in owing),
        carry=carry,
    )
