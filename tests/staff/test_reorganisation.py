"""Reorganising by hand (E1, E2, R2, R3): what each act makes of departments and of the people in them."""

from datetime import date

import pytest

from aomori_dx.kernel import audit
from aomori_dx.kernel.errors import RuleBroken
from staff.drafts import UNDECIDED, ActKind
from staff.models import Department, Employee, OfficeRole, Posting, Succession
from staff.services import reorganisation
from tests.conftest import NOW
from tests.factories import staff as make
from tests.staff.reorganising import (
    EVE,
    NEXT_APRIL,
    TODAY,
    do,
    draft,
    found,
    into,
    new,
    office_with_people,
    picture,
    places,
    posting_of,
    renamed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def hr():
    return make.office(OfficeRole.HR, display_name="人事 花子")


@pytest.fixture
def bureau():
    return make.bureau("総務部")


@pytest.fixture
def place(bureau):
    return office_with_people(bureau)


def test_a_renamed_department_takes_everybody_along_as_what_they_were(hr, place):
    before = picture(EVE)
    do(renamed(place, "税制課", "123456"), hr)
    heir = found("税制課")
    place.refresh_from_db()

    assert (place.valid_to, heir.valid_from, heir.valid_to) == (NEXT_APRIL, NEXT_APRIL, None)
    assert (heir.code, heir.parent, heir.nominates) == ("123456", place.parent, place.nominates)
    assert picture(EVE) == before
    assert picture(NEXT_APRIL) == [tuple("税制課" if cell == "税務課" else cell for cell in row) for row in before]
    row = posting_of("所属　長子")
    assert (row.title, row.is_head, row.is_manager, row.posted_on) == ("課長", True, True, NEXT_APRIL)
    pair = Succession.objects.get()
    assert (pair.predecessor, pair.successor, pair.kind, pair.on) == (place, heir, "renamed", NEXT_APRIL)


def test_only_the_code_may_change(hr, place):
    do(renamed(place, code="123456"), hr)
    assert Department.objects.get(code="123456").name == "税務課"


@pytest.mark.parametrize(("name", "kind"), [("税務課", "moved"), ("税制課", "renamed_moved")])
def test_a_department_moves_to_another_bureau_with_or_without_another_name(hr, place, name, kind):
    other = make.bureau("財務部")
    do(draft(ActKind.MOVE, place, to=[new(name, place.code, other)]), hr)
    assert Succession.objects.get().kind == kind
    assert Department.objects.on(NEXT_APRIL).get(code=place.code).parent == other
    assert posting_of("青森　一郎").department.parent == other


def test_a_division_sends_everybody_where_it_was_said(hr, place, bureau):
    there = make.department("受け皿課", parent=bureau)
    wanted = places(place, to="0") | {posting_of("青森　二郎", TODAY).pk: "1"}
    targets = [new("税制課", "111111", bureau, "0"), into(there, "1")]
    do(draft(ActKind.SPLIT, place, to=targets, places=wanted), hr)

    assert posting_of("青森　一郎").department == found("税制課")
    assert posting_of("青森　二郎").department == there
    assert posting_of("兼務　三郎", is_primary=False).department == found("税制課")
    ranks = Succession.objects.values_list("successor__name", "kind", "rank")
    assert sorted(ranks) == [("受け皿課", "split", 2), ("税制課", "split", 1)]


def test_a_part_may_keep_the_name_and_the_code(hr, place, bureau):
    targets = [new("税務課", place.code, bureau, "0"), new("収税課", "111111", bureau, "1")]
    do(draft(ActKind.SPLIT, place, to=targets, places=places(place, to="0")), hr)
    assert Department.objects.filter(code=place.code).count() == 2
    assert Department.objects.on(NEXT_APRIL).get(code=place.code) != place


def test_several_departments_merge_into_a_new_one(hr, place, bureau):
    other = make.department("収税課", parent=bureau)
    make.posting(make.employee("収税　四郎"), to=other)
    do(draft(ActKind.MERGE, place, other, to=[new("県税課", "111111", bureau)]), hr)
    heir = found("県税課")
    assert {row.predecessor for row in heir.origins.all()} == {place, other}
    assert set(heir.origins.values_list("kind", flat=True)) == {"merged"}
    assert Posting.objects.on(NEXT_APRIL).filter(department=heir).count() == 5


def test_a_department_merges_into_one_that_is_there(hr, place, bureau):
    there = make.department("受け皿課", parent=bureau)
    do(draft(ActKind.MERGE, place, to=[into(there)]), hr)
    assert Posting.objects.on(NEXT_APRIL).filter(department=there).count() == 4
    assert there.valid_to is None


def test_of_two_heads_the_chosen_one_remains(hr, place, bureau):
    there = make.department("受け皿課", parent=bureau)
    make.posting(make.employee("先任　五郎"), to=there, title="課長", is_head=True, posted_on=date(2025, 4, 1))
    wanted = draft(ActKind.MERGE, place, to=[into(there)])
    seen = reorganisation.preview(wanted, by=hr, at=NOW)
    assert [row.employee.name for row in seen.rivals["0"]] == ["先任　五郎", "所属　長子"]
    assert not seen.is_complete

    do(draft(ActKind.MERGE, place, to=[into(there)], heads={"0": posting_of("所属　長子", TODAY).pk}), hr)
    heads = Posting.objects.heads().on(NEXT_APRIL).filter(department=there)
    assert [row.employee.name for row in heads] == ["所属　長子"]
    row = posting_of("先任　五郎")
    assert (row.title, row.is_head, row.posted_on) == ("課長", False, date(2025, 4, 1))
    assert posting_of("先任　五郎", EVE).is_head


def test_the_head_who_was_there_may_remain(hr, place, bureau):
    there = make.department("受け皿課", parent=bureau)
    make.posting(make.employee("先任　五郎"), to=there, is_head=True)
    do(draft(ActKind.MERGE, place, to=[into(there)], heads={"0": posting_of("先任　五郎", TODAY).pk}), hr)
    assert posting_of("先任　五郎").is_head
    assert not posting_of("所属　長子").is_head
    assert Posting.objects.filter(employee__name="先任　五郎").count() == 1


def test_two_heads_who_were_there_before_are_no_question_of_this_act(hr, place, bureau):
    there = make.department("受け皿課", parent=bureau)
    make.head_of(there)
    make.head_of(there)
    Posting.objects.filter(department=place).update(is_head=False)
    assert reorganisation.preview(draft(ActKind.MERGE, place, to=[into(there)]), by=hr, at=NOW).rivals == {}


def test_a_department_is_abolished_once_everybody_has_a_place(hr, place, bureau):
    """R3"""
    there = make.department("受け皿課", parent=bureau)
    seen = reorganisation.preview(draft(ActKind.ABOLISH, place, to=[into(there)]), by=hr, at=NOW)
    assert len(seen.missing) == 4
    with pytest.raises(RuleBroken):
        reorganisation.carry_out(draft(ActKind.ABOLISH, place, to=[into(there)]), seen=seen.seen, by=hr, at=NOW)
    assert Department.objects.get(pk=place.pk).valid_to is None

    do(draft(ActKind.ABOLISH, place, to=[into(there)], places=places(place, to="0")), hr)
    assert not Posting.objects.on(NEXT_APRIL).filter(department=place).exists()
    assert Posting.objects.on(NEXT_APRIL).filter(department=there).count() == 4
    assert not Succession.objects.exists()


def test_who_is_put_into_the_queue_is_without_a_place_and_is_shown_so(hr, place):
    """R3: the explicit 未定."""
    change_set = do(draft(ActKind.ABOLISH, place, places=places(place, to=UNDECIDED)), hr)
    waiting = Employee.objects.unplaced(NEXT_APRIL).values_list("name", flat=True)
    assert sorted(waiting) == ["所属　長子", "青森　一郎", "青森　二郎"]
    assert not Employee.objects.unplaced(EVE).exists()
    told = [impact["sentence"] for impact in change_set.checked["impacts"] if impact["kind"] == "unplaced"]
    assert len(told) == 3
    event = audit.history_of(Employee.objects.get(name="青森　一郎")).first()
    assert (event.action, event.before, event.after) == ("reorganised", {"所属": "税務課"}, {"所属": "未定"})


def test_an_empty_department_simply_ends(hr, bureau):
    empty = make.department("準備室", parent=bureau)
    do(draft(ActKind.ABOLISH, empty), hr)
    assert Department.objects.get(pk=empty.pk).valid_to == NEXT_APRIL


def test_a_department_and_a_bureau_are_opened(hr, bureau):
    do(draft(ActKind.OPEN, to=[new("DX推進課", "111111", bureau, nominates=False)]), hr)
    assert not found("DX推進課").nominates
    do(draft(ActKind.OPEN, to=[new("こども家庭部", "", None, kind="bureau")]), hr)
    assert found("こども家庭部").valid_from == NEXT_APRIL
