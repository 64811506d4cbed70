"""Reorganising by hand: what is refused, in which words; and that nothing is written then."""

from datetime import date

import pytest

from aomori_dx.kernel import closing
from aomori_dx.kernel.errors import RuleBroken
from staff.drafts import ActKind
from staff.models import ChangeSet, Department, Deputy, OfficeRole, Posting, Succession, SuccessionKind
from staff.services import reorganisation
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories import stages
from tests.factories.stages import R6, R7
from tests.staff.reorganising import NEXT_APRIL, TODAY, do, draft, found, into, new, posting_of, renamed

pytestmark = pytest.mark.django_db


@pytest.fixture
def hr():
    return make.office(OfficeRole.HR)


@pytest.fixture
def bureau():
    return make.bureau("総務部")


@pytest.fixture
def place(bureau):
    row = make.department("税務課", parent=bureau, code="010100")
    make.posting(make.employee("青森　一郎"), to=row)
    return row


def refusals(wanted, by) -> list[str]:
    """Why not. It is not done either."""
    seen, done = reorganisation.preview(wanted, by=by, at=NOW), ChangeSet.objects.count()
    with pytest.raises(RuleBroken):
        reorganisation.carry_out(wanted, seen=seen.seen, by=by, at=NOW)
    assert ChangeSet.objects.count() == done
    return seen.blockers


def test_a_name_is_taken_within_its_bureau_however_it_is_written(hr, place, bureau):
    make.department("ＤＸ推進課", parent=bureau)
    assert refusals(renamed(place, "DX推進課"), hr) == [
        "「総務部」には、「ＤＸ推進課」がすでにあります。別の名称にしてください。"
    ]
    make.department("会計課")
    assert reorganisation.preview(renamed(place, "会計課"), by=hr, at=NOW).blockers == []


def test_a_code_is_taken(hr, place):
    make.department("会計課", code="010200")
    assert refusals(renamed(place, code="010200"), hr) == ["所属コード010200は、「会計課」が使っています。"]


def test_a_code_that_is_used_later_is_taken_too(hr, place):
    make.department("予定課", code="010300", valid_from=date(2027, 10, 1))
    assert refusals(renamed(place, code="010300"), hr) == ["所属コード010300は、「予定課」が使っています。"]
    make.department("昔の課", code="010400", valid_to=TODAY)
    assert reorganisation.preview(renamed(place, code="010400"), by=hr, at=NOW).blockers == []


def test_a_bureau_of_that_name_is_there(hr, bureau):
    assert refusals(draft(ActKind.OPEN, to=[new("総務部", "", None, kind="bureau")]), hr) == [
        "「総務部」がすでにあります。別の名称にしてください。"
    ]


@pytest.mark.parametrize("on", [date(2024, 4, 1), date(2023, 4, 1)])
def test_it_is_not_before_the_department_began(hr, bureau, on):
    empty = make.department("準備室", parent=bureau)
    assert "「準備室」は令和6年4月1日に始まっています。組織改正の日は、それより後の日付にしてください。" in refusals(
        renamed(empty, "準備課", on=on), hr
    )


def test_what_has_ended_is_not_changed(hr, bureau):
    ended = make.department("廃止課", parent=bureau, valid_to=date(2026, 10, 1))
    assert refusals(renamed(ended, "新課"), hr) == ["「廃止課」は、令和8年9月30日までの所属です。"]


def test_what_is_planned_comes_first(hr, place):
    do(renamed(place, "税制課"), hr)
    assert refusals(renamed(place, "収税課", on=date(2027, 1, 1)), hr) == [
        "「税務課」には、令和9年4月1日からの組織改正がすでに予定されています。先にその予定を取り消してください。"
    ]
    do(renamed(found("税制課"), "県税課", on=date(2028, 4, 1)), hr)


def test_what_is_to_take_in_another_later_stays_until_then(hr, place, bureau):
    there = make.department("会計課", parent=bureau)
    do(draft(ActKind.MERGE, place, to=[into(there)]), hr)
    assert refusals(renamed(there, "財務課", on=date(2027, 1, 1)), hr) == [
        "「会計課」は、令和9年4月1日に「税務課」を引き継ぐ予定です。"
        "先にその予定を取り消すか、それより後の日付にしてください。"
    ]
    do(renamed(there, "財務課", on=date(2027, 4, 2)), hr)


def test_a_target_must_be_there_and_go_on(hr, place, bureau):
    later = make.department("予定課", parent=bureau, valid_from=date(2027, 10, 1))
    ended = make.department("廃止課", parent=bureau, valid_to=date(2027, 1, 1))
    assert refusals(draft(ActKind.MERGE, place, to=[into(later)]), hr) == [
        "「予定課」は令和9年10月1日からの所属で、令和9年4月1日にはありません。"
    ]
    assert refusals(draft(ActKind.MERGE, place, to=[into(ended)]), hr) == [
        "「廃止課」は、令和8年12月31日までの所属です。"
    ]


def test_a_bureau_must_be_there(hr, place):
    later = make.bureau("予定部", valid_from=date(2027, 10, 1))
    assert refusals(draft(ActKind.MOVE, place, to=[new("税務課", "010100", later)]), hr) == [
        "「予定部」は令和9年10月1日からの所属で、令和9年4月1日にはありません。"
    ]


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (lambda p, o: renamed(p), "名称も所属コードも、今と同じです。"),
        (
            lambda p, o: draft(ActKind.MOVE, p, to=[new("税務課", "010100", p.parent)]),
            "「税務課」は、すでに「総務部」の所属です。",
        ),
        (lambda p, o: draft(ActKind.SPLIT, p, to=[into(o)]), "分割した後の所属を、2つ以上入力してください。"),
        (
            lambda p, o: draft(ActKind.SPLIT, p, to=[into(o, "0"), into(o, "1")]),
            "「会計課」が2回選ばれています。",
        ),
        (
            lambda p, o: draft(
                ActKind.SPLIT, p, to=[new("甲課", "111111", p.parent, "0"), new("乙課", "111111", p.parent, "1")]
            ),
            "所属コード111111が2回使われています。",
        ),
        (
            lambda p, o: draft(
                ActKind.SPLIT, p, to=[new("甲課", "111111", p.parent, "0"), new("甲課", "222222", p.parent, "1")]
            ),
            "同じ部局の中に、同じ名称の所属が2つあります。",
        ),
        (
            lambda p, o: draft(ActKind.MERGE, p, to=[new("甲課", "111111", p.parent)]),
            "新しい所属に統合するときは、いっしょに統合する所属を選んでください。",
        ),
        (
            lambda p, o: draft(ActKind.MERGE, p, o, o, to=[new("甲課", "111111", p.parent)]),
            "統合する所属に、同じ所属が2回選ばれています。",
        ),
        (
            lambda p, o: draft(ActKind.MERGE, p, o, to=[into(o)]),
            "「会計課」は、この組織改正で終わる所属です。ほかの所属を選んでください。",
        ),
    ],
)
def test_each_act_has_its_rules(hr, place, bureau, wanted, why):
    other = make.department("会計課", parent=bureau)
    assert why in refusals(wanted(place, other), hr)


def test_a_past_day_is_refused_where_later_records_name_the_department(hr, place):
    last_spring = date(2026, 4, 1)
    make.posting(to=place, valid_to=date(2026, 6, 1))
    make.posting(to=place, valid_from=date(2026, 6, 1))
    stages.promoter(department=place, cohort=R7.next)
    Deputy.objects.create(
        department=place, employee=make.employee(), reason="出張", valid_from=TODAY, valid_to=NEXT_APRIL
    )
    assert refusals(renamed(place, "税制課", on=last_spring), hr) == [
        "「税務課」には、令和8年4月1日より後の日付の記録があります(所属長の代理1件、配属2件、DX推進員1件)。"
        "組織改正の日を、それらより後の日付にしてください。"
    ]


def test_a_past_day_is_fine_where_nothing_contradicts(hr, place):
    do(renamed(place, "税制課", on=date(2026, 10, 1)), hr)
    assert posting_of("青森　一郎", TODAY).department.name == "税制課"
    assert posting_of("青森　一郎", date(2026, 9, 30)).department.name == "税務課"


def test_a_closed_fiscal_year_is_refused(hr, place):
    for year in (R6, R7):
        closing.close(year, by=None, at=NOW, reason="実績報告を提出したため")
    assert refusals(renamed(place, "税制課", on=date(2025, 10, 1)), hr) == [
        "令和7年度は締められています。訂正するには、締めを解除してください。"
    ]


def test_what_was_taken_back_meanwhile_is_told(hr, place):
    """The draft names a department that an undo has removed."""
    gone = make.department("取消課", parent=place.parent)
    wanted = draft(ActKind.MERGE, place, to=[into(gone)])
    Department.objects.filter(pk=gone.pk).delete()
    with pytest.raises(RuleBroken, match="「取消課」は、ほかの操作で取り消されました。"):
        reorganisation.preview(wanted, by=hr, at=NOW)


def test_what_only_the_database_refuses_is_a_sentence_too(hr, place, bureau):
    """A succession that is on record already, though nothing ended by it."""
    there = make.department("会計課", parent=bureau)
    Succession.objects.create(predecessor=place, successor=there, on=TODAY, kind=SuccessionKind.MERGED)
    assert refusals(draft(ActKind.MERGE, place, to=[into(there)]), hr) == ["この承継はすでに登録されています。"]
    assert Posting.objects.count() == 1
