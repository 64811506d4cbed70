"""Correcting the programme in the admin: states by an act of their own, cohorts never, figures computed again."""

from datetime import date

import pytest
from django.urls import reverse

from aomori_dx.kernel import audit
from aomori_dx.kernel.clock import now
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent, Job
from staff.models import OfficeRole
from stages.models import AnnualTarget, Exemption, GrowthStage, Promoter, QuotaSnapshot, StageEnrollment, StageStatus
from stages.services.corrections import correct_status
from tests.admin_pages import (
    REASON,
    address,
    client_of,
    corrector,
    forbidden_markup,
    list_address,
    typed,
    watcher,
)
from tests.factories import staff as make_staff
from tests.factories import stages as make
from tests.factories.stages import R7, R8, R9

pytestmark = pytest.mark.django_db

ASKED = {"to": "completed", "on": "R8.11.20", "correction_reason": REASON}


@pytest.fixture
def client():
    return corrector()


@pytest.fixture
def admin_account():
    return make_staff.office(OfficeRole.ADMIN)


def errors_of(response) -> str:
    form = response.context.get("form") or response.context["adminform"].form
    return " ".join(message for messages in form.errors.values() for message in messages)


def answers_of(response) -> dict[str, str]:
    """What the page would send on: its fields as shown."""
    return {bound.html_name: str(bound.value() or "") for bound in response.context["form"]}


def correct(client, enrollment, **changes):
    """Both steps of the act."""
    where = address(enrollment, "correct_status")
    asked = client.post(where, answers_of(client.get(where)) | ASKED | changes)
    return client.post(where, answers_of(asked))


def test_a_state_is_corrected_in_two_steps_and_the_first_writes_nothing(client):
    enrollment = make.enrollment()
    where = address(enrollment, "correct_status")
    asked = client.post(where, answers_of(client.get(where)) | ASKED)
    page = asked.content.decode()
    assert "受講中(令和8年6月3日から) → 修了(令和8年11月20日から)" in page
    assert "「①業務効率化」の修了者として数えられます。" in page
    assert "枠と育成実績を計算し直します。" in page
    assert forbidden_markup(asked) == []
    enrollment.refresh_from_db()
    assert enrollment.status == StageStatus.IN_PROGRESS
    assert not AuditEvent.objects.exists()

    assert client.post(where, answers_of(asked)).status_code == 302
    enrollment.refresh_from_db()
    assert (enrollment.status, enrollment.status_on) == (StageStatus.COMPLETED, date(2026, 11, 20))
    event = audit.history_of(enrollment).get()
    assert event.action == "status_corrected"
    assert event.before == {"status": "in_progress", "status_on": "2026-06-03"}
    assert event.after == {"status": "completed", "status_on": "2026-11-20"}
    assert event.reason == REASON
    history = client.get(address(enrollment, "history")).content.decode()
    assert "状態の訂正" in history
    assert "令和8年11月20日" in history


def test_a_state_cannot_be_posted_to_the_ordinary_form(client):
    enrollment = make.enrollment()
    answers = typed(client.get(address(enrollment)), status="completed", status_on="2026-11-20", started_on="R8.6.1")
    assert client.post(address(enrollment), answers).status_code == 302
    enrollment.refresh_from_db()
    assert (enrollment.status, enrollment.status_on) == (StageStatus.IN_PROGRESS, date(2026, 6, 3))
    assert audit.history_of(enrollment).get().after == {"started_on": "2026-06-01"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"correction_reason": ""}, "訂正の理由"),
        ({"correction_reason": "短い"}, "訂正の理由"),
        ({"to": "genius"}, "正しく選択"),
        ({"on": "R8.2.30"}, "2月30日"),
        ({"on": "R8.11.24"}, "先の日付にはできません。"),
        ({"on": "R8.6.2"}, "開始日(令和8年6月3日)以後"),
        ({"to": "in_progress", "on": "R8.6.3"}, "訂正するものがありません"),
    ],
)
def test_what_is_not_possible_is_told_before_it_is_confirmed(client, changes, sentence):
    enrollment = make.enrollment()
    response = client.post(address(enrollment, "correct_status"), {"seen": "x"} | ASKED | changes)
    assert response.status_code == 200
    assert sentence in errors_of(response) or sentence in response.content.decode()
    assert "confirmed" not in response.context["form"].fields
    assert not AuditEvent.objects.exists()


def test_the_stages_are_climbed_in_order_in_a_correction_too(client):
    who = make.promoter(cohort=R7)
    first = make.enrollment(who, stage=1)
    second = make.enrollment(who, stage=2, fiscal_year=R8)
    assert "「①業務効率化」を修了していません" in correct(client, second).content.decode()
    correct(client, first)
    correct(client, second)
    second.refresh_from_db()
    assert second.status == StageStatus.COMPLETED
    refused = correct(client, first, to="not_completed")
    assert "先のステージの状態から訂正してください。" in refused.content.decode()
    first.refresh_from_db()
    assert first.status == StageStatus.COMPLETED


def test_a_stage_is_completed_once(client):
    who = make.promoter(cohort=R7)
    make.enrollment(who, status=StageStatus.COMPLETED)
    again = make.enrollment(who, fiscal_year=R8, status=StageStatus.NOT_COMPLETED)
    assert "すでに修了しています" in correct(client, again).content.decode()
    again.refresh_from_db()
    assert again.status == StageStatus.NOT_COMPLETED


@pytest.mark.parametrize(
    ("was", "to", "sentence"),
    [
        ("completed", "not_completed", "修了者から外れます。"),
        ("withdrawn", "in_progress", "受講中に戻り"),
        ("completed", "withdrawn", "この先のステージの登録は残ります。"),
    ],
)
def test_what_follows_is_said(client, was, to, sentence):
    who = make.promoter(cohort=R7)
    enrollment = make.enrollment(who, status=was)
    make.enrollment(who, stage=2, fiscal_year=R8)
    where = address(enrollment, "correct_status")
    asked = client.post(where, answers_of(client.get(where)) | ASKED | {"to": to})
    assert sentence in asked.content.decode()


def test_a_state_that_changed_meanwhile_is_not_written_over(client):
    enrollment = make.enrollment()
    where = address(enrollment, "correct_status")
    asked = client.post(where, answers_of(client.get(where)) | ASKED)
    correct(corrector(), enrollment, to="suspended", on="R8.11.1")
    response = client.post(where, answers_of(asked))
    assert "状態が「中断」(令和8年11月1日)に変わりました" in errors_of(response)
    enrollment.refresh_from_db()
    assert enrollment.status == StageStatus.SUSPENDED
    again = client.post(where, answers_of(response))
    assert client.post(where, answers_of(again)).status_code == 302
    enrollment.refresh_from_db()
    assert enrollment.status == StageStatus.COMPLETED


@pytest.mark.parametrize("seen", ["", "in_progress", "in_progress|x", "x|2026-06-03"])
def test_a_made_up_state_is_no_state_that_was_seen(client, seen):
    enrollment = make.enrollment()
    where = address(enrollment, "correct_status")
    assert client.post(where, ASKED | {"seen": seen, "confirmed": "1"}).status_code == 200
    enrollment.refresh_from_db()
    assert enrollment.status == StageStatus.IN_PROGRESS


def test_only_who_may_correct_corrects_a_state(admin_account):
    enrollment = make.enrollment()
    for client in (watcher(), client_of(make_staff.office(OfficeRole.DX))):
        assert client.get(address(enrollment, "correct_status")).status_code == 403
        answers = ASKED | {"seen": "in_progress|2026-06-03", "confirmed": "1"}
        assert client.post(address(enrollment, "correct_status"), answers).status_code == 403
    day = date(2026, 11, 20)
    with pytest.raises(NotAllowed):
        correct_status(
            enrollment.pk, to="completed", on=day, reason=REASON, by=make_staff.office(OfficeRole.INFO), at=now()
        )
    for wrong in ({"reason": " "}, {"to": "genius"}):
        with pytest.raises(RuleBroken):
            correct_status(
                enrollment.pk,
                **{"to": "completed", "on": day, "reason": REASON, "by": admin_account, "at": now(), **wrong},
            )
    enrollment.refresh_from_db()
    assert enrollment.status == StageStatus.IN_PROGRESS
    assert not AuditEvent.objects.exists()


def test_a_year_that_does_not_exist_has_no_state(client):
    assert client.get(reverse("admin:stages_stageenrollment_correct_status", args=[0])).status_code == 404


def test_a_cohort_never_changes(client):
    promoter = make.promoter(cohort=R8)
    answers = typed(client.get(address(promoter)), cohort="R9", route="self")
    assert client.post(address(promoter), answers).status_code == 302
    promoter.refresh_from_db()
    assert (promoter.cohort, promoter.route) == (R8, "self")
    assert audit.history_of(promoter).get().after == {"route": "self"}


def test_an_added_promoter_is_appointed_with_stage_one(client):
    person, place = make_staff.employee(), make_staff.department()
    answers = {
        "employee": person.pk, "cohort": "R8", "route": "recommended", "department": place.pk,
        "appointed_on": "R8.6.3", "correction_reason": REASON,
    }  # fmt: skip
    response = client.post(list_address(Promoter, "add"), answers)
    assert "先に育成ステージを登録してください" in errors_of(response)
    make.stages()
    assert client.post(list_address(Promoter, "add"), answers).status_code == 302
    enrollment = StageEnrollment.objects.get()
    assert (enrollment.promoter.employee, enrollment.stage.number, enrollment.fiscal_year) == (person, 1, R8)
    assert audit.history_of(enrollment.promoter).get().reason == REASON
    again = client.post(list_address(Promoter, "add"), answers)
    assert "この職員はすでにDX推進員に任命されています。" in errors_of(again)


def test_an_added_year_begins_in_progress_and_not_before_the_appointment(client):
    who = make.promoter(cohort=R8)
    stage = make.stages()[0]
    answers = {"promoter": who.pk, "stage": stage.pk, "started_on": "R7.6.3", "correction_reason": REASON}
    response = client.post(list_address(StageEnrollment, "add"), answers | {"fiscal_year": "R7"})
    assert "任命年度(令和8年度)より前の年度には登録できません。" in errors_of(response)
    answers |= {"fiscal_year": "令和9年度", "started_on": "R9.4.1", "status": "completed"}
    assert client.post(list_address(StageEnrollment, "add"), answers).status_code == 302
    enrollment = StageEnrollment.objects.get()
    assert (enrollment.fiscal_year, enrollment.status, enrollment.status_on) == (R9, "in_progress", date(2027, 4, 1))


def test_the_start_cannot_be_moved_behind_the_state(client):
    enrollment = make.enrollment()
    response = client.post(address(enrollment), typed(client.get(address(enrollment)), started_on="R8.7.1"))
    assert "状態の日付は開始日以後にしてください。" in errors_of(response)


def test_computed_figures_can_only_be_looked_at(client):
    snapshot = QuotaSnapshot.objects.create(
        revision=make.plan(), fiscal_year=R8, as_of=date(2026, 11, 23), inputs_digest="0" * 64,
        figures={"target": 200}, computed_at=now(), confirmed_at=now(),
    )  # fmt: skip
    assert "&quot;target&quot;: 200" in client.get(address(snapshot)).content.decode()
    assert client.post(address(snapshot), {"figures": "{}", "correction_reason": REASON}).status_code == 403
    assert client.post(address(snapshot, "delete"), {"correction_reason": REASON}).status_code == 403
    assert client.get(list_address(QuotaSnapshot, "add")).status_code == 403


def test_years_are_filtered_by_their_japanese_names(client):
    make.enrollment(make.promoter(cohort=R7))
    wanted = make.enrollment(make.promoter(cohort=R8))
    page = client.get(list_address(StageEnrollment))
    assert "令和8年度" in page.content.decode()
    page = client.get(f"{list_address(StageEnrollment)}?fiscal_year=2026")
    assert [row.pk for row in page.context["cl"].result_list] == [wanted.pk]
    chosen = [choice for spec in page.context["cl"].filter_specs for choice in spec.choices(page.context["cl"])]
    assert {"令和8年度", "すべて"} <= {choice["display"] for choice in chosen}
    assert next(choice["display"] for choice in chosen if choice["selected"]) == "令和8年度"


def test_a_corrected_fact_has_the_figures_computed_again(client):
    posting = make_staff.posting()
    assert client.post(address(posting), typed(client.get(address(posting)))).status_code == 302
    assert not Job.objects.exists()
    client.post(address(posting), typed(client.get(address(posting)), title="主査"))
    assert Job.objects.get().kind == "compute_quotas"
    correct(client, make.enrollment())
    assert Job.objects.count() == 1
    account = make_staff.user()
    Job.objects.all().delete()
    client.post(address(account), typed(client.get(address(account)), display_name="別の名前"))
    assert not Job.objects.exists()


def test_a_stage_that_somebody_climbs_stays_and_an_exemption_may_go(client):
    stage = make.enrollment().stage
    refused = client.post(address(stage, "delete"), {"correction_reason": REASON})
    assert "ほかのデータから参照されているため、削除できません。" in refused.content.decode()
    assert GrowthStage.objects.filter(pk=stage.pk).exists()
    exemption = Exemption.objects.create(department=make_staff.department(), fiscal_year=R8, reason="小規模")
    assert client.post(address(exemption, "delete"), {"correction_reason": REASON}).status_code == 302
    assert AuditEvent.objects.get(action="removed").before["fiscal_year"] == "R8"
    assert client.get(reverse("admin:stages_exemption_delete", args=[exemption.pk])).status_code == 302
    assert not AnnualTarget.objects.exists()
