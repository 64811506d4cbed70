"""Two people answer for one department, or two departments want one person, at the same moment: one wins, the other
is told, nothing is doubled.

Each race is run REPEATED times (RACES=200 for a long run): who comes first is not ours to choose.
"""

import os
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.db.models import QuerySet

from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.models import AuditEvent
from staff.models import Notice
from stages.models import Nomination, NominationDecline
from stages.rules import eligibility
from stages.services import declines, nominations, submissions
from tests.conftest import NOW
from tests.factories import nominations as make
from tests.factories import staff
from tests.factories.stages import R8
from tests.kernel.racing import Crossing, need_row_locks, together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
REPEATED = int(os.environ.get("RACES", "5"))
TOMORROW = NOW + timedelta(days=1)
TAKEN = "この所属の推薦はすでに提出されています。"


def recommend(where: make.House, by, person, reason: str = "意欲があるため"):
    return submissions.recommend(where.place, person, fiscal_year=R8, reason=reason, by=by, at=NOW)


def decline(where: make.House, by):
    return declines.decline(where.place, fiscal_year=R8, reason_code="nobody", by=by, at=NOW)


def deputy_of(where: make.House):
    return staff.user(staff.deputy(where.place).employee)


def winner_and_refusal(outcomes: list):
    """One of them did it; the other was told why not, in words."""
    refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert [type(refusal) for refusal in refused] == [RuleBroken], outcomes
    (winner,) = [outcome for outcome in outcomes if outcome not in refused]
    return winner, str(refused[0])


def submitted() -> int:
    return AuditEvent.objects.filter(action="submit").count()


def test_head_and_deputy_submit_for_one_department():
    make.call()
    for number in range(1, REPEATED + 1):
        where = make.house()
        deputy, other = deputy_of(where), staff.posting(to=where.place).employee
        winner, refusal = winner_and_refusal(
            together(partial(recommend, where, where.head, where.person), partial(recommend, where, deputy, other))
        )
        assert refusal == TAKEN
        rows = Nomination.objects.filter(department=where.place)
        assert [row.pk for row in rows.live()] == [winner.pk]
        assert sorted(rows.values_list("status", flat=True)) == ["draft", "submitted"]  # what was written is kept
        assert submitted() == number


def test_the_same_click_of_one_head_twice_is_one_nomination():
    make.call()
    for number in range(1, REPEATED + 1):
        where = make.house()
        one, two = together(*[partial(recommend, where, where.head, where.person)] * 2)
        assert one == two == Nomination.objects.get(department=where.place)
        assert submitted() == number
        assert AuditEvent.objects.filter(action="created", model="stages.nomination").count() == number


def test_the_same_click_of_an_applicant_twice_is_one_application():
    make.call()
    said = {"fiscal_year": R8, "motive": "学びたい", "work_to_improve": "申請", "at": NOW}
    for number in range(1, REPEATED + 1):
        where = make.house()
        one, two = together(*[partial(submissions.apply, by=where.login, **said)] * 2)
        assert one == two == Nomination.objects.get(nominee=where.person)
        assert submitted() == number
        assert Notice.objects.filter(department=where.place).count() == 1


def at_midnight() -> tuple[Nomination, Nomination, list]:
    """A person moves from one department to another, and both heads submit: at 23:59 and at 00:01."""
    one, two = make.house(), make.house()
    one.place.postings.filter(employee=one.person).update(valid_to=TOMORROW.date())
    staff.posting(one.person, to=two.place, valid_from=TOMORROW.date())
    drafts = make.nomination(one), make.nomination(two, nominee=one.person)
    acts = [
        partial(nominations.submit, drafts[0].pk, by=one.head, at=NOW),
        partial(nominations.submit, drafts[1].pk, by=two.head, at=TOMORROW),
    ]
    return *drafts, acts


def test_two_departments_want_one_person():
    make.call()
    for number in range(1, REPEATED + 1):
        *drafts, acts = at_midnight()
        winner, refusal = winner_and_refusal(together(*acts))
        (loser,) = [row for row in drafts if row.pk != winner.pk]
        assert refusal == f"R8は{winner.department.name}から推薦されています。"
        loser.refresh_from_db()
        assert (loser.status, loser.clashes_with_id) == ("draft", winner.pk)
        assert Nomination.objects.live().filter(nominee=winner.nominee).count() == 1
        assert submitted() == number


def test_the_department_and_the_person_herself_want_the_place_of_one_person():
    """R32: a recommendation and a 自薦 at once; the loser stays a draft that the office sees, told once."""
    make.call()
    for number in range(1, REPEATED + 1):
        where = make.house()
        draft = make.nomination(where)
        said = {"fiscal_year": R8, "motive": "学びたい", "work_to_improve": "申請", "by": where.login, "at": NOW}
        outcomes = together(
            partial(nominations.submit, draft.pk, by=where.head, at=NOW), partial(submissions.apply, **said)
        )
        winner, refusal = winner_and_refusal(outcomes)
        assert refusal.startswith("R8")
        loser = Nomination.objects.filter(nominee=where.person).exclude(pk=winner.pk).get()
        assert (loser.status, loser.clashes_with_id) == ("draft", winner.pk)
        assert submitted() == number
        assert Notice.objects.filter(key__endswith=":office").count() == number


def test_head_submits_while_the_deputy_answers_that_there_is_nobody():
    make.call()
    for _ in range(REPEATED):
        where = make.house()
        outcomes = together(
            partial(recommend, where, where.head, where.person), partial(decline, where, deputy_of(where))
        )
        winner, refusal = winner_and_refusal(outcomes)
        answered = NominationDecline.objects.filter(department=where.place).count()
        live = Nomination.objects.live().filter(department=where.place).count()
        assert (answered, live) == ((1, 0) if isinstance(winner, NominationDecline) else (0, 1))
        assert refusal.startswith(TAKEN) or refusal.startswith("この所属は「推薦なし」と回答しています。")


def test_head_and_deputy_change_one_nomination_at_once():
    make.call()
    for _ in range(REPEATED):
        where = make.house()
        deputy, people = deputy_of(where), [staff.posting(to=where.place).employee for _ in range(2)]
        old = make.nomination(where, status="submitted")
        change = partial(nominations.replace, old.pk, reason="より適任", at=NOW)
        outcomes = together(partial(change, people[0], by=where.head), partial(change, people[1], by=deputy))
        winner, refusal = winner_and_refusal(outcomes)
        assert "「取下げ」からは" in refusal
        assert [row.pk for row in Nomination.objects.live().filter(department=where.place)] == [winner.pk]


# The two guards: the rows of the place and of the person are held; under that lie the constraints.


def both_past_the_rules(monkeypatch) -> None:
    """Both have asked all rules (this one is the last) before either writes, if they can get there."""
    crossing, ask = Crossing(), eligibility.candidate

    def ask_and_meet(*args, **options):
        found = ask(*args, **options)
        crossing.meet()
        return found

    monkeypatch.setattr(eligibility, "candidate", ask_and_meet)


def without_row_locks(monkeypatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self.all())


def for_one_place(monkeypatch) -> list:
    make.call()
    where = make.house()
    other = staff.posting(to=where.place).employee
    drafts = make.nomination(where), make.nomination(where, nominee=other)
    acts = [
        partial(nominations.submit, row.pk, by=by, at=NOW)
        for row, by in zip(drafts, (where.head, deputy_of(where)), strict=True)
    ]
    both_past_the_rules(monkeypatch)
    return together(*acts)


def for_one_person(monkeypatch) -> list:
    make.call()
    *_, acts = at_midnight()
    both_past_the_rules(monkeypatch)
    return together(*acts)


RACES = {
    "nomination_one_recommended_per_department_and_year": for_one_place,
    "nomination_one_per_person_and_year": for_one_person,
}


@pytest.mark.parametrize("race", RACES.values())
def test_the_rows_are_held_until_one_has_won(monkeypatch, race):
    need_row_locks()
    winner, refusal = winner_and_refusal(race(monkeypatch))
    assert winner.status == "submitted"
    assert refusal == TAKEN or refusal.startswith("R8は")


@pytest.mark.parametrize("name", RACES)
def test_without_the_rows_the_constraint_still_refuses_the_second(monkeypatch, name):
    need_row_locks()
    without_row_locks(monkeypatch)
    _, refusal = winner_and_refusal(RACES[name](monkeypatch))
    assert refusal == next(row.violation_error_message for row in Nomination._meta.constraints if row.name == name)


@pytest.mark.parametrize("name", RACES)
def test_without_rows_and_constraint_both_would_win(monkeypatch, name):
    """What the two guards are for."""
    need_row_locks()
    without_row_locks(monkeypatch)
    constraint = next(row for row in Nomination._meta.constraints if row.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Nomination, constraint)
    try:
        assert [row.status for row in RACES[name](monkeypatch)] == ["submitted"] * 2
    finally:
        Nomination.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Nomination, constraint)
