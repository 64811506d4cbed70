"""Tables of people out of the admin and back: who may, what is refused, all or nothing, and the record of it."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.cache import cache

from aomori_dx.kernel import audit
from aomori_dx.kernel.models import AuditEvent
from aomori_dx.kernel.tables import formats, uploads
from staff.models import Department, Employee, OfficeRole, Posting
from tests.admin_pages import (
    REASON,
    bring,
    client_of,
    confirm,
    corrector,
    export,
    forbidden_markup,
    list_address,
    told,
    upload,
    watcher,
)
from tests.factories import staff as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return corrector()


def test_a_file_is_shown_before_it_is_written(client):
    person = make.employee("青森　太郎", employee_number="0001234")
    page = upload(client, Employee, "職員番号,氏名\n1234,青森　次郎\n0009999,八戸　桜\n")
    assert [row.is_new() for row in page.context["rows"]] == [False, True]
    assert "青森　次郎" in page.content.decode()
    assert "None" not in page.content.decode()
    assert forbidden_markup(page) == []
    person.refresh_from_db()
    assert person.name == "青森　太郎"
    assert not AuditEvent.objects.exists()


def test_a_confirmed_file_is_written_and_recorded_with_its_reason(client):
    person = make.employee("青森　太郎", employee_number="0001234")
    assert bring(client, Employee, "職員番号,氏名,採用年月日\n1234,髙﨑　次郎,H31.4.1\n").status_code == 302
    person.refresh_from_db()
    assert (person.name, person.hired_on) == ("髙﨑　次郎", date(2019, 4, 1))
    assert list(Employee.objects.search("高崎")) == [person]
    event = audit.history_of(person).get()
    assert event.before == {"name": "青森　太郎", "hired_on": "2010-04-01"}
    assert event.after == {"name": "髙﨑　次郎", "hired_on": "2019-04-01"}
    assert event.reason == REASON


def test_leading_zeros_that_excel_dropped_come_back(client):
    book = openpyxl.Workbook()
    book.active.append(["職員番号", "氏名", "職員区分"])
    book.active.append([777, "弘前　花子", "正規"])
    target = io.BytesIO()
    book.save(target)
    bring(client, Employee, target.getvalue())
    assert Employee.objects.get().employee_number == "0000777"
    place = make.department(code="001234")
    bring(client, Posting, "職員番号,所属コード,主たる配属,所属長,管理職,開始日\n777,1234,1,○,はい,R8.4.1\n")
    posting = Posting.objects.get()
    assert (posting.department, posting.is_head, posting.valid_from) == (place, True, date(2026, 4, 1))


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
def test_cp932_and_utf8_are_read(client, encoding):
    make.employee("青森　太郎", employee_number="0001234")
    bring(client, Employee, "職員番号,氏名\n0001234,佐藤　花子\n".encode(encoding))
    assert Employee.objects.get().name == "佐藤　花子"


@pytest.mark.parametrize("lost", ["〓﨑　花子", "?崎　花子", "\ue000崎　花子"])
def test_a_name_that_lost_a_character_never_replaces_a_whole_one(client, lost):
    person = make.employee("髙﨑　花子", employee_number="0001234")
    bring(client, Employee, f"職員番号,氏名,メールアドレス\n1234,{lost},new@pref.example.jp\n")
    person.refresh_from_db()
    assert (person.name, person.email) == ("髙﨑　花子", "new@pref.example.jp")


def test_one_wrong_row_and_nothing_is_written_and_every_error_is_told(client):
    make.employee("青森　太郎", employee_number="0001234")
    page = upload(
        client,
        Employee,
        "名簿の訂正\n職員番号,氏名,採用年月日,職員区分\n"
        "1234,青森　次郎,R7.2.30,正規\n1235,八戸　桜,,謎\nx,弘前　花,,\n",
    )
    assert "confirm" not in page.context
    problems = page.context["problems"]
    assert [row for row, _, _ in problems] == [3, 4, 5]
    assert "2月30日" in told(page)
    assert "職員区分 次のいずれかを入力してください: 正規、" in told(page)
    assert "regular" not in told(page)
    assert Employee.objects.get().name == "青森　太郎"
    assert not AuditEvent.objects.exists()


def test_a_constraint_of_the_table_is_told_by_row(client):
    posting = make.posting()
    number, code = posting.employee.employee_number, posting.department.code
    page = upload(
        client, Posting, f"職員番号,所属コード,主たる配属,所属長,管理職,開始日\n{number},{code},1,0,0,R8.4.1\n"
    )
    assert "主たる配属" in told(page)
    assert Posting.objects.count() == 1


def test_overlaps_within_one_file_are_found_too(client):
    person, place = make.employee(), make.department()
    line = f"{person.employee_number},{place.code},1,0,0"
    head = "職員番号,所属コード,主たる配属,所属長,管理職,開始日,終了日"
    page = upload(client, Posting, f"{head}\n{line},R7.4.1,R8.4.1\n{line},R7.10.1,R8.10.1\n")
    assert "主たる配属の期間が重なっています。" in told(page)
    assert not Posting.objects.exists()


def test_a_wrong_reference_and_an_unknown_id_are_told(client):
    page = upload(client, Posting, "職員番号,所属コード,主たる配属,所属長,管理職,開始日\n1,2,1,0,0,R8.4.1\n")
    assert "の職員はいません" in told(page)
    person = make.employee()
    head = "職員番号,所属コード,主たる配属,所属長,管理職,開始日"
    page = upload(client, Posting, f"{head}\n{person.employee_number},2,1,0,0,R8.4.1\n")
    assert "所属コード「000002」の所属はありません。" in told(page)
    page = upload(client, Employee, "ID,職員番号,氏名\n999999,1,青森\nx,2,八戸\n")
    assert "ID「999999」のデータはありません。" in told(page)
    assert "ID「x」のデータはありません。" in told(page)


def test_a_code_that_was_used_again_is_looked_up_on_the_rows_own_day(client):
    old = make.department(code="001234", valid_to=date(2026, 4, 1))
    new = make.department(code="001234", valid_from=date(2026, 4, 1))
    head, tail = "職員番号,所属コード,主たる配属,所属長,管理職,開始日,終了日", "1,0,0"
    number = make.employee().employee_number
    bring(client, Posting, f"{head}\n{number},1234,{tail},R7.4.1,R8.4.1\n{number},1234,{tail},R8.4.1,\n")
    assert [row.department for row in Posting.objects.order_by("valid_from")] == [old, new]
    page = upload(client, Posting, f"{head}\n{make.employee().employee_number},1234,{tail},R2.4.1,\n")
    assert "この日には" in told(page)


def test_departments_and_bureaus_are_corrected_by_file(client):
    bureau = make.bureau("総務部")
    place = make.department("総務課", parent=bureau, code="001234")
    head = "所属コード,名称,区分,部局,推薦対象,並び順,開始日"
    bring(client, Department, f"{head}\n1234,総務企画課,課・室,総務部,いいえ,7,R6.4.1\n,総務部,部局,,0,3,R6.4.1\n")
    place.refresh_from_db()
    bureau.refresh_from_db()
    assert (place.name, place.nominates, place.sort_order, bureau.sort_order) == ("総務企画課", False, 7, 3)
    assert "部局「謎の部」" in told(upload(client, Department, f"{head}\n1,課,課・室,謎の部,1,1,R8.4.1\n"))


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
@pytest.mark.parametrize("model", [Employee, Department, Posting])
def test_what_went_out_changes_nothing_when_it_comes_back(client, model, extension):
    make.posting(make.employee("=危険", email=""), valid_to=date(2026, 4, 1))
    make.posting(make.employee("-5", former_name="+81-17-722-1111"), is_head=True, valid_from=date(2026, 4, 1))
    page = upload(client, model, export(client, model, extension))
    assert told(page) == ""
    assert page.context["rows"] == []
    assert "同じです" in page.content.decode()


def test_a_formula_leaves_the_house_as_text(client):
    make.employee("=1+1", email="")
    assert "'=1+1" in export(client, Employee).decode("utf-8-sig")


def test_an_export_holds_what_the_list_shows_and_is_recorded(client):
    make.employee("青森　太郎")
    make.employee("八戸　桜")
    content = export(client, Employee, query="?q=青森").decode("utf-8-sig")
    assert "青森　太郎" in content
    assert "八戸" not in content
    event = AuditEvent.objects.get()
    assert (event.action, event.model) == ("exported", "staff.employee")
    assert event.after["rows"] == 1


def test_who_watches_exports_and_does_not_import():
    make.employee("青森　太郎")
    client = watcher()
    assert "青森" in export(client, Employee).decode("utf-8-sig")
    assert upload(client, Employee, "職員番号,氏名\n1,x\n").status_code == 403
    assert client.get(list_address(Employee, "import")).status_code == 403


@pytest.mark.parametrize("role", [OfficeRole.HR, OfficeRole.DX, OfficeRole.VIEWER])
def test_nobody_else_exports_or_imports(role):
    client = client_of(make.office(role))
    make.employee("青森　太郎")
    assert client.post(list_address(Employee, "export"), {"format": "csv"}).status_code == 403
    assert upload(client, Employee, "職員番号,氏名\n1,x\n").status_code == 403
    assert client.post(list_address(Employee, "process_import"), {"ticket": "0" * 32}).status_code == 403
    assert Employee.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "ファイル"),
        (b"PK\x03\x04broken", "壊れ"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        ("職員番号,氏名\n1,青森\n\0\0".encode(), "文字"),
        (b"a\x81\x20b", "文字コード"),
        ("氏名\n青森\n".encode(), "職員番号"),
        (("職員番号,氏名\n" + "1,a\n" * (formats.MAX_ROWS + 1)).encode(), "行が多すぎます"),
        (b"a" * (formats.MAX_BYTES + 1), "大きすぎます"),
    ],
    ids=["empty", "broken", "xls", "nul", "encoding", "no key", "too many rows", "too big"],
)
def test_an_unreadable_file_is_refused_on_the_page(client, content, sentence):
    page = upload(client, Employee, content)
    assert page.status_code == 200
    assert sentence in told(page)
    assert "confirm" not in page.context


@pytest.mark.parametrize("reason", ["", "短い", "　　　　　　"])
def test_a_file_without_a_reason_is_not_taken(client, reason):
    page = upload(client, Employee, "職員番号,氏名\n1,青森\n", reason=reason)
    assert "訂正の理由" in told(page)


def test_a_ticket_is_good_for_its_owner_and_its_table_only(client):
    page = upload(client, Employee, "職員番号,氏名\n1,青森\n")
    assert confirm(corrector(), Employee, page).url == list_address(Employee, "import")
    assert confirm(client, Department, page).url == list_address(Department, "import")
    assert not Employee.objects.exists()
    assert confirm(client, Employee, page).status_code == 302
    assert Employee.objects.count() == 1


@pytest.mark.parametrize("ticket", ["../../etc/passwd", "", "0" * 32, "0" * 31, "x" * 500])
def test_a_made_up_ticket_opens_nothing(client, ticket):
    where = list_address(Employee, "process_import")
    response = client.post(where, {"ticket": ticket, "correction_reason": REASON, "import_file_name": "/etc/passwd"})
    assert response.url == list_address(Employee, "import")
    assert uploads.fetch(ticket, owner="x") is None


def test_a_file_is_written_once(client):
    page = upload(client, Employee, "職員番号,氏名\n1,青森\n")
    confirm(client, Employee, page)
    assert confirm(client, Employee, page).url == list_address(Employee, "import")
    assert AuditEvent.objects.count() == 1


def test_a_forgotten_file_is_asked_for_again(client):
    page = upload(client, Employee, "職員番号,氏名\n1,青森\n")
    cache.clear()
    response = confirm(client, Employee, page)
    assert "もう一度ファイルを選んでください" in client.get(response.url).content.decode()


def test_what_changed_since_the_preview_is_shown_again_and_not_written(client):
    person = make.employee("青森　太郎", employee_number="0001234")
    page = upload(client, Employee, "職員番号,氏名\n1234,青森　次郎\n")
    Employee.objects.update(name="同僚が　直した")
    again = confirm(client, Employee, page)
    assert "データが変わりました" in again.content.decode()
    assert "同僚が　直した" in again.content.decode()
    person.refresh_from_db()
    assert person.name == "同僚が　直した"
    assert confirm(client, Employee, again).status_code == 302
    person.refresh_from_db()
    assert person.name == "青森　次郎"


def test_a_file_that_became_wrong_since_the_preview_is_not_written(client):
    number, place = make.employee().employee_number, make.department()
    head = "職員番号,所属コード,主たる配属,所属長,管理職,開始日"
    page = upload(client, Posting, f"{head}\n{number},{place.code},1,0,0,R8.4.1\n")
    make.posting(Employee.objects.get(), valid_from=date(2026, 1, 1))
    again = confirm(client, Posting, page)
    assert "主たる配属" in told(again)
    assert Posting.objects.count() == 1
