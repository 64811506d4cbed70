"""What a change of heads means for open nominations, and what lines of time tell of decided ones."""

from datetime import date, timedelta

import pytest

from staff import impacts, timeline
from staff.models import OfficeRole, Posting
from stages import errands
from stages.models import Nomination, NominationStatus
from tests.conftest import NOW
from tests.factories import nominations as make
from tests.factories import staff
from tests.factories import stages as make_stages

pytestmark = pytest.mark.django_db
CHANGE = date(2026, 11, 25)


def passing_on() -> list[str]:
    return [row.sentence for row in impacts.find(CHANGE) if row.kind == "nominations_pass"]


def replace_the_head(where: make.House, name: str | None = "工藤　蓮") -> None:
    Posting.objects.filter(employee=where.head.employee, is_head=True).update(valid_to=CHANGE)
    if name:
        staff.head_of(where.place, employee=staff.employee(name), valid_from=CHANGE)


def test_what_waits_for_a_head_passes_to_the_successor():
    make.call()
    where, quiet = make.house(name="税務課"), make.house(name="会計課")
    make.nomination(where, status="returned")
    applicant = staff.posting(to=where.place).employee
    own = make.House(where.place, where.head, applicant, staff.user(applicant), where.dx)
    make.nomination(own, route="self", status="submitted")
    make.nomination(quiet, status="submitted")
    assert passing_on() == []
    for house in (where, quiet):
        replace_the_head(house)
    assert passing_on() == [
        "税務課の所属長が青森　太郎から工藤　蓮に替わります。引き継がれる手続き: 自薦への同意1件、差し戻された推薦1件。"
    ]
    (impact,) = [row for row in impacts.find(CHANGE) if row.kind == "nominations_pass"]
    assert impact.url == f"/departments/{where.place.code}/?on=2026-11-25"


def test_an_unanswered_call_passes_on_also_where_nobody_follows():
    call = make.call()
    where = make.house(name="税務課")
    replace_the_head(where, None)
    assert passing_on() == ["税務課の所属長が青森　太郎から不在になります。引き継がれる手続き: 令和8年度の推薦の回答。"]
    call.closes_on = CHANGE - timedelta(days=1)
    call.save()
    assert passing_on() == []


def test_nothing_waits_for_a_word_that_the_call_does_not_ask_for():
    make.call(consent="none", closes_on=CHANGE - timedelta(days=1))
    where = make.house()
    make.nomination(where, route="self", status="submitted")
    replace_the_head(where)
    assert passing_on() == []


@pytest.mark.parametrize("status", NominationStatus.values)
def test_lines_of_time_tell_of_decided_nominations_alone(status):
    """Neither the person nor the next head reads there of what is undecided, or was not taken."""
    make.call()
    make_stages.stages()
    where = make.house(name="税務課")
    route = "self" if status in ("endorsed", "not_endorsed") else "recommended"
    make.nomination(where, status=status, route=route)
    hr = staff.office(OfficeRole.HR)
    of_person = timeline.of_employee(where.person, [], user=hr, on=NOW.date())
    of_place = timeline.of_departments([where.place], [], user=hr, on=NOW.date())
    told = {(row.title, row.detail) for row in [*of_person, *of_place] if row.kind == "推薦"}
    words = {"accepted": "決定", "reserve": "補欠", "turned_down": "辞退"}
    if status not in words:
        assert told == set()
        return
    assert told == {
        ("令和8年度のDX推進員に推薦", f"推薦所属 税務課、{words[status]}"),
        ("青森　太郎を令和8年度のDX推進員に推薦", words[status]),
    }


def test_a_department_that_had_nobody_says_so_on_its_line():
    where = make.house()
    make.decline(where.place)
    (entry,) = timeline.of_departments([where.place], [], user=where.head, on=NOW.date())[:1]
    assert (entry.title, entry.detail) == ("令和8年度は「推薦なし」と回答", "該当者なし")


def test_the_office_sees_at_home_what_the_selection_waits_for():
    make.call()
    where = make.house()
    make.nomination(where, status="submitted", route="self")
    clashing = make.nomination(where)
    Nomination.objects.filter(pk=clashing.pk).update(clashes_with=Nomination.objects.get(status="submitted"))
    proposed = make.nomination(make.house(), status="in_review")
    Nomination.objects.filter(pk=proposed.pk).update(proposal="accept")
    titles = [(errand.title, errand.count) for errand in errands.of(where.dx, at=NOW).errands]
    assert titles == [("重複する推薦", 1), ("審査を待つ推薦", 1), ("確定を待つ選考案", 1)]
    assert errands.of(staff.office(OfficeRole.HR), at=NOW).errands == ()
