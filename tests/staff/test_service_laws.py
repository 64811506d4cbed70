"""Files, reorganisations by hand, new numbers, returns and undos in any order: nobody is in two places, and what is
taken back leaves no trace."""

from collections import Counter
from datetime import date
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aomori_dx.kernel.errors import RuleBroken
from staff.drafts import ActKind
from staff.models import ChangeSet, ChangeSetState, Department, Employee, User
from staff.services import change_set_jobs, change_sets, numbers
from tests.conftest import NOW
from tests.factories import files
from tests.factories.loading import contradictions, everything, state_on
from tests.staff.test_reorganisation_laws import DAYS, Prefecture, attempt, settle

pytestmark = pytest.mark.django_db
KINDS = ("転任", "転任", "昇任", "退職", "採用", "休職", "復職")
LINES = {"転任", "昇任", "採用"}


class _Over(Exception):
    """Ends an example, and with it what it wrote."""


def transfers(on: date, chance: Random) -> list[files.Row]:
    """A few lines of a day, for people who are here, gone or new."""
    places = list(Department.objects.on(on).below_bureaus().order_by("pk"))
    people = list(Employee.objects.order_by("pk"))
    rows = []
    for person in chance.sample(people, min(3, len(people))):
        kind, place = chance.choice(KINDS), chance.choice(places)
        head = {"発令年月日": on.isoformat(), "所属長": chance.choice("001"), "新補職名": "主査"}
        code = place.code if kind in LINES else ""
        rows.append(files.transfer(person.employee_number, kind, code, name=person.name, **head))
    if chance.random() < 0.3:
        number = f"8{Employee.objects.count():06}"
        rows.append(files.transfer(number, "採用", places[0].code, name="新人　翼", 発令年月日=on.isoformat()))
    return rows


def roster(on: date, chance: Random) -> list[files.Row]:
    """Who is here on a day, but for one who has left and with one who had."""
    state = state_on(on)
    names = dict(Employee.objects.values_list("employee_number", "name"))
    there = [number for number, (code, *_) in state.items() if code]
    back = [number for number in names if number not in state and chance.random() < 0.5]
    codes = [state[number][0] for number in there]
    rows = [files.person(number, names[number], state[number][0]) for number in there]
    chance.shuffle(rows)
    return [*rows[1:], *(files.person(number, names[number], chance.choice(codes)) for number in back)]


def apply(kind: str, rows: list[files.Row], on: date, by: User) -> ChangeSet | None:
    """A file as an officer loads it; None where it is refused."""
    given = {"name": f"{kind}.csv", "content": files.as_csv(rows), "as_of": on, "by": by, "at": NOW}
    change_set = change_set_jobs.check(change_sets.upload(kind, **given).pk, by=by, at=NOW)
    if change_set.state != ChangeSetState.READY:
        return None
    return change_set_jobs.apply(change_set.pk, by=by, at=NOW)


def act(prefecture: Prefecture, what: str, on: date, chance: Random, done: Counter) -> None:
    """One act, or nothing where it is refused."""
    hr, before, there = prefecture.hr, everything(), len(prefecture.done)
    if what == "reorganisation":
        attempt(prefecture, chance.choice(list(ActKind)), on, chance)
    elif what == "number":
        person = chance.choice(list(Employee.objects.order_by("pk")))
        new = f"7{Employee.objects.count():03}{chance.randrange(1000):03}"
        with transaction.atomic():
            numbers.change(person.pk, new, on=NOW.date(), by=hr, at=NOW, reason="正規採用のため")
    elif what == "undo" and prefecture.done:
        taken = chance.choice(prefecture.done)
        change_set_jobs.undo(taken.pk, reason="試行", by=hr, at=NOW)
        prefecture.done.remove(taken)
    elif what in {"transfers", "roster"}:
        rows = {"transfers": transfers, "roster": roster}[what](on, chance)
        change_set = apply(what, rows, on, hr) if rows else None
        prefecture.done += [change_set] if change_set else []
    done[what] += what in {"number", "undo"} or len(prefecture.done) > there
    if len(prefecture.done) > there and chance.random() < 0.4:
        change_set_jobs.undo(prefecture.done.pop().pk, reason="試行", by=hr, at=NOW)
        assert everything() == before, "undo ∘ apply is not nothing"
        done["undo at once"] += 1


WHAT = ("reorganisation", "transfers", "transfers", "roster", "number", "undo")


def live(seed: int, acts: list[tuple[str, date, int]], done: Counter) -> None:
    """Do it all, and look at the records after each act."""
    prefecture = settle(seed)
    for what, on, chance in acts:
        try:
            act(prefecture, what, on, Random(chance), done)
        except RuleBroken:
            done["refused"] += 1
        assert contradictions() == [], what


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10_000),
    acts=st.lists(
        st.tuples(st.sampled_from(WHAT), st.sampled_from(DAYS), st.integers(0, 10_000)), min_size=2, max_size=8
    ),
)
def test_no_sequence_of_services_puts_anybody_in_two_places(seed, acts):
    try:
        with transaction.atomic():
            live(seed, acts, Counter())
            raise _Over
    except _Over:
        pass


def test_the_law_sees_every_service_succeed():
    """A sequence in which everything is refused would prove nothing."""
    done, chance = Counter(), Random(7)
    days = sorted(chance.choice(DAYS) for _ in range(40))
    live(1, [(chance.choice(WHAT), day, chance.randrange(10_000)) for day in days], done)
    assert {*WHAT, "undo at once"} <= {what for what, times in done.items() if times}, done
