"""A roster too large for memory is compared and written in portions, and leaves what it leaves read as a whole."""

import pytest
from django.db import transaction

from aomori_dx.kernel import clock
from aomori_dx.kernel.models import AuditEvent, Job
from staff.imports import roster
from staff.models import ChangeLine, ChangePage, Employee, OfficeRole
from tests.factories import staff as make
from tests.factories.files import as_csv, department, person
from tests.factories.loading import R6, R7, contradictions, everything, load, loaded, state_on
from tests.staff.test_change_sets import apply, undo
from tests.staff.test_change_sets import load as upload

pytestmark = pytest.mark.django_db
CODES = ("010110", "010120", "010130")
FIRST = [person(f"{n:07}", code=CODES[n % 3], 兼務所属コード=CODES[(n + 1) % 3]) for n in range(1, 18)]
NEXT = [
    *FIRST[:4],
    *(row | {"所属コード": CODES[0], "補職名": "主査", "休職等区分": "休職"} for row in FIRST[4:8]),
    FIRST[8] | {"氏名": "青〓　太郎", "兼務所属コード": ""},
    FIRST[9] | {"氏名": "八戸　太郎", "所属異動年月日": "R6.10.01", "所属コード": CODES[2]},
    *(person(f"{n:07}", "弘前　花子", 採用年月日="R7.04.01") for n in range(30, 35)),
]
WRONG = [
    *NEXT,
    FIRST[10] | {"所属コード": "999999"},
    FIRST[11] | {"採用年月日": "R8.04.01"},
    FIRST[12] | {"氏名": "五所川原　一郎"},
    NEXT[0],
]


def in_portions(monkeypatch, how: str) -> None:
    monkeypatch.setattr(roster, "WHOLE", 0 if how == "portions" else 1000)
    monkeypatch.setattr(roster, "PORTION", 4)


def what_is_left() -> list:
    """What two files tell and leave, and what a wrong one tells; by numbers of people, not by keys of rows."""
    loaded("departments", *(department(code, f"{code}課") for code in CODES))
    reports = [load("roster", *rows, as_of=day) for rows, day in ((FIRST, R6), (FIRST, R6), (NEXT, R7), (NEXT, R7))]
    heard = list(Employee.objects.order_by("employee_number").values_list("employee_number", "name", "profile_as_of"))
    events = AuditEvent.objects.values_list("action", "object_label", "before", "after", "reason")
    acts = sorted(map(repr, events))
    facts = [state_on(R6), state_on(R7), heard, acts, contradictions()]
    known = everything()
    reports.append(load("roster", *WRONG, as_of=R7))
    assert everything() == known
    assert [len(report.errors) for report in reports] == [0, 0, 0, 0, 4]
    return [*facts, *((report.as_json(), report.changes) for report in reports)]


def test_in_portions_a_roster_tells_and_leaves_the_same(monkeypatch):
    found = []
    for how in ("whole", "portions"):
        in_portions(monkeypatch, how)
        with transaction.atomic():
            found.append(what_is_left())
            transaction.set_rollback(True)
    assert found[0] == found[1]
    whole, *_ = found
    assert [told["ended"] for told, _ in whole[5:9]] == [0, 0, 7, 0]
    assert [told["created"] for told, _ in whole[5:9]] == [17, 0, 5, 0]


def test_in_portions_it_is_applied_as_shown_and_undone_as_a_whole(monkeypatch):
    in_portions(monkeypatch, "portions")
    loaded("departments", *(department(code, f"{code}課") for code in CODES))
    loaded("roster", *FIRST)
    hr, before = make.office(OfficeRole.HR), everything()
    change_set = upload("roster", as_csv(NEXT), hr, as_of=R7)
    assert (change_set.state, everything()) == ("ready", before)
    shown = ChangeLine.objects.values_list("outcome", flat=True)
    assert [len([line for line in shown if line == what]) for what in ("created", "changed", "ended")] == [5, 6, 7]
    apply(change_set, hr)
    assert (change_set.state, contradictions()) == ("applied", [])
    assert Employee.objects.in_service(R7).count() == len(NEXT)
    assert ChangePage.objects.filter(change_set=change_set).exists()
    undo(change_set, hr)
    assert (change_set.state, everything()) == ("undone", before)


def test_a_change_after_the_check_refuses_the_whole_also_in_portions(monkeypatch):
    in_portions(monkeypatch, "portions")
    loaded("departments", *(department(code, f"{code}課") for code in CODES))
    loaded("roster", *FIRST)
    hr = make.office(OfficeRole.HR)
    change_set = upload("roster", as_csv(NEXT), hr, as_of=R7)
    Employee.objects.filter(employee_number="0000010").update(left_on=clock.today())
    Employee.objects.filter(employee_number="0000017").update(left_on=R6.replace(day=2))
    before = everything()
    job = apply(change_set, hr)
    assert "確認のあとに記録が変わりました" in job.error
    assert everything() == before


def test_the_job_says_how_many_people_it_has_written(monkeypatch):
    in_portions(monkeypatch, "portions")
    loaded("departments", *(department(code, f"{code}課") for code in CODES))
    told = []
    monkeypatch.setattr(roster.progress, "note", lambda *step: told.append(step))
    change_set = upload("roster", as_csv(FIRST), make.office(OfficeRole.HR), as_of=R6)
    steps = [(4, 17), (8, 17), (12, 17), (16, 17), (17, 17)]
    assert [step[:2] for step in told] == [*steps, *steps]
    assert [step[2] for step in told] == [roster.COMPARING] * 5 + [roster.TRYING] * 5
    assert change_set.state == "ready"
    assert Job.objects.latest("pk").state == "done"
