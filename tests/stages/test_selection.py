"""選考 and 確定, the exceptions that stand against it, and what comes after: 辞退, 補欠, another person."""

from datetime import date, timedelta

import pytest

from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent
from staff.models import Notice, OfficeRole, User
from stages.models import Nomination, Promoter, StageEnrollment
from stages.services import exceptions, nominations, reserves, selection
from tests.conftest import NOW
from tests.factories import nominations as make
from tests.factories import staff
from tests.factories import stages as make_stages
from tests.factories.stages import R8

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=8)


@pytest.fixture
def world():
    make.call()
    make_stages.stages()


def under_review(number: int, **fields) -> list[Nomination]:
    return [make.nomination(make.house(), status="in_review", **fields) for _ in range(number)]


def confirm(rows, by, **more):
    pks = [row.pk for row in rows]
    found = selection.batch(R8, at=NOW, among=pks)
    return selection.confirm(R8, seen=found.seen, among=pks, by=by, at=NOW, **more)


def states(*rows) -> list[str]:
    return [Nomination.objects.get(pk=row.pk).status for row in rows]


def test_confirming_decides_all_of_a_batch_at_once(world):
    dx = staff.office(OfficeRole.DX)
    one, two, three = under_review(3)
    selection.propose([one.pk], "accept", by=dx, at=NOW)
    selection.propose([two.pk], "reserve", by=dx, at=NOW)
    selection.propose([three.pk], "decline", reason="今年度は見送り", by=dx, at=NOW)
    confirm([one, two, three], dx, appointed_on=date(2026, 12, 1))
    assert states(one, two, three) == ["accepted", "reserve", "declined"]
    assert Promoter.objects.get().appointed_on == date(2026, 12, 1)
    assert StageEnrollment.objects.get().started_on == date(2026, 12, 1)


def test_one_that_cannot_be_decided_stops_the_whole_batch(world):
    dx = staff.office(OfficeRole.DX)
    one, two = under_review(2)
    selection.propose([one.pk, two.pk], "accept", by=dx, at=NOW)
    make_stages.promoter(two.nominee)
    with pytest.raises(RuleBroken, match=r"次の例外を先に処理してください。\n.*R8に任命済です"):
        confirm([one, two], dx)
    assert states(one, two) == ["in_review"] * 2
    assert Promoter.objects.filter(employee=one.nominee).count() == 0


def test_the_second_officer_is_told_that_it_changed(world):
    dx = staff.office(OfficeRole.DX)
    rows = under_review(2)
    selection.propose([row.pk for row in rows], "accept", by=dx, at=NOW)
    seen = selection.batch(R8, at=NOW).seen
    confirm(rows[:1], dx)
    with pytest.raises(RuleBroken) as refused:
        selection.confirm(R8, seen=seen, by=dx, at=NOW)
    assert str(refused.value) == selection.CHANGED_MEANWHILE


def test_only_the_dx_office_decides(world):
    (row,) = under_review(1)
    hr = staff.office(OfficeRole.HR)
    for act in (
        lambda: selection.propose([row.pk], "accept", by=hr, at=NOW),
        lambda: selection.score({row.pk: (80, None)}, by=hr, at=NOW),
        lambda: selection.confirm(R8, seen="", by=hr, at=NOW),
        lambda: exceptions.clear(row.pk, "moved", reason="可", by=hr, at=NOW),
        lambda: reserves.ask_next(R8, by=hr, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_confirming_costs_the_same_queries_a_row_however_many(world, django_assert_max_num_queries):
    dx = staff.office(OfficeRole.DX)
    rows = under_review(8)
    selection.propose([row.pk for row in rows], "accept", by=dx, at=NOW)
    found = selection.batch(R8, at=NOW)
    with django_assert_max_num_queries(45 + 4 * len(rows)):
        selection.confirm(R8, seen=found.seen, by=dx, at=NOW)


def test_points_out_of_the_range_write_nothing(world):
    dx = staff.office(OfficeRole.DX)
    one, two = under_review(2)
    with pytest.raises(RuleBroken, match="0点から100点まで"):
        selection.score({one.pk: (80, None), two.pk: (101, 3)}, by=dx, at=NOW)
    assert not Nomination.objects.exclude(score_first=None).exists()
    assert selection.score({one.pk: (80, None), two.pk: (100, 0)}, by=dx, at=NOW) == 2
    assert selection.score({one.pk: (80, None), two.pk: (100, 0)}, by=dx, at=NOW) == 0


def contradictions(row) -> list[str]:
    return [found.code for found in exceptions.find(R8, at=NOW) if found.nomination == row]


def test_what_happened_since_the_submission_is_a_queue_and_not_a_silent_skip(world):
    """E3, E5, E6, E12, E26"""
    moved, away, left, promoter, head = under_review(5)
    posting = moved.nominee.postings.get()
    posting.department = staff.department()
    posting.save()
    staff.absence(away.nominee)
    left.nominee.left_on = date(2026, 11, 1)
    left.nominee.save()
    make_stages.promoter(promoter.nominee)
    head.nominee.postings.update(is_head=True)
    found = {row: contradictions(row) for row in (moved, away, left, promoter, head)}
    assert found == {moved: ["moved"], away: ["away"], left: ["left"], promoter: ["promoter"], head: ["head"]}


def test_the_office_goes_on_with_a_reason_that_stays(world):
    dx = staff.office(OfficeRole.DX)
    (row,) = under_review(1)
    staff.absence(row.nominee)
    selection.propose([row.pk], "accept", by=dx, at=NOW)
    with pytest.raises(RuleBroken, match="理由を入力"):
        exceptions.clear(row.pk, "away", reason=" ", by=dx, at=NOW)
    exceptions.clear(row.pk, "away", reason="12月に復職", by=dx, at=NOW)
    assert exceptions.standing(R8, at=NOW) == []
    assert AuditEvent.objects.get(action="cleared").reason == "12月に復職"
    confirm([row], dx)
    assert states(row) == ["accepted"]


def test_a_promoter_cannot_be_waved_through(world):
    (row,) = under_review(1)
    make_stages.promoter(row.nominee)
    with pytest.raises(RuleBroken, match="「すでにDX推進員」のまま進めることはできません"):
        exceptions.clear(row.pk, "promoter", reason="可", by=staff.office(OfficeRole.DX), at=NOW)


def clash():
    """A person who applied, and whose head nominates too."""
    where = make.house()
    live = make.nomination(where, status="submitted", route="self")
    draft = make.nomination(where)
    with pytest.raises(RuleBroken):
        nominations.submit(draft.pk, by=where.head, at=NOW)
    return where, live, draft


def test_merging_keeps_both_ways_and_tells_the_heads(world):
    where, live, draft = clash()
    assert contradictions(draft) == ["two_ways"]
    exceptions.merge(draft.pk, by=where.dx, at=NOW)
    live.refresh_from_db()
    assert live.also_by == [{"route": "recommended", "department": where.place.name, "id": draft.pk}]
    assert states(live, draft) == ["submitted", "withdrawn"]
    assert Notice.objects.filter(title__contains="併合しました", department=where.place).count() == 1
    assert contradictions(draft) == []


def test_refusing_the_second_way_says_why(world):
    where, live, draft = clash()
    exceptions.refuse(draft.pk, reason="自薦で審査します", by=where.dx, at=NOW)
    assert states(live, draft) == ["submitted", "withdrawn"]
    assert Notice.objects.filter(title__contains="自薦で審査します").exists()


def login_of(row: Nomination) -> User:
    return User.objects.get(employee=row.nominee)


def reserve(number: int):
    rows = [make.nomination(make.house(), status="reserve") for _ in range(number)]
    return staff.office(OfficeRole.DX), rows


def test_the_reserve_moves_up_in_order_and_passes_on_when_nobody_answers(world):
    """R37, E14"""
    dx, (first, second, third) = reserve(3)
    selection.order_reserves(R8, [third.pk], by=dx, at=NOW)
    asked = reserves.ask_next(R8, by=dx, at=NOW)
    assert (asked, asked.due) == (third, date(2026, 11, 30))
    assert reserves.pass_on(at=NOW + timedelta(days=7)) == 0  # the last day counts
    assert reserves.pass_on(at=LATER) == 1
    assert reserves.pass_on(at=LATER) == 0
    first.refresh_from_db()
    assert (states(third), first.due) == (["turned_down"], date(2026, 12, 8))
    reserves.move_up(first.pk, by=login_of(first), at=LATER)
    promoter = Promoter.objects.get(employee=first.nominee)
    assert promoter.appointed_on == LATER.date()
    assert states(first, second) == ["accepted", "reserve"]


def test_who_was_not_asked_cannot_move_up(world):
    _, (row,) = reserve(1)
    with pytest.raises(RuleBroken, match="照会をまだ受けていません"):
        reserves.move_up(row.pk, by=login_of(row), at=NOW)


def test_turning_down_keeps_the_record_and_frees_the_place(world):
    """R38: the promoter withdraws, the year in the stage ends, the department may name another."""
    where = make.house()
    row = make.nomination(where, status="accepted")
    reserves.turn_down(row.pk, reason="異動のため", by=where.login, at=NOW)
    promoter = Promoter.objects.get(employee=where.person)
    assert (promoter.withdrawn_on, promoter.withdrawal_reason) == (NOW.date(), "異動のため")
    assert promoter.enrollments.get().status == "withdrawn"
    other = staff.posting(to=where.place).employee
    new = nominations.draft(where.place, other, fiscal_year=R8, reason="後任", by=where.head, at=LATER)
    with pytest.raises(RuleBroken, match="締め切りました"):
        nominations.submit(new.pk, by=where.head, at=LATER)
    reserves.reopen_place(row.pk, due=date(2026, 12, 15), by=where.dx, at=LATER)
    assert nominations.submit(new.pk, by=where.head, at=LATER).status == "submitted"
    with pytest.raises(RuleBroken, match="すでに提出されています"):
        reserves.reopen_place(row.pk, due=date(2026, 12, 15), by=where.dx, at=LATER)


def test_every_refusal_is_told_to_the_nominee_the_head_and_the_office(world):
    where = make.house()
    row = make.nomination(where, status="accepted")
    Notice.objects.all().delete()
    reserves.turn_down(row.pk, reason="異動のため", by=where.head, at=NOW)
    assert {(n.employee, n.department, n.office) for n in Notice.objects.all()} == {
        (where.person, None, ""),
        (None, where.place, ""),
        (None, None, "dx_office"),
    }
