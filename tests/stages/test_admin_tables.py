"""Tables of the programme out of the admin and back."""

from datetime import date

import pytest

from aomori_dx.kernel import audit
from aomori_dx.kernel.models import AuditEvent, Job
from stages.models import AnnualTarget, Exemption, GrowthStage, Promoter, StageEnrollment
from tests.admin_pages import REASON, bring, corrector, export, told, upload
from tests.factories import staff as make_staff
from tests.factories import stages as make
from tests.factories.stages import R8

pytestmark = pytest.mark.django_db

PROMOTERS = "職員番号,任命年度,枠,所属コード,任命年月日"


@pytest.fixture
def client():
    return corrector()


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
@pytest.mark.parametrize("model", [Promoter, AnnualTarget, Exemption, GrowthStage])
def test_what_went_out_changes_nothing_when_it_comes_back(client, model, extension):
    make.plan()
    make.promoter(withdrawal_reason="一行目\n二行目")
    Exemption.objects.create(department=make_staff.department(), fiscal_year=R8, reason="小規模所属")
    page = upload(client, model, export(client, model, extension))
    assert told(page) == ""
    assert page.context["rows"] == []


def test_a_promoter_is_corrected_by_file_but_never_the_cohort(client):
    promoter = make.promoter(cohort=R8)
    number, code = promoter.employee.employee_number, promoter.department.code
    page = upload(client, Promoter, f"{PROMOTERS}\n{number},R7,推薦枠,{code},R8.6.3\n")
    assert "任命年度は、いちど決まると変わりません。" in told(page)
    bring(client, Promoter, f"{PROMOTERS},辞退日,辞退の理由\n{number},R8,自薦枠,{code},R8.6.3,R8.10.1,本人の希望\n")
    promoter.refresh_from_db()
    assert (promoter.route, promoter.withdrawal_reason, promoter.cohort) == ("self", "本人の希望", R8)
    assert set(audit.history_of(promoter).get().after) == {"route", "withdrawn_on", "withdrawal_reason"}
    assert Job.objects.get().kind == "compute_quotas"


def test_a_new_row_is_an_appointment_recorded_once(client):
    person, place = make_staff.employee(), make_staff.department()
    line = f"{PROMOTERS}\n{person.employee_number},令和8年度,推薦枠,{place.code},2026/6/3\n"
    assert "育成ステージ①が登録されていません" in told(upload(client, Promoter, line))
    make.stages()
    bring(client, Promoter, line)
    promoter = Promoter.objects.get()
    assert StageEnrollment.objects.get().promoter == promoter
    assert [event.reason for event in audit.history_of(promoter)] == [REASON]


def test_targets_are_known_by_plan_revision_and_year(client):
    make.plan()
    head = "計画の改定,年度,新規任命の目標(人),推薦所属の基準日"
    bring(client, AnnualTarget, f"{head}\nr6-r10/1,R8,220,R8.5.1\n")
    assert AnnualTarget.objects.get(fiscal_year=R8).new_promoters == 220
    for wrong in ("r6-r10/9", "r6-r10", "x/1"):
        assert "計画のコード/版の番号" in told(upload(client, AnnualTarget, f"{head}\n{wrong},R8,1,\n"))
    assert "年度" in told(upload(client, AnnualTarget, f"{head}\nr6-r10/1,8,1,\n"))


def test_a_code_that_was_used_again_is_the_department_of_the_exempted_year(client):
    make_staff.department(code="001234", valid_to=date(2026, 4, 1))
    new = make_staff.department(code="001234", valid_from=date(2026, 4, 1))
    bring(client, Exemption, "所属コード,年度,理由\n1234,R8,小規模所属\n")
    assert Exemption.objects.get().department == new
    assert "この日には" in told(upload(client, Exemption, "所属コード,年度,理由\n1234,謎,小規模所属\n"))


def test_an_exemption_names_its_department_as_it_is_in_the_year(client):
    place = make_staff.department(code="001234")
    bring(client, Exemption, "所属コード,年度,理由\n1234,R8,小規模所属\n")
    exemption = Exemption.objects.get()
    assert (exemption.department, exemption.fiscal_year) == (place, R8)
    bring(client, Exemption, "所属コード,年度,理由\n1234,2026,人員不足\n")
    assert Exemption.objects.get().reason == "人員不足"
    assert [event.action for event in AuditEvent.objects.all()] == ["corrected", "added"]
