"""修了判定: drafts that nobody hears of, 確定 of all at once, and taking a judgement back."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aomori_dx.kernel import closing
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent
from staff.models import Notice, OfficeRole
from stages.models import StageEnrollment, StageOutcome, StageProgress, StageStatus
from stages.rules import judgement as rules
from stages.services import judgements, recomputing, rulings, stage_certificates
from tests.conftest import NOW
from tests.factories import growth
from tests.factories import staff as make_staff
from tests.factories import stages as make
from tests.factories import training as make_training
from tests.factories.stages import R7, R8
from training.models import Certificate, Method
from training.services import completions

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def dx():
    return make_staff.office(OfficeRole.DX)


@pytest.fixture
def asked():
    return growth.curriculum(make_training.course(method=Method.ELEARNING, hours=6))


def someone(asked, *, met: bool, **fields) -> StageEnrollment:
    """A promoter in stage ① who has done everything, or nothing."""
    person = make_staff.posting().employee
    row = make.enrollment(make.promoter(person), curriculum=asked, **fields)
    if met:
        make_training.completion(person, asked.items.get().course, completed_on=date(2026, 10, 1))
    return row


def confirm(dx, **more):
    return judgements.confirm(R8, seen=judgements.batch(R8, on=TODAY).seen, by=dx, at=NOW, **more)


def fresh(row: StageEnrollment) -> StageEnrollment:
    return StageEnrollment.objects.get(pk=row.pk)


def test_every_outcome_makes_one_state_and_has_a_move():
    assert set(rules.STATUS_OF) == set(StageOutcome.values)
    for status in rules.RUNNING:
        assert all(rules.move_of(StageEnrollment(status=status), code) for code in StageOutcome.values)


def test_a_draft_changes_nothing_that_anybody_sees(dx, asked):
    row = someone(asked, met=True)

    judgements.propose([row.pk], "completed", by=dx, at=NOW)

    found = fresh(row)
    assert (found.status, found.outcome, found.judged_on) == ("in_progress", "completed", None)
    assert not Notice.objects.exists()
    assert not Certificate.objects.exists()


def test_the_decision_moves_the_year_issues_the_certificate_and_tells_person_and_head(dx, asked):
    row = someone(asked, met=True)
    judgements.propose([row.pk], "completed", by=dx, at=NOW)

    confirm(dx)

    found = fresh(row)
    assert (found.status, found.status_on, found.judged_on) == ("completed", TODAY, TODAY)
    paper = Certificate.objects.get()
    assert (paper.subject, paper.title) == (f"stage:{row.pk}", "DX推進員育成ステージ ①業務効率化(令和8年度)")
    assert (paper.hours, paper.completed_on, paper.employee) == (6, TODAY, row.promoter.employee)
    told = {(notice.employee_id, notice.department_id): notice.title for notice in Notice.objects.all()}
    place = row.promoter.employee.postings.get().department_id
    assert told[row.promoter.employee_id, None].endswith("「①業務効率化」は「修了」です。")
    assert (None, place) in told
    assert StageProgress.objects.get(enrollment=row).standing == "met"


def test_of_many_one_who_is_not_met_is_named_and_nobody_is_drafted(dx, asked):
    rows = [someone(asked, met=True), someone(asked, met=False)]

    with pytest.raises(RuleBroken) as refusal:
        judgements.propose([row.pk for row in rows], "completed", by=dx, at=NOW)

    assert rows[1].promoter.employee.name in str(refusal.value)
    assert asked.items.get().title in str(refusal.value)
    assert {fresh(row).outcome for row in rows} == {""}


def test_who_is_no_longer_met_at_the_decision_is_named_and_nothing_is_half_done(dx, asked):
    rows = [someone(asked, met=True) for _ in range(2)]
    judgements.propose([row.pk for row in rows], "completed", by=dx, at=NOW)
    done = rows[1].promoter.employee.completions.get()
    completions.revoke(done.pk, reason="誤り", by=make_training.officer(), at=NOW)

    with pytest.raises(RuleBroken, match=rows[1].promoter.employee.employee_number):
        confirm(dx)

    assert {fresh(row).status for row in rows} == {"in_progress"}
    assert not Certificate.objects.exists()
    judgements.propose([rows[1].pk], "", by=dx, at=NOW)
    confirm(dx)
    assert [fresh(row).status for row in rows] == ["completed", "in_progress"]


@pytest.mark.parametrize("outcome", sorted(set(StageOutcome.values) - {"completed"}))
def test_what_is_not_plain_completion_needs_a_reason_and_is_decided_with_it(dx, asked, outcome):
    row = someone(asked, met=False)
    with pytest.raises(RuleBroken, match="理由が必要です"):
        judgements.propose([row.pk], outcome, reason=" ", by=dx, at=NOW)

    judgements.propose([row.pk], outcome, reason="業務の都合", by=dx, at=NOW)
    confirm(dx)

    found = fresh(row)
    assert (found.status, found.outcome) == (rules.STATUS_OF[outcome], outcome)
    assert (found.outcome_reason, found.judged_by_name) == ("業務の都合", str(dx))
    assert Certificate.objects.count() == (outcome == "recognised")


def test_who_is_suspended_already_stays_so_since_then(dx, asked):
    row = someone(asked, met=False, status=StageStatus.SUSPENDED)

    judgements.propose([row.pk], "suspended", reason="育児休業", by=dx, at=NOW)
    confirm(dx)

    found = fresh(row)
    assert (found.status, found.status_on, found.judged_on) == ("suspended", date(2026, 6, 3), TODAY)


def test_the_second_stage_is_not_completed_before_the_first(dx, asked):
    row = make.enrollment(make.promoter(make_staff.posting().employee), stage=2)

    with pytest.raises(RuleBroken, match="ステージは順番に進みます"):
        judgements.propose([row.pk], "recognised", reason="前職での経験", by=dx, at=NOW)


def test_a_stage_recognised_opens_the_next_one(dx, asked):
    who = make.promoter(make_staff.posting().employee, cohort=R7)
    make.enrollment(who, fiscal_year=R7, status=StageStatus.COMPLETED, outcome="recognised")
    row = make.enrollment(who, stage=2, fiscal_year=R8)

    judgements.propose([row.pk], "recognised", reason="前職での経験", by=dx, at=NOW)

    assert fresh(row).outcome == "recognised"


def test_an_empty_curriculum_is_never_met(dx):
    row = make.enrollment(make.promoter(make_staff.posting().employee))

    with pytest.raises(RuleBroken, match="カリキュラムの項目がない"):
        judgements.propose([row.pk], "completed", by=dx, at=NOW)


def test_a_stage_accepted_as_a_whole_can_be_completed(dx, asked):
    row = someone(asked, met=False)
    rulings.rule(row.pk, kind="accept", reason="実務経験", by=dx, at=NOW)

    judgements.propose([row.pk], "completed", by=dx, at=NOW)

    assert fresh(row).outcome == "completed"


def test_what_changed_since_it_was_shown_is_not_decided(dx, asked):
    first, second = someone(asked, met=True), someone(asked, met=True)
    judgements.propose([first.pk], "completed", by=dx, at=NOW)
    seen = judgements.batch(R8, on=TODAY).seen
    judgements.propose([second.pk], "completed", by=dx, at=NOW)

    with pytest.raises(RuleBroken, match="表示したあとで"):
        judgements.confirm(R8, seen=seen, by=dx, at=NOW)
    assert fresh(first).status == "in_progress"


def test_two_officers_who_look_at_the_same_person_do_not_overwrite_each_other(dx, asked):
    row = someone(asked, met=True)
    seen = judgements.seen_of(fresh(row))
    judgements.propose([row.pk], "carry_on", reason="業務の都合", by=dx, at=NOW, seen=seen)

    with pytest.raises(RuleBroken, match="表示したあとで"):
        judgements.propose([row.pk], "completed", by=dx, at=NOW, seen=seen)
    assert fresh(row).outcome == "carry_on"


def test_the_day_of_the_decision_is_one_of_the_year_by_which_all_was_there(dx, asked):
    row = someone(asked, met=True)
    judgements.propose([row.pk], "completed", by=dx, at=NOW)

    for day, words in ((date(2026, 3, 31), "令和8年度"), (TODAY + timedelta(days=1), "今日まで")):
        with pytest.raises(RuleBroken, match=words):
            confirm(dx, decided_on=day)
    with pytest.raises(RuleBroken, match="残っています"):
        confirm(dx, decided_on=date(2026, 9, 30))
    confirm(dx, decided_on=date(2026, 10, 1))
    assert fresh(row).status_on == date(2026, 10, 1)


def test_a_closed_year_is_neither_drafted_nor_decided(dx, asked):
    row = make.enrollment(make.promoter(make_staff.posting().employee, cohort=R7), fiscal_year=R7)
    judgements.propose([row.pk], "repeat", reason="出席不足", by=dx, at=NOW)
    closing.close(R7, by=dx, at=NOW, reason="締め")

    with pytest.raises(RuleBroken, match="締められています"):
        judgements.propose([row.pk], "carry_on", reason="業務の都合", by=dx, at=NOW)
    with pytest.raises(RuleBroken, match="締められています"):
        judgements.confirm(R7, seen=judgements.batch(R7, on=TODAY).seen, by=dx, at=NOW)
    assert fresh(row).status == "in_progress"


@pytest.mark.parametrize("role", [OfficeRole.HR, OfficeRole.INFO, OfficeRole.ADMIN, OfficeRole.VIEWER])
def test_only_dx_judges(role, asked):
    row, other = someone(asked, met=True), make_staff.office(role)

    for act in (
        lambda: judgements.propose([row.pk], "completed", by=other, at=NOW),
        lambda: judgements.confirm(R8, seen="", by=other, at=NOW),
        lambda: judgements.take_back(row.pk, reason="誤り", by=other, at=NOW),
        lambda: stage_certificates.issue_for(StageEnrollment.objects.all(), by=other, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_judgement_taken_back_is_told_and_takes_the_certificate_along(dx, asked):
    row = someone(asked, met=True)
    judgements.propose([row.pk], "completed", by=dx, at=NOW)
    confirm(dx)
    told = Notice.objects.count()

    judgements.take_back(row.pk, reason="出席の記録の誤り", by=dx, at=NOW)

    found = fresh(row)
    assert (found.status, found.outcome, found.judged_on) == ("in_progress", "", None)
    assert not Certificate.objects.get().is_valid
    assert Notice.objects.count() == told + 2
    event = AuditEvent.objects.get(action="judgement_taken_back")
    assert (event.before["判定"], event.reason) == ("修了", "出席の記録の誤り")

    later = NOW + timedelta(hours=1)
    judgements.propose([row.pk], "completed", by=dx, at=later)
    judgements.confirm(R8, seen=judgements.batch(R8, on=TODAY).seen, by=dx, at=later)
    assert Certificate.objects.valid().count() == 1
    assert Notice.objects.filter(key__startswith="judged:").count() == 2


def test_a_fact_corrected_after_the_decision_contradicts_it_and_takes_nothing_back(dx, asked):
    row = someone(asked, met=True)
    judgements.propose([row.pk], "completed", by=dx, at=NOW)
    confirm(dx)

    done = row.promoter.employee.completions.get()
    completions.revoke(done.pk, reason="誤り", by=make_training.officer(), at=NOW)

    assert fresh(row).status == "completed"
    assert StageProgress.objects.get(enrollment=row).standing == "contradictory"


def _queries(act) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        act()
    return len(found)


def test_many_are_drafted_and_decided_with_the_queries_of_a_few(dx, asked):
    few = [someone(asked, met=True) for _ in range(2)]
    drafting = _queries(lambda: judgements.propose([row.pk for row in few], "completed", by=dx, at=NOW))
    deciding = _queries(lambda: confirm(dx))
    many = [someone(asked, met=True) for _ in range(12)]
    later = NOW + timedelta(hours=1)

    assert _queries(lambda: judgements.propose([row.pk for row in many], "completed", by=dx, at=later)) <= drafting
    assert _queries(lambda: confirm(dx)) <= deciding


def test_the_conditions_are_kept_with_the_progress(asked):
    row = someone(asked, met=False)
    recomputing.of_enrollments([row.pk], at=NOW)

    lessons, whole = StageProgress.objects.get(enrollment=row).conditions
    assert (lessons["code"], lessons["state"], lessons["done"], lessons["asked"]) == ("lessons", "red", 0, 1)
    assert lessons["missing"] == [f"「{asked.items.get().title}」"]
    assert (whole["code"], whole["state"]) == ("whole", "red")
