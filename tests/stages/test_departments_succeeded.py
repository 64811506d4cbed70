"""Departments that became others, as the programme sees it: exemptions follow, a new name moves no promoter."""

from datetime import date

import pytest

from aomori_dx.kernel import audit
from staff.drafts import ActKind
from staff.models import Department, OfficeRole, Posting, Succession, SuccessionKind
from staff.services import change_set_jobs, departments, reorganisation
from stages.models import Exemption
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories import stages
from tests.factories.stages import R7, R8
from tests.staff.reorganising import NEXT_APRIL, do, draft, found, into, new, places, renamed

pytestmark = pytest.mark.django_db

R9 = R8.next


@pytest.fixture
def hr():
    return make.office(OfficeRole.HR)


@pytest.fixture
def place():
    return make.department("税務課", parent=make.bureau("総務部"))


def exempt(department: Department, *years, reason: str = "小規模所属") -> None:
    for year in years:
        Exemption.objects.create(department=department, fiscal_year=year, reason=reason)


def years_of(department: Department) -> list:
    return sorted(department.exemptions.values_list("fiscal_year", flat=True))


def test_an_exemption_follows_a_new_name_from_this_year_on(hr, place):
    exempt(place, R7, R8, R9)
    do(renamed(place, "税制課", on=date(2026, 12, 1)), hr)
    heir = found("税制課")
    assert years_of(heir) == [R8, R9]
    assert years_of(place) == [R7, R8, R9]
    row = heir.exemptions.get(fiscal_year=R9)
    assert row.reason == "小規模所属"
    assert audit.history_of(row).get().action == "inherited"


def test_whether_it_nominates_follows_too(hr, place):
    Department.objects.filter(pk=place.pk).update(nominates=False)
    place.refresh_from_db()
    do(renamed(place, "税制課"), hr)  # the draft of the tests says True
    target = new("収税課", "123456", place.parent, nominates=place.nominates)
    do(draft(ActKind.RENAME, found("税制課"), to=[target], on=date(2028, 4, 1)), hr)
    assert not found("収税課").nominates


def test_every_part_of_an_exempt_department_is_exempt(hr, place):
    exempt(place, R9)
    there = make.department("会計課", parent=place.parent)
    targets = [new("甲課", "111111", place.parent, "0"), into(there, "1")]
    do(draft(ActKind.SPLIT, place, to=targets, places=places(place, to="0")), hr)
    assert years_of(found("甲課")) == [R9]
    assert years_of(there) == []


@pytest.mark.parametrize(("both", "years"), [(True, [R9]), (False, [])])
def test_a_merged_department_is_exempt_where_all_of_its_parts_were(hr, place, both, years):
    other = make.department("収税課", parent=place.parent)
    exempt(place, R9)
    if both:
        exempt(other, R9)
    do(draft(ActKind.MERGE, place, other, to=[new("県税課", "111111", place.parent)]), hr)
    assert years_of(found("県税課")) == years


def test_it_follows_what_a_file_says_as_well(place):
    exempt(place, R9)
    heir = make.department("税制課", parent=place.parent, valid_from=NEXT_APRIL)
    act = departments.Act(on=NEXT_APRIL, by=None, at=NOW, reason="所属の承継の取込")
    pair = Succession(predecessor=place, successor=heir, on=NEXT_APRIL, kind=SuccessionKind.RENAMED)
    departments.link([pair], act=act)
    assert years_of(heir) == [R9]


def test_what_was_inherited_goes_with_an_undo(hr, place):
    exempt(place, R9)
    change_set = do(renamed(place, "税制課"), hr)
    change_set_jobs.undo(change_set.pk, reason="誤り", by=hr, at=NOW)
    assert Exemption.objects.get().department == place


def test_promoters_of_a_renamed_department_have_not_moved(hr, place):
    for _ in range(2):
        stages.promoter(make.posting(to=place).employee, department=place)
    seen = reorganisation.preview(renamed(place, "税制課"), by=hr, at=NOW)
    assert seen.consequences == []


def test_promoters_who_go_elsewhere_and_come_together_are_told(hr, place):
    stages.stages()
    make.head_of(place)
    mover = stages.promoter(make.posting(make.employee("津軽　花子"), to=place).employee, department=place)
    there = make.department("会計課", parent=place.parent)
    make.head_of(there)
    stages.promoter(make.posting(to=there).employee, department=there)
    heads = {"0": Posting.objects.heads().get(department=there).pk}
    seen = reorganisation.preview(draft(ActKind.MERGE, place, to=[into(there)], heads=heads), by=hr, at=NOW)
    told = {impact.kind: impact.sentence for impact in seen.consequences}
    assert told["promoter_moves"].startswith(f"津軽　花子({mover.cohort.short})が税務課(所属長 青森　太郎)から会計課")
    assert told["several_promoters"] == "会計課のDX推進員が2人になります。"
