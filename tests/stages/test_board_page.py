"""推薦と選考: the board and the page of one nomination, as the offices see and use them."""

import io
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from aomori_dx.kernel.models import AuditEvent
from staff.models import Notice, OfficeRole
from stages.models import Nomination, NominationCall, Promoter
from stages.services import quotas, selection
from tests.conftest import NOW
from tests.factories import nominations as make
from tests.factories import staff
from tests.factories import stages as make_stages
from tests.stages.board_rows import many

pytestmark = pytest.mark.django_db
URL = "/nominations/"


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def dx():
    make.call()
    make_stages.plan()
    return browser(staff.office(OfficeRole.DX))


def world() -> dict[str, Nomination]:
    """Four nominations that differ in everything the board can be narrowed by."""
    one, two, three, four = make.house(), make.house(), make.house(), make.house()
    two.person.postings.update(title="課長補佐", is_manager=True)
    return {
        "推薦": make.nomination(one, status="submitted"),
        "管理職": make.nomination(two, status="in_review", score_first=80, score_second=91),
        "自薦": make.nomination(three, status="in_review", route="self", proposal="accept", score_first=70),
        "差戻し": make.nomination(four, status="returned", route="self"),
    }


def found(client, **query) -> set[int]:
    response = client.get(URL, query)
    assert response.status_code == 200
    return {row.pk for row in response.context["page"]}


def test_the_address_narrows_the_board(dx):
    rows = world()
    make.nomination(make.house())  # a draft never came to the office
    pk = {name: row.pk for name, row in rows.items()}
    bureau = rows["推薦"].department.parent_id
    for query, expected in (
        ({}, set(pk.values())),
        ({"route": "self"}, {pk["自薦"], pk["差戻し"]}),
        ({"status": "in_review"}, {pk["管理職"], pk["自薦"]}),
        ({"proposal": "accept"}, {pk["自薦"]}),
        ({"proposal": "none"}, {pk["推薦"], pk["管理職"]}),
        ({"manager": "yes"}, {pk["管理職"]}),
        ({"manager": "no", "route": "recommended"}, {pk["推薦"]}),
        ({"title": "補佐"}, {pk["管理職"]}),
        ({"bureau": str(bureau)}, {pk["推薦"]}),
        ({"q": rows["自薦"].nominee.employee_number}, {pk["自薦"]}),
        ({"year": "R7"}, set()),
        ({"status": "nonsense"}, set()),
    ):
        assert found(dx, **query) == expected, query
    for column in ("name", "route", "title", "status", "first", "second", "average", "proposal", "place"):
        up, down = ([row.pk for row in dx.get(URL, {"sort": sign + column}).context["page"]] for sign in ("", "-"))
        assert set(up) == set(down) == set(pk.values())
    averages = [row.average for row in dx.get(URL, {"sort": "-average"}).context["page"]]
    assert averages[:2] == [85.5, 70]
    assert dx.get(URL, {"year": "x"}).status_code == 404


def test_looking_at_it_is_recorded_and_the_file_has_the_rows_of_the_list(dx):
    world()
    dx.get(URL, {"route": "self"})
    event = AuditEvent.objects.get(action="viewed")
    assert (event.object_label, event.after) == ("令和8年度の推薦の一覧 2件", {"route": "self"})
    response = dx.get(f"{URL}download/", {"format": "xlsx", "route": "self", "year": "2026"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))
    header, *rows = book.get_sheet_by_name("データ").to_python()
    assert {row[header.index("枠コード")] for row in rows} == {"self"}
    assert len(rows) == 2
    assert AuditEvent.objects.get(action="exported").object_label == "推薦一覧_R8 2件"


def test_the_queries_are_the_same_for_three_and_for_thirty_and_for_a_thousand(dx):
    quotas.compute(make.R8, as_of=NOW.date(), at=NOW)
    counts = []
    for number in (3, 27, 1000):
        many(number)
        with CaptureQueriesContext(connection) as queries:
            assert dx.get(URL).status_code == 200
        counts.append(len(queries))
    assert len(set(counts)) == 1
    assert counts[0] <= 16  # six of them for the frame


def test_the_places_are_counted_with_and_without_those_who_applied(dx):
    """R15: both totals are shown, the call says which one is measured."""
    world()
    make_stages.promoter()
    make_stages.promoter(withdrawn_on=date(2026, 7, 1))
    make_stages.promoter(route="self")
    assert "枠はまだ計算されていません" in dx.get(URL).content.decode()
    quotas.compute(make.R8, as_of=NOW.date(), at=NOW)
    lines = {line.label: line for line in dx.get(URL).context["capacity"].lines}
    both, alone = lines["合計(自薦を含む)"], lines["合計(自薦を含まない)"]
    assert (both.live, both.appointed, both.proposed, both.expected) == (4, 2, 1, 3)
    assert (alone.live, alone.appointed, alone.proposed) == (2, 1, 0)
    figures = quotas.latest(make.R8).figures
    assert both.goal == alone.goal == figures["target"] + figures["carry"]
    assert (lines["推薦枠"].goal, lines["自薦枠"].goal) == (figures["recommended_quota"], figures["self_guide"])
    assert (both.counted, alone.counted) == (True, False)
    NominationCall.objects.update(self_counts=False)
    lines = {line.label: line.counted for line in dx.get(URL).context["capacity"].lines}
    assert (lines["合計(自薦を含む)"], lines["合計(自薦を含まない)"]) == (False, True)


def act(client, query="", **typed):
    return client.post(f"{URL}act/{query}", {"which": "marked", "act": "accept", **typed})


def proposals(rows) -> list[str]:
    return [Nomination.objects.get(pk=row.pk).proposal for row in rows]


def test_one_or_many_or_all_are_proposed_and_nobody_is_told(dx):
    rows = [make.nomination(make.house(), status="submitted") for _ in range(3)]
    before = Notice.objects.count()
    assert act(dx, marked=[rows[0].pk]).status_code == 302
    assert proposals(rows) == ["accept", "", ""]
    response = act(dx, which="all", count=3, act="reserve", marked=[])
    assert response.status_code == 302
    assert proposals(rows) == ["reserve"] * 3
    assert act(dx, which="page", on_page=[row.pk for row in rows], act="take_back").status_code == 302
    assert proposals(rows) == [""] * 3
    assert act(dx, "?year=R8&route=self", which="all", count=0, act="accept", marked=[]).status_code == 302
    assert proposals(rows) == [""] * 3
    assert Notice.objects.count() == before


def test_what_is_refused_keeps_what_was_marked_and_typed(dx):
    rows = [make.nomination(make.house(), status="submitted") for _ in range(2)]
    for typed, status, sentence in (
        ({"marked": []}, 422, "推薦を選んでください"),
        ({"marked": [rows[0].pk], "act": ""}, 422, "操作を選んでください"),
        ({"marked": [rows[0].pk], "act": "decline", "reason": " "}, 409, "理由が必要です"),
        ({"which": "all", "count": 5, "marked": [rows[0].pk]}, 409, "件数が変わりました"),
    ):
        response = act(dx, **typed)
        page = response.content.decode()
        assert (response.status_code, sentence in page) == (status, True), typed
        assert page.count(" checked") == (2 if typed.get("marked") else 1)  # the row, and the choice of which
    assert proposals(rows) == ["", ""]
    accepted = make.nomination(make.house(), status="accepted")
    assert "「決定」の推薦には、選考案をつけられません" in act(dx, marked=[accepted.pk]).content.decode()


def test_readers_see_the_board_without_buttons(dx):
    row = world()["推薦"]
    for role in (OfficeRole.HR, OfficeRole.INFO, OfficeRole.ADMIN):
        reader = browser(staff.office(role))
        page = reader.get(URL).content.decode()
        assert row.nominee.name in page
        assert "実行する" not in page
        one = reader.get(f"{URL}{row.pk}/").content.decode()
        assert "この推薦について行うこと" not in one
        assert act(reader, marked=[row.pk]).status_code == 403
    assert proposals([row]) == [""]


def deed(client, row, name, **typed):
    return client.post(f"{URL}{row.pk}/{name}/", typed)


def test_the_single_acts_are_done_from_the_page_of_one(dx):
    row = make.nomination(make.house(), status="submitted")
    assert deed(dx, row, "score", first="88", second="").status_code == 302
    assert deed(dx, row, "send_back", comment="理由を具体的に", due="R8.12.10").status_code == 302
    row.refresh_from_db()
    assert (row.status, row.due, row.score_first, row.score_second) == ("returned", date(2026, 12, 10), 88, None)
    other = make.nomination(make.house(), status="accepted")
    assert f'href="{URL}{other.pk}/documents/decision.pdf"' in dx.get(f"{URL}{other.pk}/").content.decode()
    assert deed(dx, other, "turn_down", reason="異動のため").status_code == 302
    assert Promoter.objects.get(employee=other.nominee).withdrawn_on == NOW.date()
    assert deed(dx, other, "reopen", due="R8.12.20").status_code == 302
    third = make.nomination(make.house(), status="in_review")
    assert deed(dx, third, "propose", proposal="decline", reason="見送り").status_code == 302
    assert deed(dx, third, "withdraw", reason="重複のため").status_code == 302
    assert deed(dx, third, "nonsense").status_code == 404
    assert "評点1: (空欄) → 88" in " ".join(dx.get(f"{URL}{row.pk}/").content.decode().split())
    page = dx.get(f"{URL}{other.pk}/").content.decode()
    assert "再推薦の期限" in page
    assert "異動のため" in page


def test_what_cannot_be_done_says_why_and_what_is_refused_keeps_the_words(dx):
    row = make.nomination(make.house(), status="in_review")
    page = dx.get(f"{URL}{row.pk}/").content.decode()
    assert "「審査中」からは「辞退」にできません。" in page
    assert "再推薦を依頼できるのは、辞退、取下げ、不採用になった推薦枠だけです。" in page
    response = deed(dx, row, "send_back", comment="書き直してください", due="R8.11.1")
    assert response.status_code == 409
    assert "今日以後の日付" in response.content.decode()
    assert "書き直してください" in response.content.decode()
    assert deed(dx, row, "send_back", comment="", due="R8.12.1").status_code == 422
    assert deed(dx, row, "score", first="101", second="").status_code == 422
    row.refresh_from_db()
    assert (row.status, row.score_first) == ("in_review", None)


def test_a_nomination_that_one_may_not_see_is_not_there(dx):
    row = make.nomination(make.house(), status="submitted")
    draft = make.nomination(make.house())
    assert dx.get(f"{URL}{draft.pk}/").status_code == 404
    where = make.house()
    for user in (where.head, where.login, staff.office(OfficeRole.VIEWER)):
        assert browser(user).get(f"{URL}{row.pk}/").status_code == 404


def test_every_form_carries_its_token(dx):
    """An include with `only` would leave it out, and only a browser would notice."""
    row = make.nomination(make.house(), status="in_review")
    make.nomination(make.house(), status="reserve")
    staff.absence(row.nominee)
    addresses = ["", f"{row.pk}/", "call/2026/", "call/2026/issue/", "scores/", "exceptions/", "confirm/", "reserves/"]
    for address in addresses:
        page = dx.get(f"{URL}{address}").content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        assert main.count('method="post"') == main.count('name="csrfmiddlewaretoken"'), address
    selection.propose([row.pk], "accept", by=staff.office(OfficeRole.DX), at=NOW)
    assert 'name="csrfmiddlewaretoken"' in dx.get(f"{URL}confirm/").content.decode()
