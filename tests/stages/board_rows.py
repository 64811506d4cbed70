"""Many nominations under review, written at once: for counting queries."""

from staff.models import Employee, Posting
from stages.models import Nomination
from tests.conftest import NOW
from tests.factories import staff
from tests.factories.stages import R8


def many(number: int, *, proposal: str = "accept", status: str = "in_review") -> list[Nomination]:
    """So many people of one department, each with a 自薦 under review."""
    place = staff.department()
    first = Employee.objects.count()
    people = Employee.objects.bulk_create(
        Employee(
            employee_number=f"7{first + n:06}", name=f"候補　{n}", kana="ｺｳﾎ", employment_type="regular"
        ).fold_names()
        for n in range(number)
    )
    Posting.objects.bulk_create(
        Posting(employee=person, department=place, title="主事", valid_from=staff.LONG_AGO, posted_on=staff.LONG_AGO)
        for person in people
    )
    return Nomination.objects.bulk_create(
        Nomination(
            fiscal_year=R8,
            route="self",
            department=place,
            nominee=person,
            status=status,
            proposal=proposal,
            proposal_reason="選考の結果" if proposal == "decline" else "",
            submitted_at=NOW,
            motive="窓口の待ち時間を減らしたい",
        )
        for person in people
    )
