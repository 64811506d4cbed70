"""A 部局 by hand: it gets another name and keeps what is below it, or ends when nothing is."""

from datetime import date

import pytest
from django.test import Client

from staff.drafts import UNDECIDED, ActKind
from staff.models import ChangeSet, Department, DepartmentKind, Deputy, OfficeRole, Posting, Succession
from staff.services import change_set_jobs, reorganisation
from tests.architecture.people import log_in
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories import stages
from tests.factories.loading import contradictions
from tests.staff.reading import text_of
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
    picture,
    posting_of,
    renamed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def hr():
    return make.office(OfficeRole.HR, display_name="人事 花子")


@pytest.fixture
def bureau():
    """総務部 with its 部長, 税務課 with its people, and 会計課 with one."""
    row = make.bureau("総務部", sort_order=30)
    make.bureau("健康部", sort_order=40)
    make.posting(make.employee("部長　長介"), to=row, title="部長", is_head=True, is_manager=True)
    office_with_people(row)
    return row


def to_be(bureau: Department, name: str, on: date = NEXT_APRIL):
    return renamed(bureau, name, on=on)


def below(name: str, day: date) -> list[str]:
    return list(Department.objects.on(day).filter(parent__name=name).order_by("name").values_list("name", flat=True))


def blockers(wanted, by) -> list[str]:
    return reorganisation.preview(wanted, by=by, at=NOW).blockers


def test_a_renamed_bureau_keeps_its_departments_and_everybody_in_them(hr, bureau):
    place = found("税務課")
    chief = Posting.objects.get(employee__name="所属　長子")
    Posting.objects.filter(pk=chief.pk).update(posted_on=date(2025, 4, 1))
    make.deputy(place, valid_from=TODAY, valid_to=date(2027, 6, 1))
    promoter = stages.promoter(chief.employee, department=place)
    before = picture(EVE)

    do(to_be(bureau, "総務企画部"), hr)

    heir = found("総務企画部")
    assert (heir.kind, heir.sort_order, heir.code) == (DepartmentKind.BUREAU, 30, "")
    assert (below("総務部", EVE), below("総務企画部", EVE)) == (["会計課", "税務課"], [])
    assert (below("総務部", NEXT_APRIL), below("総務企画部", NEXT_APRIL)) == ([], ["会計課", "税務課"])
    assert picture(EVE) == before
    assert picture(NEXT_APRIL) == [
        tuple({"総務部": "総務企画部"}.get(cell, cell) if isinstance(cell, str) else cell for cell in row)
        for row in before
    ]
    row = posting_of("所属　長子")
    assert (row.department.code, row.posted_on) == (place.code, date(2025, 4, 1))  # the same place since then
    place.refresh_from_db()
    assert place.continued_on(NEXT_APRIL) == row.department
    (deputy,) = Deputy.objects.placed_on(NEXT_APRIL)
    assert deputy.place == row.department
    promoter.refresh_from_db()
    assert promoter.department == place  # who recommended is a fact of then
    assert set(Succession.objects.values_list("predecessor__name", "kind")) == {
        ("総務部", "renamed"),
        ("税務課", "moved"),
        ("会計課", "moved"),
    }
    assert contradictions() == []


def test_it_can_be_taken_back_as_a_whole(hr, bureau):
    def rows() -> list:
        return [list(model.objects.order_by("pk").values()) for model in (Department, Posting, Succession)]

    before = rows()
    change_set = do(to_be(bureau, "総務企画部"), hr)
    assert set(change_set.lines.filter(label="税務課").values_list("outcome", flat=True)) == {"changed"}
    change_set_jobs.undo(change_set.pk, reason="誤り", by=hr, at=NOW)
    assert rows() == before


def test_what_begins_that_day_or_later_begins_in_the_new_bureau(hr, bureau):
    do(renamed(found("税務課"), "税制課"), hr)
    do(draft(ActKind.OPEN, to=[new("防災課", "800001", bureau)], on=date(2027, 5, 1)), hr)
    do(to_be(bureau, "総務企画部"), hr)
    assert below("総務企画部", NEXT_APRIL) == ["会計課", "税制課"]
    assert below("総務企画部", date(2027, 5, 1)) == ["会計課", "税制課", "防災課"]
    assert Department.objects.get(name="税務課").parent == bureau
    assert contradictions() == []


def test_what_is_planned_below_it_for_later_stands_against_it(hr, bureau):
    do(renamed(found("税務課"), "税制課", on=date(2027, 5, 1)), hr)
    (refusal,) = blockers(to_be(bureau, "総務企画部"), hr)
    assert refusal.startswith("「税務課」には、令和9年5月1日からの組織改正がすでに予定されています。")


def test_the_name_must_be_free_and_another(hr, bureau):
    assert blockers(to_be(bureau, "総務部"), hr) == ["名称が、今と同じです。"]
    assert blockers(to_be(bureau, "健康部"), hr) == ["「健康部」がすでにあります。別の名称にしてください。"]


def test_a_bureau_ends_only_when_nothing_is_left_below_it(hr, bureau):
    chief = posting_of("部長　長介", TODAY)
    end = draft(ActKind.ABOLISH, bureau, places={chief.pk: UNDECIDED})
    assert blockers(end, hr) == [
        "令和9年4月1日以後も、この部局には所属が2あります(税務課、会計課)。先に、移管・統合・廃止をしてください。"
    ]
    other = found("健康部")
    for name in ("税務課", "会計課"):
        place = found(name)
        do(draft(ActKind.MOVE, place, to=[new(name, place.code, other)]), hr)
    there = Department.objects.get(name="会計課", parent=other)
    do(draft(ActKind.ABOLISH, bureau, to=[into(there)], places={chief.pk: "0"}), hr)
    assert list(Department.objects.on(NEXT_APRIL).bureaus().values_list("name", flat=True)) == ["健康部"]
    assert posting_of("部長　長介").department == there
    assert contradictions() == []


def test_a_bureau_is_not_divided_or_merged_as_such(hr, bureau):
    other = found("健康部")
    (refusal,) = blockers(draft(ActKind.MERGE, bureau, to=[into(other)]), hr)
    assert refusal == "部局にできるのは、改称と廃止です。所属を移管したあとに、廃止してください。"


def test_hr_gets_there_from_the_list_and_renames_it_on_the_page(hr, bureau):
    client = Client()
    log_in(client, hr)
    choose = f"/departments/bureaus/{bureau.pk}/reorganise/"
    assert f'href="{choose}"' in client.get("/departments/").content.decode()
    offered = text_of(client.get(choose))
    assert "改称" in offered
    assert "廃止" in offered
    assert "分割します" not in offered
    address = f"{choose}rename/"
    asked = client.get(address).content.decode()
    assert 'name="to0-name" value="総務部"' in asked
    assert "to0-code" not in asked
    assert client.post(address, {"on": "", "reason": "", "step": "check"}).status_code == 422

    typed = {"on": "R9.4.1", "reason": REASON, "to0-name": "総務企画部"}
    page = client.post(address, {**typed, "step": "check"})
    assert "2所属が、職員、所属コードとともに「総務企画部」に移ります" in text_of(page)
    done = client.post(address, {**typed, "step": "apply", "seen": page.context["preview"].seen})
    assert done.status_code == 302
    assert ChangeSet.objects.get().file_name == "総務部の改称"
    assert found("総務企画部").valid_from == NEXT_APRIL

    refused = client.post(f"{choose}abolish/", {"on": "R9.3.1", "reason": REASON, "step": "check"})
    assert refused.status_code == 409
    section = Department.objects.filter(name="税務課").first()
    for pk in (0, section.pk):
        assert client.get(f"/departments/bureaus/{pk}/reorganise/").status_code == 404
    assert client.get(f"{choose}split/").status_code == 404
