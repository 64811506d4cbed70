"""The fold of a stage's facts: examples by hand, and its laws."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from stages.folding.deadlines import moved
from stages.folding.facts import PRACTICE, Away, Begun, Done, Extended, Item, Ruling, Spec, course_key
from stages.folding.fold import fold
from stages.folding.progress import SETTLED

START, DEADLINE = date(2026, 6, 3), date(2027, 2, 28)
TODAY = date(2026, 11, 24)
A, B, C, D = (course_key(number) for number in (1, 2, 3, 4))


def spec(**fields) -> Spec:
    """A and the practice report are required, of B, C and D one, of 2 hours at least."""
    items = (
        Item(A, "DX基礎", required=True, hours=Decimal(2), due=date(2026, 9, 30), position=1),
        Item(PRACTICE, "実践報告", kind="practice", position=2),
        Item(B, "RPA", required=False, hours=Decimal(1), position=3),
        Item(C, "フォーム", required=False, hours=Decimal(2), position=4),
        Item(D, "表計算", required=False, hours=Decimal(3), position=5),
    )
    defaults = {"deadline": DEADLINE, "electives": 1, "elective_hours": Decimal(2), "started_on": START}
    return Spec(items, **{**defaults, **fields})


def done(item: str, on: date, key: int = 1, year: int | None = 2026) -> Done:
    return Done(key, item, on, year)


def state(progress, key: str):
    return next(row for row in progress.items if row.item.key == key)


def test_a_stage_is_met_on_the_day_of_the_last_thing_asked_for():
    facts = [
        done(A, date(2026, 7, 1)),
        done(B, date(2026, 7, 2), 2),
        done(C, date(2026, 8, 3), 3),
        done(PRACTICE, date(2026, 8, 1), 4),
    ]

    assert fold(spec(), facts, as_of=date(2026, 8, 2)).met_on is None
    found = fold(spec(), facts, as_of=TODAY)

    assert (found.met_on, found.done, found.asked, found.missing) == (date(2026, 8, 3), 3, 3, ())
    assert found.next is None


def test_what_is_missing_is_named_and_the_next_thing_is_the_most_urgent():
    found = fold(spec(), [Begun(1, A, date(2026, 7, 1), 60)], as_of=date(2026, 8, 1))

    assert [row.words for row in found.missing] == [
        "「DX基礎」(取組中)",
        "「実践報告」",
        "選択項目をあと1つ、あと2時間",
    ]
    assert found.next.item.key == A
    assert found.hours_done == 1
    assert fold(spec(), [], as_of=date(2026, 10, 1)).items[0].state == "overdue"


def test_an_elective_is_next_only_while_its_rule_asks():
    facts = [done(A, date(2026, 7, 1)), done(PRACTICE, date(2026, 8, 1), 2)]
    assert fold(spec(), facts, as_of=TODAY).next.item.key == B
    assert fold(spec(), [*facts, done(C, date(2026, 8, 9), 3)], as_of=TODAY).next is None


def test_the_newest_decision_wins_and_one_that_agrees_with_the_facts_leaves_their_day():
    accept = Ruling(1, A, "accept", date(2026, 8, 1))
    deny = Ruling(2, A, "deny", date(2026, 9, 1))
    fact = done(A, date(2026, 7, 1))

    assert state(fold(spec(), [accept], as_of=TODAY), A).on == date(2026, 8, 1)
    assert state(fold(spec(), [accept, fact], as_of=TODAY), A).on == date(2026, 7, 1)
    assert state(fold(spec(), [accept, fact, deny], as_of=TODAY), A).state == "denied"
    again = Ruling(3, A, "accept", date(2026, 10, 1))
    assert state(fold(spec(), [fact, deny, again], as_of=TODAY), A).on == date(2026, 10, 1)
    assert state(fold(spec(), [fact, deny, again], as_of=date(2026, 9, 15)), A).state == "denied"


def test_an_exempted_item_is_settled_without_its_hours():
    found = fold(spec(), [Ruling(1, A, "exempt", date(2026, 8, 1))], as_of=TODAY)

    assert state(found, A).is_settled
    assert (found.hours_done, found.hours_asked) == (0, 2)


def test_a_decision_about_the_stage_wins_over_its_items():
    whole = [done(A, START), done(C, START, 2), done(PRACTICE, START, 3)]
    denied = Ruling(5, None, "deny", date(2026, 9, 1), "代筆と判明")

    assert fold(spec(), [Ruling(1, None, "accept", date(2026, 9, 1))], as_of=TODAY).met_on == date(2026, 9, 1)
    found = fold(spec(), [*whole, denied], as_of=TODAY)
    assert found.met_on is None
    assert "代筆と判明" in found.missing[0].words


def test_prior_training_counts_but_not_in_a_year_that_starts_anew():
    old = done(A, date(2024, 7, 1), year=2024)
    qualified = Done(9, PRACTICE, date(2024, 7, 1))

    assert state(fold(spec(), [old], as_of=TODAY), A).is_settled
    assert not state(fold(spec(anew_from=2026), [old], as_of=TODAY), A).is_settled
    assert state(fold(spec(anew_from=2026), [qualified], as_of=TODAY), PRACTICE).is_settled
    late = done(A, date(2027, 4, 2), year=2026)  # E25: of the year before, in April
    assert state(fold(spec(anew_from=2026), [late], as_of=date(2027, 4, 3)), A).is_settled


def test_leave_moves_the_deadline_and_while_it_is_open_there_is_none():
    away = Away(date(2026, 8, 1), date(2026, 10, 1))

    found = fold(spec(), [away], as_of=TODAY)
    assert found.deadline == DEADLINE + timedelta(days=61)
    assert state(found, A).due == date(2026, 11, 30)
    assert state(found, A).state == "open"
    stopped = fold(spec(), [Away(date(2026, 8, 1), None)], as_of=TODAY)
    assert (stopped.deadline, stopped.is_stopped, stopped.overdue) == (None, True, [])


def test_overlapping_leave_and_leave_before_the_start_count_once_and_not_at_all():
    due = date(2026, 9, 30)
    assert moved(due, [Away(date(2026, 1, 1), date(2026, 6, 3))], since=START) == due
    both = [Away(date(2026, 8, 1), date(2026, 8, 11)), Away(date(2026, 8, 5), date(2026, 8, 21))]
    assert moved(due, both, since=START) == due + timedelta(days=20)
    assert moved(due, [Away(date(2026, 10, 1), None)], since=START) == due


def test_an_own_extension_holds_for_its_item():
    found = fold(spec(), [Extended(PRACTICE, date(2027, 3, 20), date(2026, 11, 1))], as_of=TODAY)

    assert state(found, PRACTICE).due == date(2027, 3, 20)
    assert found.deadline == DEADLINE


def test_an_empty_curriculum_is_never_met_by_itself():
    assert fold(Spec(()), [], as_of=TODAY).met_on is None


# Laws

KEYS = st.sampled_from([A, B, C, D, PRACTICE])
DAYS = st.dates(date(2026, 4, 1), date(2027, 4, 30))
ROWS = st.integers(1, 30)
DONE = st.builds(Done, key=ROWS, item=KEYS, on=DAYS, year=st.sampled_from([None, 2025, 2026]))
BEGUN = st.builds(Begun, key=ROWS, item=KEYS, on=DAYS, minutes=st.integers(0, 200), year=st.just(2026))
AWAY = st.builds(lambda first, days: Away(first, days and first + timedelta(days=days)), DAYS, st.integers(0, 90))
AWAY = AWAY.map(lambda row: replace(row, until=row.until or None))
EXTENDED = st.builds(Extended, item=KEYS, until=DAYS, on=DAYS)
KINDS = st.sampled_from(["exempt", "accept", "deny"])
RULING = st.builds(Ruling, order=st.integers(1, 10_000), item=KEYS, kind=KINDS, on=DAYS)
WHOLE = st.builds(
    Ruling, order=st.integers(1, 10_000), item=st.none(), kind=st.sampled_from(["accept", "deny"]), on=DAYS
)
FACTS = st.lists(st.one_of(DONE, BEGUN, AWAY, EXTENDED, RULING, WHOLE), max_size=14)
SPECS = st.builds(
    lambda electives, hours, anew: spec(electives=electives, elective_hours=Decimal(hours), anew_from=anew),
    st.integers(0, 3),
    st.integers(0, 5),
    st.sampled_from([None, 2026]),
)


@given(SPECS, FACTS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))), DAYS)
def test_the_order_of_arrival_does_not_matter(asked, both, as_of):
    rows, shuffled = both
    assert fold(asked, rows, as_of=as_of) == fold(asked, shuffled, as_of=as_of)


@given(SPECS, FACTS, DAYS)
def test_a_fact_that_is_told_twice_is_one_fact(asked, rows, as_of):
    assert fold(asked, [*rows, *rows], as_of=as_of) == fold(asked, rows, as_of=as_of)


@given(SPECS, FACTS, DAYS, DONE.map(lambda row: replace(row, item="course:999")), BEGUN, RULING)
def test_a_fact_about_something_else_changes_nothing(asked, rows, as_of, other, begun, ruling):
    unrelated = [other, replace(begun, item="course:998"), replace(ruling, item="course:997")]
    assert fold(asked, [*rows, *unrelated], as_of=as_of) == fold(asked, rows, as_of=as_of)


@given(SPECS, FACTS, DAYS, st.one_of(RULING, WHOLE))
def test_the_newest_decision_wins_whatever_the_facts_say(asked, rows, as_of, ruling):
    ruling = replace(ruling, order=20_000, on=min(ruling.on, as_of))

    found = fold(asked, [*rows, ruling], as_of=as_of)

    if ruling.item is None:
        assert found.is_met is (ruling.kind == "accept")
    else:
        assert (state(found, ruling.item).state in SETTLED) is (ruling.kind != "deny")


@given(SPECS, FACTS, DAYS, st.integers(0, 200))
def test_what_is_settled_stays_so_unless_somebody_denies_it(asked, rows, as_of, days):
    rows = [row for row in rows if not (isinstance(row, Ruling) and row.kind == "deny")]
    before, after = (fold(asked, rows, as_of=day) for day in (as_of, as_of + timedelta(days=days)))

    for then, now in zip(before.items, after.items, strict=True):
        if then.is_settled:
            assert now.is_settled
            assert now.on <= as_of
    if before.is_met:
        assert after.is_met
        assert after.met_on <= as_of
    assert before.done <= after.done


@given(SPECS, FACTS, DAYS)
def test_nothing_that_became_true_later_is_known_on_a_day(asked, rows, as_of):
    known = [row for row in rows if (row.first if isinstance(row, Away) else row.on) <= as_of]
    assert fold(asked, rows, as_of=as_of) == fold(asked, known, as_of=as_of)


@given(SPECS, FACTS, DAYS)
def test_met_says_the_same_as_nothing_missing(asked, rows, as_of):
    found = fold(asked, rows, as_of=as_of)
    assert found.is_met is not bool(found.missing)
    assert found.is_met is False or found.next is None
    assert found.met_on is None or found.met_on <= as_of
    assert 0 <= found.hours_done <= found.hours_asked


@given(DAYS, st.lists(AWAY, max_size=5))
def test_leave_never_brings_a_deadline_nearer(due, periods):
    assert (moved(due, periods, since=START) or date.max) >= due
