"""The turn of the year: shown before it is made, made once, whatever changes in between."""

import json
from datetime import date, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aomori_dx.kernel import closing, progress
from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent, Job
from aomori_dx.kernel.progress import HANDLERS, Steps
from staff.models import Notice, OfficeRole
from stages.models import (
    CareerTrack,
    MoveKind,
    NominationCall,
    Rollover,
    RolloverMove,
    StageEnrollment,
    StageProgress,
)
from stages.services import recomputing, rollover
from tests.factories import growth as make_growth
from tests.factories import nominations as make_nominations
from tests.factories import staff as make
from tests.factories import stages as make_stages
from tests.factories.stages import R6, R7, R8

R9 = R8.next
NEW_YEAR = datetime(2027, 4, 1, 9, 0, tzinfo=TOKYO)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _policy():
    make_stages.plan()


def promoter(*, name=None, status="completed", wish="yes", outcome="", **fields):
    who = make_stages.promoter(make.posting(make.employee(name) if name else None).employee, **fields)
    make_stages.enrollment(who, status=status, outcome=outcome)
    if wish:
        make_growth.wish(who, answer=wish)
    return who


def turned(at=NEW_YEAR, *, by=None, leave_out=False, **options):
    turn = rollover.plan(R9, by=by, at=at, **options)
    rollover.start(turn.pk, by=by, at=at, leave_out=leave_out)
    return rollover.carry_out(turn.pk, by=by, at=at)


def moves(turn):
    return {
        row.promoter_id: (row.kind, row.stage.number if row.stage else None)
        for row in turn.moves.select_related("stage")
    }


def new_years():
    rows = StageEnrollment.objects.filter(fiscal_year=R9).order_by("promoter")
    return {row.promoter_id: (row.stage.number, row.status, row.started_on) for row in rows.select_related("stage")}


def test_a_dry_run_lists_everybody_with_the_reason_and_makes_nothing():
    climbs, waits, asked = promoter(), promoter(wish="not_this_year"), promoter(status="in_progress")
    turn = rollover.plan(R9, by=make.office(OfficeRole.DX), at=NEW_YEAR)
    assert moves(turn) == {climbs.pk: ("climb", 2), waits.pk: ("pause", None), asked.pk: ("exception", None)}
    assert turn.counts == {"climb": 1, "pause": 1, "exception": 1}
    assert "受講中のまま" in turn.moves.get(promoter=asked).why
    assert new_years() == {}


def test_a_second_dry_run_takes_the_place_of_the_first():
    who = promoter()
    first = rollover.plan(R9, by=None, at=NEW_YEAR)
    second = rollover.plan(R9, by=None, at=NEW_YEAR)
    first.refresh_from_db()
    assert (first.state, second.state) == ("discarded", "planned")
    assert (first.moves.count(), moves(second)) == (0, {who.pk: ("climb", 2)})
    assert first.digest == second.digest


def test_everybody_goes_on_from_the_first_day_with_the_curriculum_of_that_day_and_is_told():
    stage_2 = make_growth.curriculum(stage=2, fiscal_year=R9, valid_from=date(2027, 4, 1), deadline=date(2028, 2, 29))
    make_growth.curriculum(
        stage=2, fiscal_year=R9, version=2, reason="改定", valid_from=date(2027, 6, 1), deadline=date(2028, 2, 29)
    )
    who, again = promoter(), promoter(status="not_completed", outcome="repeat", wish="")
    turn = turned()
    assert turn.state == "done"
    assert new_years() == {
        who.pk: (2, "in_progress", date(2027, 4, 1)),
        again.pk: (1, "in_progress", date(2027, 4, 1)),
    }
    assert StageEnrollment.objects.get(promoter=who, fiscal_year=R9).curriculum == stage_2
    assert Notice.objects.get(employee=who.employee).title == "令和9年度は②業務改善です"
    event = AuditEvent.objects.filter(model="stages.stageenrollment", action="start").earliest("pk")
    assert "R8に①を修了" in event.reason


def test_the_career_track_is_that_of_the_wish_else_the_one_before():
    data, ai = (CareerTrack.objects.create(code=code, name=code) for code in ("data", "ai"))
    wishes, keeps = promoter(), promoter()
    StageEnrollment.objects.filter(promoter__in=[wishes, keeps]).update(track=data)
    wishes.wishes.update(track=ai)
    turned()
    rows = StageEnrollment.objects.filter(fiscal_year=R9)
    assert {row.promoter_id: row.track for row in rows} == {wishes.pk: ai, keeps.pk: data}


def test_made_twice_it_is_made_once():
    promoter(), promoter(status="suspended", wish="")
    turn = turned()
    started = AuditEvent.objects.filter(action="start", model="stages.stageenrollment")
    before = (new_years(), Notice.objects.count(), started.count())
    rollover.carry_out(turn.pk, by=None, at=NEW_YEAR)
    again = turned()
    assert moves(again) == moves(turn)
    assert (new_years(), Notice.objects.count(), started.count()) == before


def test_the_job_run_twice_leaves_what_once_leaves():
    promoter(), promoter()
    turn = rollover.plan(R9, by=None, at=NEW_YEAR)
    job = rollover.start(turn.pk, by=None, at=NEW_YEAR)
    left = []
    with time_machine.travel(NEW_YEAR, tick=False):
        for _ in range(2):
            assert HANDLERS[rollover.KIND](Steps(job))["counts"] == {"climb": 2}
            left.append((new_years(), Notice.objects.count(), AuditEvent.objects.count()))
    assert left[0] == left[1]


def test_the_progress_of_the_new_years_is_computed_afterwards():
    promoter()
    turned()
    assert not StageProgress.objects.filter(enrollment__fiscal_year=R9).exists()
    progress.run(Job.objects.get(kind=recomputing.KIND).pk)
    assert StageProgress.objects.filter(enrollment__fiscal_year=R9).count() == 1


def test_an_officer_who_leaves_the_office_meanwhile_does_not_keep_the_turn_from_its_end():
    promoter()
    officer = make.office(OfficeRole.DX)
    turn = rollover.plan(R9, by=officer, at=NEW_YEAR)
    rollover.start(turn.pk, by=officer, at=NEW_YEAR)
    officer.grants.update(valid_to=NEW_YEAR.date())
    assert rollover.carry_out(turn.pk, by=officer, at=NEW_YEAR).state == "done"


def test_one_that_is_running_is_not_asked_for_by_another_office():
    promoter()
    turn = rollover.plan(R9, by=None, at=NEW_YEAR)
    rollover.start(turn.pk, by=None, at=NEW_YEAR)
    with pytest.raises(NotAllowed):
        rollover.start(turn.pk, by=make.office(OfficeRole.HR), at=NEW_YEAR)


def test_a_turn_made_late_does_not_put_a_year_before_one_that_is_there():
    who = promoter()
    make_stages.enrollment(who, stage=2, fiscal_year=R9.next)
    turn = rollover.plan(R9, by=None, at=NEW_YEAR)
    assert moves(turn) == {who.pk: ("exception", None)}
    assert "令和10年度" in turn.moves.get().why


def test_the_year_before_is_closed_where_nobody_is_left_to_look_at():
    closing.close(R6, by=None, at=NEW_YEAR, reason="年度末")
    closing.close(R7, by=None, at=NEW_YEAR, reason="年度末")
    promoter()
    turn = turned()
    assert closing.closed_years().holds(R8)
    assert "令和8年度を締めました" in turn.note


def test_the_year_before_stays_open_where_an_earlier_one_is_and_where_somebody_gone_was_not_judged():
    promoter()
    assert "先に令和6年度を締めてください" in turned().note
    assert not closing.closed_years().years
    for year in (R6, R7):
        closing.close(year, by=None, at=NEW_YEAR, reason="年度末")
    gone = promoter(status="in_progress", withdrawn_on=date(2027, 3, 31))
    turn = turned()
    assert moves(turn)[gone.pk] == ("end", None)
    assert "受講中のままの人が1人" in turn.note
    assert not closing.closed_years().holds(R8)


def test_exceptions_stop_the_start_unless_they_are_left_out_and_then_the_year_stays_open():
    who, asked = promoter(), promoter(status="in_progress")
    turn = rollover.plan(R9, by=None, at=NEW_YEAR)
    with pytest.raises(RuleBroken, match="要確認の人が1人"):
        rollover.start(turn.pk, by=None, at=NEW_YEAR)
    turn = turned(leave_out=True)
    assert set(new_years()) == {who.pk}
    assert not closing.closed_years().holds(R8)
    assert "1人残っている" in turn.note
    StageEnrollment.objects.filter(promoter=asked).update(status="completed")
    turned()
    assert set(new_years()) == {who.pk, asked.pk}


def test_whose_records_change_after_the_dry_run_is_left_alone_and_named():
    changes, stays = promoter(), promoter()
    turn = rollover.plan(R9, by=None, at=NEW_YEAR)
    rollover.start(turn.pk, by=None, at=NEW_YEAR)
    changes.wishes.update(answer="no")
    turn = rollover.carry_out(turn.pk, by=None, at=NEW_YEAR)
    assert set(new_years()) == {stays.pk}
    row = turn.moves.get(promoter=changes)
    assert (row.kind, "確認のあとに記録が変わった" in row.why) == (MoveKind.EXCEPTION, True)
    assert turn.counts == {"climb": 1, "exception": 1}


def test_it_is_not_made_before_the_year_begins_and_a_dry_run_is_possible_any_day():
    promoter()
    early = datetime(2027, 3, 31, 23, 59, 59, tzinfo=TOKYO)
    turn = rollover.plan(R9, by=None, at=early)
    with pytest.raises(RuleBroken, match="令和9年4月1日"):
        rollover.start(turn.pk, by=None, at=early)
    rollover.start(turn.pk, by=None, at=datetime(2027, 4, 1, 0, 0, tzinfo=TOKYO))


def test_who_was_appointed_in_the_new_year_is_not_of_the_turn():
    make_stages.promoter(make.posting().employee, cohort=R9)
    assert rollover.plan(R9, by=None, at=NEW_YEAR).counts == {}


def test_only_the_office_for_dx_turns_the_year():
    promoter()
    for role in (OfficeRole.HR, OfficeRole.INFO, OfficeRole.VIEWER, OfficeRole.ADMIN):
        with pytest.raises(NotAllowed):
            rollover.plan(R9, by=make.office(role), at=NEW_YEAR)
    turn = rollover.plan(R9, by=make.office(OfficeRole.DX), at=NEW_YEAR)
    with pytest.raises(NotAllowed):
        rollover.start(turn.pk, by=make.office(OfficeRole.HR), at=NEW_YEAR)


def test_the_new_years_call_is_drafted_from_the_last_one():
    make_nominations.call()
    promoter()
    turned(by=make.office(OfficeRole.DX))
    assert NominationCall.objects.get(fiscal_year=R9).issued_at is None


def test_the_same_queries_for_few_and_for_many():
    def asked(number):
        for _ in range(number):
            promoter()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            turned()
        StageEnrollment.objects.filter(fiscal_year=R9).delete()
        return len(queries)

    asked(1)  # the first one drafts and closes what the others find done
    few = asked(3)
    assert asked(30) == few


def test_the_command_shows_every_move_as_json_and_writes_nothing():
    who, asked = promoter(), promoter(status="in_progress")
    out = StringIO()
    call_command("roll_over_fiscal_year", "--to", "2027", "--dry-run", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert told["counts"] == {"climb": 1, "exception": 1}
    assert (told["fiscal_year"], told["dry_run"], told["total"], told["exceptions"]) == (2027, True, 2, 1)
    first = next(line for line in told["moves"] if line["promoter"] == who.pk)
    assert (first["from_stage"], first["to_stage"], first["move"]) == (1, 2, "climb")
    assert first["employee_number"] == who.employee.employee_number
    assert asked.pk in {line["promoter"] for line in told["moves"]}
    assert (Rollover.objects.count(), RolloverMove.objects.count(), new_years()) == (0, 0, {})


def test_the_command_turns_the_year_when_it_is_told_to():
    who = promoter()
    with time_machine.travel(NEW_YEAR, tick=False):
        with pytest.raises(CommandError, match="--yes"):
            call_command("roll_over_fiscal_year", "--to", "R9", stdout=StringIO())
        assert new_years() == {}
        out = StringIO()
        call_command("roll_over_fiscal_year", "--to", "R9", "--yes", "--json", stdout=out)
    assert json.loads(out.getvalue())["counts"] == {"climb": 1}
    assert set(new_years()) == {who.pk}


@pytest.mark.parametrize("wrong", ["令和九十年", "2027-04", "x"])
def test_the_command_refuses_what_is_no_fiscal_year(wrong):
    with pytest.raises(CommandError):
        call_command("roll_over_fiscal_year", "--to", wrong, "--dry-run", stdout=StringIO())
