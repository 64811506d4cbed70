"""A life is a table: a move checks, changes, records and does what follows, or nothing at all."""

from itertools import product

import pytest

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError, NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent, OutboxMessage
from aomori_dx.kernel.workflow import Move, Workflow
from stages.models import StageEnrollment, StageStatus
from tests.conftest import NOW
from tests.factories import staff, stages
from tests.kernel.lives import REFUSAL, YEAR, officer

pytestmark = pytest.mark.django_db

ALLOWED = {
    ("in_progress", "complete"): "completed",
    ("in_progress", "suspend"): "suspended",
    ("in_progress", "give_up"): "withdrawn",
    ("suspended", "resume"): "in_progress",
    ("not_completed", "resume"): "in_progress",
}
EVERY = [row for row in product(StageStatus.values, YEAR.moves, ["officer", "stranger"]) if row[1] != "break"]


def nothing_happened(row: StageEnrollment, status: str) -> bool:
    row.refresh_from_db()
    return row.status == status and not AuditEvent.objects.exists() and not OutboxMessage.objects.exists()


@pytest.mark.parametrize(("status", "move", "who"), EVERY)
def test_every_state_move_and_person(status, move, who):
    row, by = stages.enrollment(status=status), staff.user(username=who)
    expected = ALLOWED.get((status, move)) if who == "officer" else None
    if expected:
        YEAR.move(row.pk, move, by=by, at=NOW, reason="一身上の都合")
        row.refresh_from_db()
        assert row.status == AuditEvent.objects.get().after == expected
    else:
        with pytest.raises(NotAllowed if who == "stranger" else RuleBroken):
            YEAR.move(row.pk, move, by=by, at=NOW, reason="一身上の都合")
        assert nothing_happened(row, status)


def test_a_move_leaves_its_record_and_its_letter():
    row, by = stages.enrollment(), staff.user(staff.employee("津軽　花子"), username="officer")
    moved = YEAR.move(row.pk, "suspend", by=by, at=NOW, reason="育児休業のため")
    event = AuditEvent.objects.get()
    assert moved.status == "suspended"
    assert (event.by_id, event.by_name, event.at) == (by.pk, "津軽　花子", NOW)
    assert (event.action, event.before, event.after) == ("suspend", "in_progress", "suspended")
    assert (event.model, event.object_pk, event.reason) == ("stages.stageenrollment", str(row.pk), "育児休業のため")
    assert OutboxMessage.objects.get().written_at == NOW


def test_a_stranger_hears_of_the_right_that_is_missing_in_whatever_state():
    stranger = staff.user(username="stranger")
    for status in ("in_progress", "withdrawn"):
        row = stages.enrollment(status=status)
        with pytest.raises(NotAllowed, match=r"^「中断」を行う権限がありません。$"):
            YEAR.move(row.pk, "suspend", by=stranger, at=NOW)


def test_a_wrong_state_and_an_unmet_need_are_rules_and_say_why():
    row = stages.enrollment(status="withdrawn")
    with pytest.raises(RuleBroken, match=r"^「辞退」からは「修了」にできません。$"):
        YEAR.move(row.pk, "complete", by=None, at=NOW)
    away = stages.enrollment(stages.promoter(withdrawn_on=clock.today()))
    with pytest.raises(RuleBroken, match=REFUSAL):
        YEAR.move(away.pk, "complete", by=None, at=NOW)
    assert nothing_happened(away, "in_progress")


def test_the_grey_button_and_the_refusal_say_the_same():
    away = stages.enrollment(stages.promoter(withdrawn_on=clock.today()))
    assert YEAR.blockers(away, "complete", by=None, at=NOW) == [REFUSAL]
    assert [move.name for move in YEAR.possible(away, by=None, at=NOW)] == ["suspend", "give_up", "break"]
    assert YEAR.possible(away, by=staff.user(username="stranger"), at=NOW) == []


@pytest.mark.parametrize("reason", ["", "  ", "　\n"])
def test_a_move_that_asks_for_a_reason_is_refused_without_one(reason):
    row = stages.enrollment()
    with pytest.raises(RuleBroken, match=r"「辞退」には理由が必要です。"):
        YEAR.move(row.pk, "give_up", by=None, at=NOW, reason=reason)
    assert nothing_happened(row, "in_progress")


def test_a_failing_effect_takes_everything_back():
    row = stages.enrollment()
    with pytest.raises(RuntimeError):
        YEAR.move(row.pk, "break", by=None, at=NOW)
    assert nothing_happened(row, "in_progress")


def test_a_constraint_that_the_new_state_breaks_is_told_in_its_own_words():
    done = stages.enrollment(status="completed")
    again = stages.enrollment(done.promoter, fiscal_year=done.fiscal_year.next)
    with pytest.raises(RuleBroken, match=r"このステージはすでに修了しています。"):
        YEAR.move(again.pk, "complete", by=None, at=NOW)
    assert nothing_happened(again, "in_progress")


def test_a_refused_move_leaves_the_callers_transaction_usable():
    done = stages.enrollment(status="completed")
    again = stages.enrollment(done.promoter, fiscal_year=done.fiscal_year.next)
    with pytest.raises(DomainError):
        YEAR.move(again.pk, "complete", by=None, at=NOW)
    assert StageEnrollment.objects.count() == 2


def test_a_table_with_a_name_twice_or_an_unknown_state_is_refused_when_it_is_written():
    good = Move("go", "進む", frozenset({"in_progress"}), "completed", who=officer)
    with pytest.raises(ValueError, match="twice"):
        Workflow(StageEnrollment, [good, good])
    with pytest.raises(ValueError, match="unknown states: done"):
        Workflow(StageEnrollment, [Move("go", "進む", frozenset({"in_progress"}), "done", who=officer)])


def test_the_table_can_be_read_row_by_row():
    assert ("suspended", "resume", "in_progress") in YEAR.rows()
    assert len(YEAR.rows()) == 6
