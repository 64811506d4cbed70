"""Three years of the office's files, in the order in which they came, leave exactly the roster of 2026."""

import csv
import io
import json
from datetime import date

import pytest
from django.core.management import call_command

from staff.models import Absence, Department, Employee, Posting
from stages.models import Promoter
from tests.factories.loading import SAMPLES, contradictions, everything

pytestmark = pytest.mark.django_db
R8 = date(2026, 4, 1)
IN_ORDER = [
    ("departments", "departments_2024-04-01.csv", "2024-04-01"),
    ("roster", "roster_2024-04-01.csv", "R6.4.1"),
    ("promoters", "promoters_2024.xlsx", None),
    ("departments", "departments_2025-04-01.csv", "令和7年4月1日"),
    ("successions", "successions_2025-04-01.csv", "2025/4/1"),
    ("transfers", "transfers_2025-04-01.xlsx", None),
    ("promoters", "promoters_2025.xlsx", None),
    ("departments", "departments_2026-04-01.csv", "2026-04-01"),
    ("transfers", "transfers_2026-04-01.xlsx", None),
    ("promoters", "promoters_2026.csv", None),
]
LAST_ROSTER = ("roster", "roster_2026-04-01.csv", "2026-04-01")


def load(kind: str, name: str, as_of: str | None, *options: str) -> dict:
    out = io.StringIO()
    dated = ["--as-of", as_of] if as_of else []
    call_command(f"import_{kind}", str(SAMPLES / name), *dated, "--json", *options, stdout=out)
    return json.loads(out.getvalue())


def as_the_roster_says() -> dict[str, tuple]:
    """The last roster, read without any of our code."""
    text = (SAMPLES / LAST_ROSTER[1]).read_bytes().decode("cp932")
    return {
        row["職員番号"]: (
            row["所属コード"],
            row["補職名"],
            row["管理職"] == "1",
            row["所属長"] == "1",
            row["休職等区分"],
            tuple(sorted(row["兼務所属コード"].split("、"))) if row["兼務所属コード"] else (),
        )
        for row in csv.DictReader(io.StringIO(text))
    }


def as_the_database_says() -> dict[str, tuple]:
    """The same of the database, table by table."""
    primary, concurrent = {}, {}
    for posting in Posting.objects.on(R8).select_related("department"):
        if posting.is_primary:
            assert posting.employee_id not in primary
            primary[posting.employee_id] = posting
        else:
            concurrent.setdefault(posting.employee_id, []).append(posting.department.code)
    away = {absence.employee_id: absence.get_reason_display() for absence in Absence.objects.on(R8)}
    assert primary.keys() == set(Employee.objects.in_service(R8).values_list("pk", flat=True))
    numbers = dict(Employee.objects.values_list("pk", "employee_number"))
    return {
        numbers[pk]: (
            row.department.code,
            row.title,
            row.is_manager,
            row.is_head,
            away.get(pk, ""),
            tuple(sorted(concurrent.get(pk, []))),
        )
        for pk, row in primary.items()
    }


def test_the_files_of_three_years_leave_exactly_the_roster_of_the_last():
    call_command("load_policy", stdout=io.StringIO())
    told = {name: load(kind, name, as_of) for kind, name, as_of in IN_ORDER}
    assert not any(report["errors"] for report in told.values())
    assert told["departments_2025-04-01.csv"]["unplaced"] == told["successions_2025-04-01.csv"]["unplaced"] > 0
    assert told["transfers_2025-04-01.xlsx"]["unplaced"] == told["transfers_2026-04-01.xlsx"]["unplaced"] == 0
    assert [Department.objects.on(date(year, 4, 1)).below_bureaus().count() for year in (2024, 2025, 2026)] == [
        161,
        171,
        171,
    ]
    assert [Employee.objects.in_service(date(year, 4, 1)).count() for year in (2024, 2026)] == [3690, 3783]
    assert Promoter.objects.filter(cohort=2024).count() == 201
    assert as_the_database_says() == as_the_roster_says()

    dry = load(*LAST_ROSTER, "--dry-run")
    assert (dry["created"], dry["ended"], dry["changed"], dry["unplaced"]) == (0, 0, 299, 0)
    assert set(dry["changed_fields"]) == {"氏名カナ", "職員区分", "メールアドレス"}
    assert contradictions() == []

    assert Employee.objects.filter(name__startswith="𠮷田").count() > 50, "transfers know what rosters cannot write"

    assert load(*LAST_ROSTER)["changed"] == 299
    before = everything()
    for kind, name, as_of in [*reversed(IN_ORDER), LAST_ROSTER]:
        again = load(kind, name, as_of)
        assert again["unchanged"] == again["read"], name
        assert not any(again[count] for count in ("created", "changed", "ended", "errors")), name
        assert again.get("unplaced", 0) == 0, name
    assert everything() == before
