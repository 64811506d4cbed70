"""The table of a nomination, written a second time by hand and walked whole: state × move × person, both routes."""

from itertools import product

import pytest
from django.db import transaction

from aomori_dx.kernel.errors import DomainError, NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent
from staff.models import OfficeRole
from stages.models import LIVE, Nomination, NominationStatus
from stages.workflows.nomination import NOMINATION
from tests.conftest import NOW
from tests.factories import nominations as make
from tests.factories import staff
from tests.factories import stages as make_stages

pytestmark = pytest.mark.django_db

BY_AUTHOR = ["draft", "submitted", "endorsed", "not_endorsed", "in_review", "returned"]
RECOMMENDED = {
    **{(state, "submit", "head"): "submitted" for state in ("draft", "returned", "not_endorsed")},
    **{(state, "withdraw", "head"): "withdrawn" for state in BY_AUTHOR},
    **{(state, "take_up", "dx"): "in_review" for state in ("submitted", "endorsed", "not_endorsed")},
    ("in_review", "accept", "dx"): "accepted",
    ("in_review", "put_on_reserve", "dx"): "reserve",
    **{(state, "decline", "dx"): "declined" for state in ("in_review", "reserve")},
    **{(state, "send_back", "dx"): "returned" for state in ("submitted", "endorsed", "not_endorsed", "in_review")},
    **{
        (state, "withdraw_by_office", "dx"): "withdrawn"
        for state in ("submitted", "endorsed", "not_endorsed", "in_review", "returned", "reserve")
    },
    **{
        (state, "turn_down", who): "turned_down"
        for state, who in product(("accepted", "reserve"), ("nominee", "head", "dx"))
    },
}
OF_THE_PERSON = {("submit", "head"): "nominee", ("withdraw", "head"): "nominee"}
SELF = {
    **{
        (state, move, OF_THE_PERSON.get((move, who), who)): target
        for (state, move, who), target in RECOMMENDED.items()
        if (move, who) != ("turn_down", "head")
    },
    ("submitted", "endorse", "head"): "endorsed",
    ("submitted", "not_endorse", "head"): "not_endorsed",
}
ALLOWED = {"recommended": RECOMMENDED, "self": SELF}


def people(where):
    others = (OfficeRole.HR, OfficeRole.INFO, OfficeRole.VIEWER, OfficeRole.ADMIN)
    return {
        "head": where.head,
        "nominee": where.login,
        "dx": where.dx,
        "other head": staff.user(staff.head_of(staff.department())),
        "colleague": staff.user(staff.posting(to=where.place).employee),
        "system": None,
        **{str(role): staff.office(role) for role in others},
    }


@pytest.mark.parametrize(("route", "move"), list(product(ALLOWED, NOMINATION.moves)))
def test_moves(route, move):
    """Moves that ask for more (an answer that was asked for, a clash) are refused here; they have tests below."""
    make.call()
    make_stages.stages()
    where = make.house()
    row = make.nomination(where, route=route)
    known = people(where)
    for state, (who, by) in product(NominationStatus.values, known.items()):
        Nomination.objects.filter(pk=row.pk).update(status=state)
        expected = ALLOWED[route].get((state, move, who))
        with transaction.atomic():
            point = transaction.savepoint()
            events = AuditEvent.objects.count()
            try:
                moved = NOMINATION.move(row.pk, move, by=by, at=NOW, reason="理由")
            except DomainError:
                assert expected is None, (state, who)
                assert AuditEvent.objects.count() == events
            else:
                assert moved.status == expected, (state, who)
                told = AuditEvent.objects.filter(model="stages.nomination").first()
                assert (told.action, told.before, told.after) == (move, state, expected)
            transaction.savepoint_rollback(point)


def test_the_table_and_the_test_name_the_same_moves():
    special = {"endorse", "not_endorse", "move_up", "lapse", "put_aside"}
    assert {move for _, move, _ in RECOMMENDED} | special == set(NOMINATION.moves)


def test_what_is_live_stands_in_the_rule():
    """Rules 3 and 4: a nomination sent back still holds its place; a draft holds nothing."""
    assert set(LIVE) == {"submitted", "endorsed", "in_review", "returned", "reserve", "accepted"}


@pytest.mark.parametrize("move", ["decline", "send_back", "withdraw_by_office"])
def test_what_goes_against_somebody_needs_a_reason(move):
    make.call()
    where = make.house()
    row = make.nomination(where, status="in_review")
    with pytest.raises(RuleBroken, match="理由が必要です"):
        NOMINATION.move(row.pk, move, by=where.dx, at=NOW, reason=" ")


def test_the_refusal_is_the_sentence_of_the_grey_button():
    where = make.house()
    row = make.nomination(where)
    (sentence,) = NOMINATION.blockers(row, "submit", by=where.head, at=NOW)
    with pytest.raises(RuleBroken) as refused:
        NOMINATION.move(row.pk, "submit", by=where.head, at=NOW)
    assert str(refused.value) == sentence == "令和8年度の推薦依頼はまだ出されていません。"


def test_nobody_endorses_himself():
    make.call()
    place = staff.department()
    head = staff.head_of(place)
    where = make.House(place, staff.user(head), head, staff.user(username="other"), staff.office(OfficeRole.DX))
    row = Nomination.objects.create(
        fiscal_year=make.R8, route="self", department=place, nominee=head, status="submitted"
    )
    with pytest.raises(NotAllowed):
        NOMINATION.move(row.pk, "endorse", by=where.head, at=NOW)
