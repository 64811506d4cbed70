"""Reorganising by hand: people on their way (E7), what is kept of the act, who sees it, and taking it back."""

import json
from datetime import date

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from aomori_dx.kernel import audit
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import Job, JobState
from staff.drafts import UNDECIDED, ActKind
from staff.models import (
    ChangeSet,
    ChangeSetState,
    Department,
    Deputy,
    Employee,
    LineOutcome,
    OfficeRole,
    Posting,
    Succession,
)
from staff.services import change_set_jobs, reorganisation
from tests.conftest import NOW
from tests.factories import staff as make
from tests.staff.reorganising import (
    EVE,
    NEXT_APRIL,
    REASON,
    TODAY,
    do,
    draft,
    found,
    into,
    new,
    office_with_people,
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


def everything() -> str:
    tables = (Department, Succession, Employee, Posting)
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in tables}
    return json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False)


def test_who_is_to_come_comes_to_the_new_department(hr, place):
    later = make.posting(make.employee("新任　六郎"), to=place, valid_from=date(2027, 7, 1))
    do(renamed(place, "税制課"), hr)
    later.refresh_from_db()
    assert (later.department, later.valid_from) == (found("税制課"), date(2027, 7, 1))


def test_who_was_to_come_may_be_left_without_a_place_too(hr, place):
    """The posting to come never is; until then the person stays where he or she was."""
    old = make.posting(make.employee("新任　六郎"), valid_to=date(2027, 7, 1))
    later = make.posting(old.employee, to=place, valid_from=date(2027, 7, 1))
    do(draft(ActKind.ABOLISH, place, places=places(place, to=UNDECIDED)), hr)
    assert not Posting.objects.filter(pk=later.pk).exists()
    assert Employee.objects.unplaced(date(2027, 7, 1)).filter(pk=old.employee_id).exists()
    assert not Employee.objects.unplaced(date(2027, 6, 30)).filter(pk=old.employee_id).exists()


def test_a_known_end_stays(hr, place):
    make.posting(make.employee("転出　七郎"), to=place, valid_to=date(2027, 7, 1))
    do(renamed(place, "税制課"), hr)
    assert posting_of("転出　七郎").valid_to == date(2027, 7, 1)


def test_who_has_gone_is_left_alone(hr, place):
    gone = make.posting(make.employee("転出　七郎"), to=place, valid_to=TODAY)
    do(renamed(place, "税制課"), hr)
    gone.refresh_from_db()
    assert (gone.department, gone.valid_to) == (place, TODAY)


def test_nobody_is_twice_in_a_merged_department(hr, place, bureau):
    """E7: a 兼務 in the other of two departments that become one ends, whichever way round it was."""
    there = make.department("受け皿課", parent=bureau)
    ours = Employee.objects.get(name="青森　一郎")
    make.posting(ours, to=there, is_primary=False)
    theirs = make.posting(make.employee("受皿　八郎"), to=there).employee
    make.posting(theirs, to=place, is_primary=False)
    both = Employee.objects.get(name="兼務　三郎")
    make.posting(both, to=there, is_primary=False)
    do(draft(ActKind.MERGE, place, to=[into(there)]), hr)
    for person in (ours, theirs, both):
        assert Posting.objects.on(NEXT_APRIL).filter(employee=person, department=there).count() == 1, person
    assert posting_of("青森　一郎").is_primary
    assert Posting.objects.on(EVE).filter(employee=ours).count() == 2


def test_two_concurrent_posts_become_one(hr, place, bureau):
    other = make.department("収税課", parent=bureau)
    both = Employee.objects.get(name="兼務　三郎")
    make.posting(both, to=other, is_primary=False)
    do(draft(ActKind.MERGE, place, other, to=[new("県税課", "111111", bureau)]), hr)
    assert Posting.objects.on(NEXT_APRIL).filter(employee=both, is_primary=False).count() == 1


def test_a_deputy_follows_a_new_name_and_ends_with_a_division(hr, place, bureau):
    dates = {"valid_from": TODAY, "valid_to": date(2027, 6, 1), "reason": "出張"}
    deputy = Deputy.objects.create(department=place, employee=Employee.objects.get(name="青森　一郎"), **dates)
    with_parts = [new("甲課", "111111", bureau, "0"), new("乙課", "222222", bureau, "1")]
    seen = reorganisation.preview(
        draft(ActKind.SPLIT, place, to=with_parts, places=places(place, to="0")), by=hr, at=NOW
    )
    assert "税務課の代理者(青森　一郎)の代理が終わります。" in [impact.sentence for impact in seen.consequences]

    do(renamed(place, "税制課"), hr)
    assert [row.place.name for row in Deputy.objects.filter(pk=deputy.pk).placed_on(NEXT_APRIL)] == ["税制課"]


def test_a_new_name_is_no_transfer_and_a_part_without_a_head_is_told(hr, place, bureau):
    assert reorganisation.preview(renamed(place, "税制課"), by=hr, at=NOW).consequences == []
    head = posting_of("所属　長子", TODAY).pk
    targets = [new("甲課", "111111", bureau, "0"), new("乙課", "222222", bureau, "1")]
    seen = reorganisation.preview(
        draft(ActKind.SPLIT, place, to=targets, places=places(place, to="1") | {head: "0"}), by=hr, at=NOW
    )
    told = [impact.sentence for impact in seen.consequences if impact.kind == "head_vacant"]
    assert told == ["乙課の所属長が不在になります。代理者を決めてください。"]


def test_a_preview_writes_nothing(hr, place):
    before = everything()
    assert reorganisation.preview(renamed(place, "税制課"), by=hr, at=NOW).is_complete
    assert everything() == before
    assert not ChangeSet.objects.exists()


def test_it_stands_in_the_list_of_changes_with_everything_it_did(hr, place):
    change_set = do(renamed(place, "税制課"), hr)
    assert (change_set.state, change_set.as_of, change_set.uploaded_by_name) == (
        ChangeSetState.APPLIED,
        NEXT_APRIL,
        "人事 花子",
    )
    assert change_set.is_planned(TODAY)
    lines = change_set.lines.values_list("outcome", "label", "fields")
    assert list(lines)[:2] == [(LineOutcome.ENDED, "税務課", {}), (LineOutcome.CREATED, "税制課", {})]
    assert (LineOutcome.CHANGED, "青森　一郎", {"所属": ["税務課", "税制課"]}) in lines
    event = audit.history_of(place).filter(action="ended").get()
    assert (event.by_name, event.reason) == ("人事 花子", f"税務課の改称({REASON})")


def test_it_is_undone_as_a_whole(hr, place, bureau):
    there = make.department("受け皿課", parent=bureau)
    make.posting(make.employee("先任　五郎"), to=there, is_head=True)
    make.posting(make.employee("新任　六郎"), to=place, valid_from=date(2027, 7, 1))
    make.posting(Employee.objects.get(name="青森　一郎"), to=there, is_primary=False)
    before = everything()
    wanted = draft(ActKind.MERGE, place, to=[into(there)], heads={"0": posting_of("所属　長子", TODAY).pk})
    change_set = do(wanted, hr)
    assert everything() != before
    change_set_jobs.undo(change_set.pk, reason="誤り", by=hr, at=NOW)
    assert everything() == before
    assert do(wanted, hr).pk != change_set.pk


def test_with_people_still_to_come_it_is_undone_as_well(hr, place):
    """Their posting was only sent elsewhere: it goes back, and does not stand in the way."""
    make.posting(make.employee("新任　六郎"), to=place, valid_from=date(2027, 7, 1))
    before = everything()
    change_set = do(renamed(place, "税制課"), hr)
    change_set_jobs.undo(change_set.pk, reason="誤り", by=hr, at=NOW)
    assert everything() == before


def test_it_is_not_undone_once_its_own_rows_were_changed(hr, place):
    change_set = do(renamed(place, "税制課"), hr)
    Posting.objects.filter(department=found("税制課"), employee__name="青森　一郎").update(title="主査")
    with pytest.raises(RuleBroken, match=r"配属「青森　一郎.*」がその後に変更されています。"):
        change_set_jobs.undo(change_set.pk, reason="誤り", by=hr, at=NOW)


def test_the_floors_above_compute_anew(hr, place):
    do(renamed(place, "税制課"), hr)
    assert Job.objects.filter(kind="compute_quotas", state=JobState.QUEUED).exists()


def test_it_is_not_undone_once_something_rests_on_it(hr, place):
    change_set = do(renamed(place, "税制課"), hr)
    make.posting(make.employee("新任　六郎"), to=found("税制課"), valid_from=NEXT_APRIL)
    with pytest.raises(RuleBroken, match="所属「税制課」を使っている配属があります。"):
        change_set_jobs.undo(change_set.pk, reason="誤り", by=hr, at=NOW)


def test_until_the_day_ordinary_people_know_nothing_of_it(hr, place):
    do(renamed(place, "税制課"), hr)
    anybody = make.user(Employee.objects.get(name="青森　一郎"))
    seen = Department.objects.visible_to(anybody, TODAY).values_list("name", flat=True)
    assert "税制課" not in seen
    assert "税務課" in seen


@pytest.mark.parametrize("role", [OfficeRole.DX, OfficeRole.INFO, OfficeRole.ADMIN, OfficeRole.VIEWER])
def test_only_hr_may(place, role):
    who = make.office(role)
    for act in (
        lambda: reorganisation.preview(renamed(place, "税制課"), by=who, at=NOW),
        lambda: reorganisation.carry_out(renamed(place, "税制課"), seen="", by=who, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()
