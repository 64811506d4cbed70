"""`/promoters/standing/` and the office's page of one promoter's progress."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aomori_dx.kernel.models import AuditEvent, Job
from stages.models import ProgressRuling, Promoter, StageProgress
from stages.services import recomputing
from tests.conftest import NOW
from tests.factories import growth, programme
from tests.factories import staff as make
from tests.factories import stages as make_stages
from tests.factories import training as make_training
from tests.stages.test_recomputing import lasting, someone

pytestmark = pytest.mark.django_db
LIST = "/promoters/standing/"


@pytest.fixture
def office() -> Client:
    client = Client()
    client.force_login(programme.officer())
    return client


def words(client: Client, address: str, **query) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_worst_comes_first_and_each_condition_narrows(office):
    behind, stuck = someone(lasting()), someone(make_training.course())
    stuck.promoter.employee.name = "八戸　次郎"
    stuck.promoter.employee.fold_names().save()
    recomputing.all_of_year(None, at=NOW)

    page = words(office, LIST)
    number = behind.promoter.employee.employee_number
    assert page.index("八戸　次郎") < page.index(number)
    assert "申し込める開催回がありません" in page
    assert number not in words(office, LIST, standing="stuck")
    assert "八戸　次郎" in words(office, LIST, q="八戸", stage="1", cohort="2026")
    assert "この条件に合う方はいません" in words(office, LIST, stage="2")
    bureau = stuck.promoter.department.parent.pk
    assert number not in words(office, LIST, bureau=str(bureau))


def test_a_contradiction_of_an_earlier_year_is_on_the_list_and_an_ended_year_is_not(office):
    row = someone(lasting(), status="completed", status_on=NOW.date())
    someone(lasting(), status="not_completed", status_on=NOW.date())
    recomputing.all_of_year(None, at=NOW)
    assert "修了と判定されていますが" in words(office, LIST)
    assert StageProgress.objects.to_be_looked_at(row.fiscal_year.next).count() == 1


def test_the_list_leaves_as_a_file_and_says_so(office):
    someone(lasting())
    recomputing.all_of_year(None, at=NOW)
    answer = office.get(f"{LIST}download/", {"format": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[0].startswith("職員番号,氏名,現在の部局")
    assert "遅れ" in text
    assert AuditEvent.objects.filter(action="exported").exists()


def test_the_list_costs_the_same_for_three_and_for_thirty(office):
    asked = someone(lasting()).curriculum
    counts = []
    for number in (2, 30):
        for _ in range(number):
            make_stages.enrollment(make_stages.promoter(), curriculum=asked)
        recomputing.all_of_year(None, at=NOW)
        with CaptureQueriesContext(connection) as found:
            words(office, LIST)
        counts.append(len(found))
    assert counts[0] == counts[1] <= 15


def test_everything_can_be_computed_again_on_demand(office):
    assert office.post(f"{LIST}recompute/").status_code == 302
    assert Job.objects.filter(kind=recomputing.KIND).count() == 1


def test_the_office_asks_how_it_was_on_a_day(office):
    course = lasting(name="DX基礎")
    row = someone(course)
    make_training.completion(row.promoter.employee, course, completed_on=date(2026, 10, 1))
    address = f"/promoters/{row.promoter.pk}/"
    answer = office.get(address, {"as_of": "2026-09-30"})
    assert answer.status_code == 302
    then = words(office, answer.url)
    assert "令和8年9月30日現在の内容です" in then
    assert "修了までに残っていること" in then
    assert "修了判定をお待ちください" in words(office, f"{address}progress/", as_of="R8.10.1")
    assert "今日までの日付" in words(office, f"{address}progress/", as_of="2027-01-01")


def post(client: Client, promoter: Promoter, **fields):
    return client.post(f"/promoters/{promoter.pk}/rulings/", fields)


def test_a_decision_is_made_on_the_page_and_taken_back_there(office):
    row = someone(lasting(name="DX基礎"))
    item = row.curriculum.items.get()
    answer = post(office, row.promoter, item=item.pk, kind="exempt", reason="資格を持つ", ruled_on="")
    assert answer.status_code == 302
    page = words(office, answer.url)
    assert "資格を持つ" in page
    assert StageProgress.objects.get().met_on == NOW.date()

    address = f"/promoters/{row.promoter.pk}/rulings/{ProgressRuling.objects.get().pk}/revoke/"
    refused = office.post(address, {"reason": " "})
    assert refused.status_code == 409
    assert "理由を入力してください" in refused.content.decode()
    assert office.post(address, {"reason": "誤り"}).status_code == 302
    assert StageProgress.objects.get().met_on is None


def test_what_was_typed_is_kept_when_a_decision_is_refused(office):
    row = someone(lasting())
    answer = post(office, row.promoter, kind="exempt", reason="資格を持つ")
    assert answer.status_code == 409
    assert "免除する項目を選んでください" in answer.content.decode()
    assert "資格を持つ" in answer.content.decode()
    assert post(office, row.promoter, kind="", reason="").status_code == 422
    assert not ProgressRuling.objects.exists()


def test_the_personnel_office_looks_and_does_not_decide():
    row = someone(lasting())
    client = Client()
    client.force_login(programme.officer("hr_office"))
    assert "登録する" not in words(client, f"/promoters/{row.promoter.pk}/progress/")
    assert post(client, row.promoter, kind="accept", reason="x").status_code == 403


def test_one_persons_pages_cost_the_same_whatever_the_history(office):
    row = someone(lasting())
    counts = []
    for courses in (1, 20):
        for _ in range(courses):
            course = lasting()
            growth.item(row.curriculum, course)
            done = make_training.completion(row.promoter.employee, course)
            make_training.certificate(done)
            growth.ruling(row, recorded_at=NOW - timedelta(days=1))
        for page in ("", "progress/"):
            with CaptureQueriesContext(connection) as found:
                words(office, f"/promoters/{row.promoter.pk}/{page}")
            counts.append(len(found))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 15


def test_the_line_of_time_tells_what_was_learned_decided_and_certified(office):
    course = lasting(name="DX基礎")
    row = someone(course)
    make_training.certificate(make_training.completion(row.promoter.employee, course))
    growth.report(row, status="working", title="照会のフォーム化")
    growth.examination(row.promoter)
    growth.ruling(row, row.curriculum.items.get(), kind="exempt")
    page = words(office, f"/promoters/{row.promoter.pk}/")
    for told in (
        "「DX基礎」を修了",
        "修了証を発行: DX基礎",
        "実践報告「照会のフォーム化」",
        "ITパスポートに合格",
        "「DX基礎」を免除",
        f"カリキュラム 第{row.curriculum.version}版",
    ):
        assert told in page


def test_the_offices_home_counts_who_is_at_risk_and_the_promoters_leads_to_the_next_thing(office):
    row = someone(lasting())
    assert "育成が遅れている方" not in words(office, "/")
    recomputing.all_of_year(None, at=NOW)
    assert "育成が遅れている方" in words(office, "/")
    client = Client()
    client.force_login(make.user(row.promoter.employee))
    page = words(client, "/")
    assert 'href="/me/progress/"' in page
    assert "育成が遅れている方" not in page


def test_as_of_a_day_before_the_judgement_the_year_was_going_on(office):
    course = lasting()
    row = someone(course, status="completed", status_on=NOW.date())
    make_training.completion(row.promoter.employee, course, completed_on=date(2026, 10, 1))
    address = f"/promoters/{row.promoter.pk}/progress/"
    assert "①業務効率化を修了しました" in words(office, address)
    then = words(office, address, as_of="2026-09-30")
    assert "①業務効率化を受講中です" in then
    assert "修了しました" not in then
