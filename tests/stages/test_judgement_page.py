"""修了判定 in the browser: the board, drafts, 確定, one person, files and certificates."""

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from aomori_dx.kernel import closing
from staff.models import OfficeRole
from stages.models import StageEnrollment, StageStatus
from stages.services import judgements, recomputing
from tests.conftest import NOW
from tests.factories import growth
from tests.factories import staff as make_staff
from tests.factories import stages as make
from tests.factories import training as make_training
from tests.factories.stages import R7
from training.models import Certificate, Method

pytestmark = pytest.mark.django_db
BOARD = "/promoters/judgement/"


@pytest.fixture
def officer():
    make.plan()
    return make_staff.office(OfficeRole.DX)


@pytest.fixture
def dx(officer):
    return client_of(officer)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def asked(officer):
    lesson, meeting = make_training.course(method=Method.ELEARNING), make_training.course(method=Method.CLASSROOM)
    return growth.curriculum(lesson, meeting)


def someone(asked, *, met: bool, **fields) -> StageEnrollment:
    person = make_staff.posting().employee
    row = make.enrollment(make.promoter(person), curriculum=asked, **fields)
    for item in asked.items.all() if met else ():
        make_training.completion(person, item.course, completed_on=date(2026, 10, 1))
    recomputing.of_enrollments([row.pk], at=NOW)
    return row


def text(answer) -> str:
    return answer.content.decode()


def act(client, rows, name, **more):
    given = {"which": "marked", "marked": [row.pk for row in rows], "act": name, **more}
    return client.post(f"{BOARD}act/?year=R8", given)


def decide(client):
    page = client.get(f"{BOARD}confirm/?year=R8")
    seen = page.context["form"]["seen"].value()
    return client.post(f"{BOARD}confirm/?year=R8", {"seen": seen, "decided_on": "R8.11.23"})


def test_every_condition_stands_in_words_and_the_missing_one_by_its_name(dx, asked):
    someone(asked, met=False)
    page = text(dx.get(BOARD))

    for words in (
        "必修の研修",
        "集合研修の出席",
        "不足",
        "0/1",
        asked.items.all()[1].title,
        "条件を満たし、判定案がない",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=met", "met"),
        ("state=unmet", "unmet"),
        ("step=drafted", "met"),
        ("outcome=completed", "met"),
        ("status=suspended", "away"),
        ("state=none", "old"),
        ("year=R7", "past"),
    ],
)
def test_the_board_is_narrowed(dx, officer, asked, query, found):
    rows = {
        "met": someone(asked, met=True),
        "unmet": someone(asked, met=False),
        "away": someone(asked, met=False, status=StageStatus.SUSPENDED),
        "old": make.enrollment(make.promoter(make_staff.posting().employee)),
        "past": make.enrollment(make.promoter(make_staff.posting().employee, cohort=R7), fiscal_year=R7),
    }
    judgements.propose([rows["met"].pk], "completed", by=officer, at=NOW)

    ids = {row.pk for row in dx.get(f"{BOARD}?{query}").context["page"].object_list}

    assert rows[found].pk in ids
    assert ids <= {rows[found].pk, rows["away"].pk}


def test_the_board_is_narrowed_by_place_stage_cohort_and_name(dx, asked):
    row, other = someone(asked, met=True), someone(asked, met=False)
    place = row.promoter.employee.postings.get().department
    for query in (f"department={place.pk}", f"bureau={place.parent_id}", f"q={row.promoter.employee.employee_number}"):
        assert [each.pk for each in dx.get(f"{BOARD}?{query}").context["page"]] == [row.pk]
    for query in ("stage=1", "cohort=2026"):
        assert {each.pk for each in dx.get(f"{BOARD}?{query}").context["page"]} == {row.pk, other.pk}
    assert not list(dx.get(f"{BOARD}?stage=2").context["page"])


def test_who_is_met_is_drafted_together_shown_by_name_and_decided(dx, asked):
    rows = [someone(asked, met=True) for _ in range(3)]
    assert act(dx, [], "completed", which="all", count=3).status_code == 302

    page = text(dx.get(f"{BOARD}confirm/?year=R8"))
    assert "3人の判定を確定する" in page
    assert all(row.promoter.employee.name in page for row in rows)

    assert decide(dx).status_code == 302
    assert {row.status for row in StageEnrollment.objects.all()} == {"completed"}
    answer = dx.get(f"{BOARD}certificates.pdf?year=R8")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")


def test_who_is_not_met_is_named_and_what_was_typed_stays(dx, asked):
    met, unmet = someone(asked, met=True), someone(asked, met=False)

    answer = act(dx, [met, unmet], "completed", reason="書いた理由")

    assert answer.status_code == 409
    assert "判定できない方が1人います。何も変更していません。" in text(answer)
    assert "書いた理由" in text(answer)
    assert f'value="{unmet.pk}" checked' in text(answer)
    assert {row.outcome for row in StageEnrollment.objects.all()} == {""}


def test_others_are_judged_one_by_one_with_a_reason_and_taken_back(dx, officer, asked):
    row = someone(asked, met=False)
    one = f"{BOARD}{row.pk}/"
    seen = dx.get(one).context["form"]["seen"].value()
    assert "completed" not in dict(dx.get(one).context["form"].fields["outcome"].choices)

    refused = dx.post(f"{one}propose/", {"outcome": "repeat", "reason": "", "seen": seen})
    assert (refused.status_code, "理由が必要です" in text(refused)) == (409, True)
    assert dx.post(f"{one}propose/", {"outcome": "repeat", "reason": "出席不足", "seen": seen}).status_code == 302
    decide(dx)
    assert StageEnrollment.objects.get().status == "not_completed"

    seen = dx.get(one).context["back"]["seen"].value()
    assert dx.post(f"{one}take-back/", {"reason": "", "seen": seen}).status_code == 422
    assert dx.post(f"{one}take-back/", {"reason": "記録の誤り", "seen": seen}).status_code == 302
    assert StageEnrollment.objects.get().status == "in_progress"
    assert "記録の誤り" in text(dx.get(one))


def test_a_closed_year_is_looked_at_only(dx, officer, asked):
    row = make.enrollment(make.promoter(make_staff.posting().employee, cohort=R7), fiscal_year=R7)
    for year in (make.R6, R7):
        closing.close(year, by=officer, at=NOW, reason="締め")

    page = dx.get(f"{BOARD}?year=R7")
    assert "締められています" in text(page)
    assert "選んだ方の判定案" not in text(page)
    answer = dx.post(f"{BOARD}act/?year=R7", {"marked": [row.pk], "act": "repeat", "reason": "出席不足"})
    assert answer.status_code == 409


def test_the_other_offices_look_on(asked):
    row = someone(asked, met=True)
    reader = client_of(make_staff.office(OfficeRole.HR))

    assert "選んだ方の判定案" not in text(reader.get(BOARD))
    assert reader.get(f"{BOARD}{row.pk}/").context["form"] is None
    assert act(reader, [row], "completed").status_code == 403


def table(answer):
    return list(load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0].values)


def test_the_board_and_the_list_of_the_completed_are_handed_out(dx, asked):
    rows = [someone(asked, met=True), someone(asked, met=False)]
    act(dx, rows[:1], "completed")
    decide(dx)

    header, *lines = table(dx.get(f"{BOARD}download/?year=R8"))
    told = {line[0]: dict(zip(header, line, strict=True)) for line in lines}
    left = told[rows[1].promoter.employee.employee_number]
    assert (left["集合研修の出席(条件)"], left["集合研修の出席(求められる数)(件)"]) == ("red", 1)
    assert asked.items.all()[1].title in left["不足しているもの"]
    header, *lines = table(dx.get(f"{BOARD}completed/?year=R8"))
    assert [line[0] for line in lines] == [rows[0].promoter.employee.employee_number]
    assert "修了日" in header


def test_the_sheet_shows_everybody_of_the_conditions_by_stage(dx, asked):
    row = someone(asked, met=True)

    page = text(dx.get(f"{BOARD}sheet/?year=R8&state=met"))

    assert "ステージ1 業務効率化(1人)" in page
    assert row.promoter.employee.name in page


def test_certificates_of_years_before_are_issued_once(dx, asked):
    someone(asked, met=True, status=StageStatus.COMPLETED)

    for _ in range(2):
        assert dx.post(f"{BOARD}certificates/issue/?year=R8").status_code == 302

    paper = Certificate.objects.get()
    assert text(dx.get(f"/certificates/verify/{paper.code}/")).count("①業務効率化(令和8年度)")


def test_the_promoter_sees_nothing_before_the_decision_and_the_certificate_after_it(dx, asked):
    row = someone(asked, met=True)
    mine = client_of(make_staff.user(row.promoter.employee))
    before = text(mine.get("/me/progress/"))

    act(dx, [row], "completed")
    assert text(mine.get("/me/progress/")).replace("csrf", "").count("①業務効率化を修了しました") == 0
    assert "修了判定をお待ちください" in before

    decide(dx)
    after = text(mine.get("/me/progress/"))
    assert "①業務効率化を修了しました" in after
    assert f"/certificates/{Certificate.objects.get().pk}/" in after


def test_the_board_asks_the_same_whatever_the_number_of_people(dx, asked):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            dx.get(BOARD)
        return len(found)

    someone(asked, met=False)
    queries()
    few = queries()
    for number in range(20):
        someone(asked, met=bool(number % 2))
    assert queries() == few
    assert few <= 16
