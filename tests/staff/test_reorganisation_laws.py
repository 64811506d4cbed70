"""Whatever is done to the organisation by hand: nobody is lost, nobody is in two places, the past stays."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from staff.drafts import BY_CHOICE, OF_A_BUREAU, UNDECIDED, ActKind, Draft, Target
from staff.models import ChangeLine, ChangeSet, Department, Employee, OfficeRole, Posting, User
from staff.services import change_set_jobs, reorganisation
from tests.conftest import NOW
from tests.factories import staff as make
from tests.staff.reorganising import TODAY, draft, into, new, renamed

pytestmark = pytest.mark.django_db

DAYS = [TODAY + timedelta(days=30 * number) for number in range(13)]
ACTS = st.lists(
    st.tuples(st.sampled_from(list(ActKind)), st.sampled_from(DAYS), st.integers(0, 10_000)), min_size=1, max_size=5
)


@dataclass
class Prefecture:
    """A small organisation, and what has been done to it."""

    hr: User
    done: list[ChangeSet] = field(default_factory=list)
    waiting: set[int] = field(default_factory=set)


def settle(seed: int) -> Prefecture:
    """Two bureaus, five departments with a head each; 兼務, a transfer to come, a departure to come."""
    chance = Random(seed)
    bureaus = [make.bureau("総務部"), make.bureau("農林部")]
    places = [make.department(f"第{number}課", parent=bureaus[number % 2]) for number in range(5)]
    people = [make.head_of(place) for place in places]
    make.head_of(bureaus[0], title="部長")
    make.bureau("空の部")
    people += [make.posting(to=chance.choice(places)).employee for _ in range(6)]
    for person in people[4:8]:
        mine = Posting.objects.get(employee=person, is_primary=True).department
        make.posting(person, to=chance.choice([row for row in places if row != mine]), is_primary=False)
    moving = Posting.objects.get(employee=people[8], is_primary=True)
    Posting.objects.filter(pk=moving.pk).update(valid_to=DAYS[4])
    make.posting(people[8], to=chance.choice(places), valid_from=DAYS[4])
    Posting.objects.filter(employee=people[9]).update(valid_to=DAYS[6])
    Employee.objects.filter(pk=people[9].pk).update(left_on=DAYS[6])
    return Prefecture(make.office(OfficeRole.HR))


def picture(day: date) -> list[tuple]:
    return sorted(Posting.objects.on(day).values_list("employee", "is_primary", "department__name", "title", "is_head"))


def proposed(prefecture: Prefecture, act: ActKind, on: date, chance: Random) -> Draft | None:
    """An act that may or may not be possible; None where there is nothing left to do it to."""
    if act in OF_A_BUREAU and chance.random() < 0.3:
        return proposed_for_a_bureau(act, on, chance)
    there = list(Department.objects.on(on).below_bureaus().order_by("pk"))
    if not there:
        return None
    old, other = chance.choice(there), chance.choice(there)
    number = Department.objects.count()

    def fresh(key: str, bureau: Department = old.parent) -> Target:
        name = f"新{number}{key}課"
        return new(name, f"{700000 + number * 10 + int(key)}", bureau, key)

    elsewhere = Department.objects.on(on).bureaus().exclude(pk=old.parent_id).order_by("pk").first() or old.parent
    made = {
        ActKind.RENAME: lambda: draft(act, old, to=[fresh("0")], on=on),
        ActKind.MOVE: lambda: draft(act, old, to=[fresh("0", elsewhere)], on=on),
        ActKind.SPLIT: lambda: draft(act, old, to=[fresh("0"), chance.choice([into(other, "1"), fresh("1")])], on=on),
        ActKind.MERGE: lambda: (
            draft(act, *{old, other}, to=[fresh("0")], on=on)
            if chance.random() < 0.5
            else draft(act, old, to=[into(other)], on=on)
        ),
        ActKind.ABOLISH: lambda: draft(act, old, to=[into(other)] if chance.random() < 0.7 else [], on=on),
        ActKind.OPEN: lambda: draft(act, to=[fresh("0")], on=on),
    }
    return made[act]()


def proposed_for_a_bureau(act: ActKind, on: date, chance: Random) -> Draft:
    bureau = chance.choice(list(Department.objects.on(on).bureaus().order_by("pk")))
    if act == ActKind.ABOLISH:
        return draft(act, bureau, on=on)
    return renamed(bureau, f"新{Department.objects.count()}部", on=on)


def decided(wanted: Draft, by: User, chance: Random) -> Draft:
    """The draft with a place for everybody and one head everywhere."""
    keys = [*(target.key for target in wanted.targets), UNDECIDED]
    people = reorganisation.going_by(wanted)
    places = {row.pk: chance.choice(keys) for row in people} if wanted.act in BY_CHOICE else {}
    wanted = Draft(wanted.act, wanted.on, wanted.reason, wanted.departments, wanted.targets, places)
    rivals = reorganisation.preview(wanted, by=by, at=NOW).rivals
    heads = {key: chance.choice(rows).pk for key, rows in rivals.items()}
    return Draft(wanted.act, wanted.on, wanted.reason, wanted.departments, wanted.targets, places, heads)


def attempt(prefecture: Prefecture, act: ActKind, on: date, chance: Random) -> None:
    wanted = proposed(prefecture, act, on, chance)
    if wanted is None:
        return
    before = {day: picture(day) for day in DAYS if day < on}
    wanted = decided(wanted, prefecture.hr, chance)
    seen = reorganisation.preview(wanted, by=prefecture.hr, at=NOW)
    if not seen.is_complete:
        return
    prefecture.waiting |= {
        row.employee_id for row in seen.people if row.is_primary and wanted.place_of(row.pk) == UNDECIDED
    }
    prefecture.done.append(reorganisation.carry_out(wanted, seen=seen.seen, by=prefecture.hr, at=NOW))
    assert {day: picture(day) for day in before} == before, "the past has changed"


def demand_order(prefecture: Prefecture) -> None:
    """The laws."""
    spans: dict[int, list[Posting]] = {}
    for row in Posting.objects.primary().order_by("employee", "valid_from"):
        spans.setdefault(row.employee_id, []).append(row)
    for rows in spans.values():
        for earlier, later in pairwise(rows):
            assert earlier.valid_to is not None, "two primary postings at a time"
            assert earlier.valid_to <= later.valid_from, "two primary postings at a time"
    for row in Posting.objects.select_related("department"):
        place = row.department
        assert place.valid_from <= row.valid_from, "posted to what is not there yet"
        assert place.valid_to is None or (row.valid_to is not None and row.valid_to <= place.valid_to), (
            "posted to what is gone"
        )
    for day in DAYS:
        lost = set(Employee.objects.unplaced(day).values_list("pk", flat=True)) - prefecture.waiting
        assert not lost, "somebody is in no place, and nobody has said so"
        heads = list(Posting.objects.heads().on(day).values_list("department", flat=True))
        assert len(heads) == len(set(heads)), "two heads of a department"
        twice = list(Posting.objects.on(day).values_list("employee", "department"))
        assert len(twice) == len(set(twice)), "twice in one department"
    for place in Department.objects.below_bureaus().select_related("parent"):
        end, top = place.valid_to, place.parent.valid_to
        assert place.parent.valid_from <= place.valid_from, "below what is not there yet"
        assert top is None or (end is not None and end <= top), "below what is gone"
    for place in Department.objects.filter(valid_to__isnull=False):
        heirs = [pair.successor for pair in place.successions.filter(on=place.valid_to)]
        assert all(heir.holds_on(place.valid_to) for heir in heirs)
        assert heirs or not Posting.objects.filter(department=place).on(place.valid_to).exists()


def rows() -> list:
    return [list(model.objects.order_by("pk").values()) for model in (Department, Posting)]


class _Over(Exception):
    """Ends an example, and with it what it wrote."""


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), acts=ACTS)
def test_any_sequence_of_acts_keeps_order_and_can_be_taken_back(seed, acts):
    try:
        with transaction.atomic():
            prefecture = settle(seed)
            before = rows()
            for act, on, chance in acts:
                attempt(prefecture, act, on, Random(chance))
                demand_order(prefecture)
            for change_set in reversed(prefecture.done):
                change_set_jobs.undo(change_set.pk, reason="試行", by=prefecture.hr, at=NOW)
            assert rows() == before
            raise _Over
    except _Over:
        pass


@pytest.mark.parametrize("act", sorted(OF_A_BUREAU))
def test_the_law_sees_bureaus_too(act):
    prefecture = settle(1)
    ended = ChangeLine.objects.filter(outcome="ended", key="")  # a 部局 has no code
    for seed in range(40):
        attempt(prefecture, act, DAYS[1], Random(seed))
        if ended.exists():
            break
    assert ended.exists()


@pytest.mark.parametrize("act", list(ActKind))
def test_the_law_sees_every_kind_of_act(act):
    """An empty sequence above would prove nothing: each act is possible in this small prefecture."""
    prefecture = settle(1)
    for seed in range(20):
        attempt(prefecture, act, DAYS[1], Random(seed))
        if prefecture.done:
            break
    assert [change_set.kind for change_set in prefecture.done] == ["reorganisation"]
