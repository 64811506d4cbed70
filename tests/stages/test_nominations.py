"""推薦 and 自薦 from the draft to the decision: what holds, who is told, what is kept."""

from datetime import date, timedelta

import pytest

from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent
from staff.models import EmploymentType, Notice, OfficeRole, Succession
from stages.models import Consent, Nomination, Promoter, StageEnrollment
from stages.rules import eligibility
from stages.services import declines, nominations, selection
from tests.conftest import NOW
from tests.factories import nominations as make
from tests.factories import staff
from tests.factories import stages as make_stages
from tests.factories.stages import R6, R8

pytestmark = pytest.mark.django_db
AFTER_THE_CLOSE = NOW + timedelta(days=10)


def told(to) -> list[str]:
    return list(Notice.objects.kept().filter(**to).order_by("pk").values_list("title", flat=True))


def test_a_head_drafts_and_submits_and_the_department_has_answered():
    make.call()
    where = make.house()
    draft = nominations.draft(where.place, where.person, fiscal_year=R8, reason="意欲", by=where.head, at=NOW)
    assert draft.status == "draft"
    row = nominations.submit(draft.pk, by=where.head, at=NOW)
    assert (row.status, row.submitted_at, row.place) == ("submitted", NOW, 1)
    again = nominations.draft(where.place, where.person, fiscal_year=R8, reason="別の理由", by=where.head, at=NOW)
    assert again.pk != row.pk  # what was submitted does not change under its reader's eyes


def test_the_same_draft_twice_is_one_row():
    where = make.house()
    one = nominations.draft(where.place, where.person, fiscal_year=R8, reason="意欲", by=where.head, at=NOW)
    two = nominations.draft(where.place, where.person, fiscal_year=R8, reason="熱意", by=where.head, at=NOW)
    assert (one.pk, two.reason) == (two.pk, "熱意")
    assert [event.action for event in AuditEvent.objects.order_by("pk")] == ["created", "edited"]


def test_a_deputys_act_is_recorded_as_such():
    make.call()
    where = make.house()
    deputy = staff.user(staff.deputy(where.place).employee)
    draft = nominations.draft(where.place, where.person, fiscal_year=R8, reason="意欲", by=deputy, at=NOW)
    nominations.submit(draft.pk, by=deputy, at=NOW)
    assert all("(代理)" in name for name in AuditEvent.objects.values_list("by_name", flat=True))


def test_the_head_of_the_day_answers_not_the_one_to_whom_it_was_sent():
    """R28: the call belongs to the post."""
    make.call()
    place = staff.department()
    former = staff.user(staff.head_of(place, valid_to=NOW.date()))
    successor = staff.user(staff.head_of(place, valid_from=NOW.date()))
    person = staff.posting(to=place).employee
    with pytest.raises(NotAllowed):
        nominations.draft(place, person, fiscal_year=R8, reason="意欲", by=former, at=NOW)
    draft = nominations.draft(place, person, fiscal_year=R8, reason="意欲", by=successor, at=NOW)
    assert nominations.submit(draft.pk, by=successor, at=NOW).status == "submitted"


def test_before_after_and_without_a_call_no_answer_is_taken():
    where = make.house()
    row = make.nomination(where)
    with pytest.raises(RuleBroken, match="推薦依頼はまだ出されていません"):
        nominations.submit(row.pk, by=where.head, at=NOW)
    call = make.call(opens_on=date(2026, 11, 24))
    with pytest.raises(RuleBroken, match="受付は令和8年11月24日からです"):
        nominations.submit(row.pk, by=where.head, at=NOW)
    call.opens_on = date(2026, 11, 2)
    call.save()
    with pytest.raises(RuleBroken, match="令和8年11月30日に締め切りました"):
        nominations.submit(row.pk, by=where.head, at=AFTER_THE_CLOSE)
    assert nominations.submit(row.pk, by=where.head, at=NOW.replace(day=30, hour=23)).status == "submitted"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda p, w: staff.absence(p, valid_to=date(2027, 4, 1)), "休職等の期間中です(〜R9.3.31)。"),
        (lambda p, w: make_stages.promoter(p, cohort=R6), "R6に任命済です(新規の推薦はできません)。"),
        (
            lambda p, w: make_stages.enrollment(make_stages.promoter(p, cohort=R6), status="completed"),
            "R6に育成済です(新規の推薦はできません)。",
        ),
        (lambda p, w: p.__class__.objects.filter(pk=p.pk).update(hired_on=date(2026, 6, 1)), "令和8年4月1日に在職"),
        (lambda p, w: p.__class__.objects.filter(pk=p.pk).update(left_on=date(2026, 11, 1)), "すでに退職しています。"),
        (
            lambda p, w: p.__class__.objects.filter(pk=p.pk).update(employment_type=EmploymentType.ANNUAL),
            "職員区分(会計年度任用職員)が対象外です。",
        ),
        (lambda p, w: w.place.postings.filter(employee=p).update(department=staff.department("会計課")), "会計課です"),
    ],
)
def test_who_cannot_be_nominated_is_told_why_in_the_words_of_the_list(change, reason):
    """R29 and rules 2, 4, 5: the refusal is the sentence that the list of candidates shows."""
    make.call()
    where = make.house()
    row = make.nomination(where)
    change(where.person, where)
    where.person.refresh_from_db()
    shown = eligibility.candidate(where.person, R8, where.place, on=NOW.date()).reasons
    with pytest.raises(RuleBroken) as refused:
        nominations.submit(row.pk, by=where.head, at=NOW)
    assert any(reason in sentence for sentence in shown)
    assert str(refused.value).splitlines() == shown


def test_candidates_are_read_in_five_queries_whatever_their_number(django_assert_max_num_queries):
    where = make.house()
    for number in (1, 20):
        people = [staff.posting(to=where.place).employee for _ in range(number)]
        with django_assert_max_num_queries(5):
            found = eligibility.candidates(people, R8, departments=[where.place.pk], on=NOW.date())
            assert [row.reasons for row in found] == [[]] * number


def test_one_place_a_department_also_under_its_new_name():
    """Rule 3 and E1: renamed in the year, the place that was filled stays filled."""
    make.call()
    where = make.house(name="税務課")
    make.nomination(where, status="submitted")
    today = NOW.date()
    where.place.valid_to = today
    where.place.save()
    renamed = staff.department("税制課", parent=where.place.parent, valid_from=today)
    Succession.objects.create(predecessor=where.place, successor=renamed, on=today, kind="renamed")
    for posting in where.place.postings.all():
        posting.valid_to = today
        posting.save()
    head, person = staff.user(staff.head_of(renamed, valid_from=today)), staff.posting(to=renamed, valid_from=today)
    draft = nominations.draft(renamed, person.employee, fiscal_year=R8, reason="意欲", by=head, at=NOW)
    with pytest.raises(RuleBroken, match="この所属の推薦はすでに提出されています。"):
        nominations.submit(draft.pk, by=head, at=NOW)


def test_a_call_for_two_takes_two_and_no_third():
    make.call(places=2)
    where = make.house()
    for place in (1, 2):
        person = staff.posting(to=where.place).employee
        row = nominations.draft(where.place, person, fiscal_year=R8, reason="意欲", by=where.head, at=NOW)
        assert nominations.submit(row.pk, by=where.head, at=NOW).place == place
    row = make.nomination(where)
    with pytest.raises(RuleBroken, match="すでに提出されています"):
        nominations.submit(row.pk, by=where.head, at=NOW)


def test_replacing_keeps_the_old_one_in_the_history():
    make.call()
    where = make.house()
    old = make.nomination(where, status="submitted")
    other = staff.posting(to=where.place).employee
    new = nominations.replace(old.pk, other, reason="より適任", by=where.head, at=NOW)
    old.refresh_from_db()
    assert (old.status, new.status, new.nominee) == ("withdrawn", "submitted", other)


def test_replacing_by_somebody_who_cannot_be_changes_nothing():
    make.call()
    where = make.house()
    old = make.nomination(where, status="submitted")
    trained = make_stages.promoter(staff.posting(to=where.place).employee, cohort=R6).employee
    with pytest.raises(RuleBroken, match="R6に任命済"):
        nominations.replace(old.pk, trained, reason="より適任", by=where.head, at=NOW)
    old.refresh_from_db()
    assert old.status == "submitted"


def test_a_second_way_is_refused_and_the_office_and_both_heads_are_told_once():
    """R32: it stays a draft which the office sees; a second press tells nobody twice."""
    make.call()
    where = make.house(name="税務課")
    make.nomination(where, status="submitted", route="self")
    draft = make.nomination(where)
    for _ in range(2):
        with pytest.raises(RuleBroken, match="R8の自薦枠に応募しています。"):
            nominations.submit(draft.pk, by=where.head, at=NOW)
    draft.refresh_from_db()
    assert (draft.status, draft.clashes_with.route) == ("draft", "self")
    assert len(told({"office": OfficeRole.DX})) == 1
    assert Nomination.objects.visible_to(where.dx, NOW.date()).filter(pk=draft.pk).exists()


def test_nothing_is_withdrawn_by_the_head_after_the_last_day():
    """R33"""
    make.call()
    where = make.house()
    row = make.nomination(where, status="submitted")
    with pytest.raises(RuleBroken, match="締め切りました"):
        nominations.withdraw(row.pk, by=where.head, at=AFTER_THE_CLOSE)
    assert selection.withdraw(row.pk, reason="電話連絡による", by=where.dx, at=AFTER_THE_CLOSE).status == "withdrawn"


def test_what_is_sent_back_comes_again_until_its_own_day():
    make.call()
    where = make.house()
    row = make.nomination(where, status="returned")  # until 10 December, after the call's last day
    assert told({"department": where.place})[-1].endswith("もう一度提出してください。")
    assert nominations.submit(row.pk, by=where.head, at=AFTER_THE_CLOSE).due is None
    row = selection.send_back(row.pk, comment="もう一度", due=date(2026, 12, 10), by=where.dx, at=AFTER_THE_CLOSE)
    with pytest.raises(RuleBroken, match="締め切りました"):
        nominations.submit(row.pk, by=where.head, at=NOW + timedelta(days=30))


def test_an_application_goes_to_the_head_and_back_with_a_word():
    make.call()
    where = make.house()
    row = nominations.apply_oneself(
        fiscal_year=R8, motive="学びたい", work_to_improve="申請", wanted_track=make.track(), by=where.login, at=NOW
    )
    nominations.submit(row.pk, by=where.login, at=NOW)
    assert "自薦枠に応募しました" in told({"department": where.place})[0]
    with pytest.raises(RuleBroken, match="「不同意」には理由が必要です。"):
        nominations.give_opinion(row.pk, agrees=False, opinion=" ", by=where.head, at=NOW)
    row = nominations.give_opinion(row.pk, agrees=True, opinion="応援します", by=where.head, at=NOW)
    assert (row.status, row.opinion) == ("endorsed", "応援します")
    assert told({"employee": where.person}) == ["自薦枠への応募に所属長が「同意」と回答しました。"]


@pytest.mark.parametrize(
    ("consent", "status", "sentence"),
    [
        (Consent.REQUIRED, "submitted", "所属長の同意がまだありません。"),
        (Consent.REQUIRED, "not_endorsed", "所属長の同意がまだありません。"),
        (Consent.REQUIRED, "endorsed", None),
        (Consent.OPTIONAL, "submitted", None),
        (Consent.OPTIONAL, "not_endorsed", None),
        (Consent.NONE, "submitted", None),
    ],
)
def test_the_call_decides_what_the_heads_consent_means(consent, status, sentence):
    """R34"""
    call = make.call()
    where = make.house()
    row = make.nomination(where, status=status, route="self")
    call.consent = consent
    call.save()
    if sentence is None:
        assert selection.take_up([row.pk], by=where.dx, at=NOW)[0].status == "in_review"
        return
    with pytest.raises(RuleBroken, match=sentence):
        selection.take_up([row.pk], by=where.dx, at=NOW)


def test_a_department_that_has_nobody_says_so_and_may_think_again():
    """E11: 推薦なし is an answer; it stands against a nomination until it is taken back."""
    make.call()
    where = make.house()
    row = declines.decline(where.place, fiscal_year=R8, reason_code="nobody", by=where.head, at=NOW)
    draft = make.nomination(where)
    with pytest.raises(RuleBroken, match="「推薦なし」と回答しています"):
        nominations.submit(draft.pk, by=where.head, at=NOW)
    with pytest.raises(RuleBroken, match="すでに「推薦なし」と回答しています"):
        declines.decline(where.place, fiscal_year=R8, reason_code="small", by=where.head, at=NOW)
    declines.take_back(row.pk, by=where.head, at=NOW)
    declines.take_back(row.pk, by=where.head, at=NOW)
    assert AuditEvent.objects.filter(action="taken_back").count() == 1
    assert nominations.submit(draft.pk, by=where.head, at=NOW).status == "submitted"
    with pytest.raises(RuleBroken, match="先に取り下げてください"):
        declines.decline(where.place, fiscal_year=R8, reason_code="nobody", by=where.head, at=NOW)


def test_other_reasons_need_a_word():
    make.call()
    where = make.house()
    with pytest.raises(RuleBroken, match="説明を入力してください"):
        declines.decline(where.place, fiscal_year=R8, reason_code="other", note=" ", by=where.head, at=NOW)


def test_nobody_hears_of_a_proposal_before_it_is_confirmed():
    """R35: then everybody at once, and the promoter and the year in stage ① are there."""
    make.call()
    make_stages.stages()
    where = make.house()
    row = make.nomination(where, status="in_review")
    Notice.objects.all().delete()
    selection.propose([row.pk], "accept", by=where.dx, at=NOW)
    row.refresh_from_db()
    assert (row.status, Notice.objects.count(), Promoter.objects.count()) == ("in_review", 0, 0)
    make.decide(row, "accept", by=where.dx)
    promoter = Promoter.objects.get(employee=where.person)
    assert (promoter.cohort, promoter.route, promoter.department) == (R8, "recommended", where.place)
    assert StageEnrollment.objects.get(promoter=promoter).stage.number == 1
    assert "「決定」となりました" in told({"employee": where.person})[0]
    assert "「決定」となりました" in told({"department": where.place})[0]


def test_who_was_recommended_and_not_taken_hears_it_from_the_head():
    make.call()
    where = make.house()
    make.nomination(where, status="declined")
    assert told({"employee": where.person}) == []
    assert "「不採用」" in told({"department": where.place})[0]
