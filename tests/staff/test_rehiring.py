"""E23: who had left comes back under the same 職員番号 (再任用, 会計年度→正規); a number never means another person."""

from datetime import date

import pytest

from aomori_dx.kernel import closing
from staff.models import Employee, FormerNumber, OfficeRole, ServiceGap, User
from staff.services import change_set_jobs, change_sets
from tests.conftest import NOW
from tests.factories import files
from tests.factories import staff as make
from tests.factories.files import department, person, transfer
from tests.factories.loading import (
    R6,
    R7,
    R8,
    contradictions,
    counts,
    errors,
    everything,
    load,
    loaded,
    place_of,
    reasons,
    state_on,
)
from tests.factories.stages import R6 as FIRST_YEAR
from tests.factories.stages import plan

pytestmark = pytest.mark.django_db

A, B = "010110", "010120"
LEAVES = transfer("0000001", "退職")
COMES_BACK = transfer("0000001", "採用", B, 発令年月日="R8.04.01")
STAYS = person("0000009", "弘前　花子", A)


@pytest.fixture(autouse=True)
def _prefecture():
    """Somebody who leaves on 1 April 2025, and somebody who stays."""
    loaded("departments", department(A, "人事課"), department(B, "税務課"))
    loaded("roster", person("0000001"), STAYS)
    loaded("transfers", LEAVES)


def one() -> Employee:
    return Employee.objects.get(employee_number="0000001")


def here() -> list[bool]:
    """Whether in service: before, between, after; the row and the database must agree."""
    days = (date(2025, 3, 31), R7, date(2026, 3, 31), R8)
    asked = [Employee.objects.in_service(day).filter(pk=one().pk).exists() for day in days]
    assert [one().in_service_on(day) for day in days] == asked
    return asked


def told(report) -> str:
    return "".join(warning.reason for warning in report.warnings)


def test_a_hiring_takes_the_same_person_back_and_keeps_the_time_outside():
    report = loaded("transfers", COMES_BACK)
    assert counts(report) == {"changed": 1}
    assert "2025-04-01に退職した青森　太郎が、2026-04-01に再採用されたものとします。" in told(report)
    assert (one().hired_on, one().left_on, one().rehired_on) == (date(2010, 4, 1), None, R8)
    assert here() == [True, False, False, True]
    assert [place_of("0000001", day) for day in (R6, R7, R8)] == ["人事課", "", "税務課"]
    assert not Employee.objects.unplaced(R7).exists()  # who is not in service waits for no place
    assert contradictions() == []


def test_every_file_again_changes_nothing():
    loaded("transfers", COMES_BACK)
    before = everything()
    for kind, rows, day in (
        ("roster", [person("0000001"), STAYS], R6),
        ("transfers", [LEAVES], R6),
        ("roster", [STAYS], R7),
        ("transfers", [COMES_BACK], R8),
        ("transfers", [LEAVES, COMES_BACK], R8),
        ("roster", [person("0000001", code=B, 採用年月日="R8.04.01"), STAYS], R8),
    ):
        assert set(counts(loaded(kind, *rows, as_of=day))) == {"unchanged"}, (kind, rows)
    known = everything()
    for row in [*before["Employee"], *known["Employee"]]:
        row.pop("profile_as_of")  # a roster notes that it has spoken of a person
    assert known == before


@pytest.mark.parametrize(
    ("said", "since"),
    [
        ({}, date(2026, 6, 1)),
        ({"採用年月日": "R8.05.01", "所属異動年月日": "R8.05.01"}, date(2026, 5, 1)),
        ({"所属異動年月日": "R6.10.01"}, date(2026, 6, 1)),
    ],
    ids=["the day of the roster", "the day it names", "a day before the departure is none"],
)
def test_a_roster_takes_the_same_person_back(said, since):
    row = person("0000001", code=B, 職員区分="再任用", **said)
    report = loaded("roster", row, STAYS, as_of=date(2026, 6, 1))
    assert counts(report) == {"changed": 1, "unchanged": 1}
    gap = ServiceGap.objects.get()
    assert (gap.valid_from, gap.valid_to, one().employment_type) == (R7, since, "reappointed")
    assert state_on(since)["0000001"][0] == B
    again = loaded("roster", row, STAYS, as_of=date(2026, 6, 1))
    assert counts(again) == {"unchanged": 2}
    assert [warning for warning in again.warnings if warning.row] == []
    assert contradictions() == []


def test_another_name_is_another_person_and_stays_an_error():
    before = everything()
    for report in (
        load("transfers", {**COMES_BACK, "氏名": "新人　太郎"}),  # no new family name: nobody marries after leaving
        load("roster", person("0000001", "新人　翼", B), STAYS, as_of=R8),
    ):
        assert errors(report) == [(2, "職員番号")]
        assert "2025-04-01に退職した青森　太郎の職員番号です。別の方に同じ職員番号は使えません" in reasons(report)
    assert everything() == before


def test_between_the_two_nothing_happens_to_the_person():
    loaded("transfers", COMES_BACK)
    moved = load("transfers", transfer("0000001", code=B, 発令年月日="R7.10.01"))
    assert "青森　太郎は2025-04-01に退職しています" in reasons(moved)
    listed = load("roster", person("0000001"), STAYS, as_of=date(2025, 10, 1))
    assert "2025-04-01に退職し、2026-04-01に再採用されるまで在職していません" in reasons(listed)


def test_who_comes_back_on_the_day_of_leaving_was_never_away():
    same_day = {**COMES_BACK, "発令年月日": "R7.04.01"}
    loaded("transfers", same_day)
    assert here() == [True, True, True, True]
    assert not ServiceGap.objects.exists()
    before = everything()
    for rows in ([LEAVES], [same_day], [LEAVES, same_day]):
        loaded("transfers", *rows)
    assert everything() == before


def test_one_may_leave_and_come_back_again():
    loaded("transfers", COMES_BACK)
    again = [transfer("0000001", "任期満了", 発令年月日="R8.07.01"), {**COMES_BACK, "発令年月日": "R8.09.01"}]
    loaded("transfers", *again)
    assert ServiceGap.objects.count() == 2
    days = (R7, R8, date(2026, 7, 1), date(2026, 9, 1))
    assert [one().in_service_on(day) for day in days] == [False, True, False, True]
    before = everything()
    for rows in ([LEAVES], [COMES_BACK], again):
        assert set(counts(loaded("transfers", *rows))) == {"unchanged"}
    assert everything() == before


def test_before_the_day_a_coming_return_changes_nothing(client):
    """Loaded in March for April: the login is nobody's until then."""
    login = make.user(one())
    loaded("transfers", {**COMES_BACK, "発令年月日": "R9.04.01"})
    assert User.objects.get(pk=login.pk).roles_on(NOW.date()).employee_id is None
    assert User.objects.get(pk=login.pk).roles_on(date(2027, 4, 1)).employee_id == one().pk
    client.force_login(make.office(OfficeRole.HR))
    page = client.get("/people/0000001/").content.decode()
    for words in ("再採用", "この間は在職していません", "この日には在職していません"):
        assert words in page
    client.force_login(make.office(OfficeRole.INFO))  # who does not prepare what is to come
    page = client.get("/people/0000001/").content.decode()
    assert "この間は在職していません" in page
    assert "再採用" not in page
    assert "R9" not in page.partition("これまでの記録")[2]


def test_it_is_undone_as_a_whole_and_the_year_of_the_departure_may_be_closed():
    plan()
    closing.close(FIRST_YEAR, by=None, at=NOW, reason="実績報告を提出したため")
    closing.close(FIRST_YEAR.next, by=None, at=NOW, reason="実績報告を提出したため")
    before, hr = everything(), make.office(OfficeRole.HR)
    asked = {"content": files.as_csv([COMES_BACK]), "as_of": None, "by": hr, "at": NOW}
    change_set = change_sets.upload("transfers", name="再任用.csv", **asked)
    assert change_set_jobs.check(change_set.pk, by=hr, at=NOW).state == "ready"
    change_set_jobs.apply(change_set.pk, by=hr, at=NOW)
    assert one().rehired_on == R8
    closing.reopen(FIRST_YEAR.next, by=None, at=NOW, reason="訂正のため")
    change_set_jobs.undo(change_set.pk, reason="誤り", by=hr, at=NOW)
    assert everything() == before
    assert not ServiceGap.objects.exists()


def test_a_number_of_before_still_means_the_person():
    """会計年度→正規 with another number: old papers speak of the same person, new ones too."""
    kept = Employee.objects.get(employee_number="0000009")
    FormerNumber.objects.create(employee=kept, number="0000009", until=R8)
    Employee.objects.filter(pk=kept.pk).update(employee_number="0000500")
    report = loaded("transfers", transfer("0000009", code=B, name="弘前　花子", 発令年月日="R8.05.01"))
    assert counts(report) == {"changed": 1}
    assert place_of("0000500", date(2026, 5, 1)) == "税務課"
    assert counts(loaded("roster", person("0000001"), STAYS)) == {"unchanged": 2}
    plan()
    for outcome in ("created", "unchanged"):
        assert counts(loaded("promoters", files.promoter("0000009", A, name="弘前　花子"))) == {outcome: 1}
    assert Employee.objects.count() == 2
    other = load("transfers", transfer("0000009", "採用", B, name="新人　翼", 発令年月日="R8.06.01"))
    assert errors(other) == [(2, "氏名")]
