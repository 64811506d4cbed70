"""Tables as files that a program reads at once: one table, header in row 1, nothing run, nothing lost in silence."""

import csv
import io
import tracemalloc
import zipfile
from collections.abc import Iterator

import pytest
from python_calamine import CalamineWorkbook

from aomori_dx.kernel.tables import writing
from aomori_dx.kernel.tables.writing import Column, Document

COLUMNS = (
    Column("職員番号", "employee_number", lambda row: row[0], "先頭の0を含む文字列"),
    Column("氏名", "name", lambda row: row[1]),
    Column("人数", "people", lambda row: row[2], "その所属の人数", unit="人"),
)
ROWS = [("0000123", "髙橋　﨑子", 3), ("0000124", "=1+1", None)]


def _document(rows=ROWS, **fields) -> Document:
    return Document(title="名簿", columns=COLUMNS, rows=lambda: rows, **fields)


def _csv(document: Document, charset: str = "utf-8-sig", **options) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(writing.to_csv(document, charset, **options)).decode(charset))))


def _xlsx(document: Document) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(io.BytesIO(b"".join(writing.to_xlsx(document))))


def test_the_header_is_in_row_1_with_units_and_numbers_are_numbers():
    rows = _xlsx(_document()).get_sheet_by_name("データ").to_python()
    assert rows[0] == ["職員番号", "氏名", "人数(人)"]
    assert rows[1] == ["0000123", "髙橋　﨑子", 3.0]


def test_what_must_be_known_stands_on_sheets_of_its_own():
    document = _document(about=[("基準日", "2026-11-23")], codes=[("枠", "self", "自薦枠")])
    book = _xlsx(document)
    assert book.sheet_names == ["データ", "README", "コード表"]
    readme = book.get_sheet_by_name("README").to_python()
    assert ["基準日", "2026-11-23", "", ""] in readme
    assert ["列: 職員番号", "先頭の0を含む文字列", "employee_number", ""] in readme
    assert ["列: 人数(人)", "その所属の人数", "people", "人"] in readme
    assert book.get_sheet_by_name("コード表").to_python()[1] == ["枠", "self", "自薦枠"]


def test_no_cell_of_a_workbook_is_a_formula_and_every_text_stays_text():
    content = b"".join(writing.to_xlsx(_document()))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert '<c r="A2" s="2" t="inlineStr"><is><t xml:space="preserve">0000123</t></is></c>' in sheet
    assert "mergeCell" not in sheet
    assert "hidden" not in sheet


@pytest.mark.parametrize("text", ["<&>\"'", "a\x00b\x1fc", "空　白", "₂😀"])
def test_a_workbook_with_strange_signs_opens(text):
    rows = _xlsx(_document([("1", text, 0)])).get_sheet_by_name("データ").to_python()
    assert rows[1][1] == text.replace("\x00", "").replace("\x1f", "")
    assert rows[1][2] == 0.0  # nothing and nobody are not the same


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "＝1+1", "\t=1"])
def test_formulas_are_neutralised_in_csv(text):
    assert _csv(_document([("1", text, None)]))[1][1].startswith("'")


def test_a_negative_number_and_a_blank_stay_what_they_are():
    assert _csv(_document([("1", "－", -5), ("2", "a", None)]))[1:] == [["1", "'－", "-5"], ["2", "a", ""]]


def test_line_breaks_in_a_cell_become_spaces():
    document = _document([("1", "一行目\r\n二行目\n三行目", None)])
    assert _csv(document)[1][1] == "一行目 二行目 三行目"
    assert _xlsx(document).get_sheet_by_name("データ").to_python()[1][1] == "一行目 二行目 三行目"


def test_utf8_begins_with_a_mark_and_lines_end_as_excel_expects():
    content = b"".join(writing.to_csv(_document(), "utf-8-sig"))
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == 3
    assert not b"".join(writing.to_csv(_document(), "utf-8")).startswith(b"\xef\xbb\xbf")


def test_what_cp932_lacks_is_listed_by_row_and_never_replaced_in_silence():
    document = _document([("1", "髙橋　①", None), ("2", "𠮷田", None), ("3", "葛\U000e0100城—", None)])
    found = writing.unencodable(document, "cp932")
    assert [(cell.row, cell.heading, cell.characters) for cell in found] == [
        (3, "氏名", "𠮷"),
        (4, "氏名", "—\U000e0100"),
    ]
    with pytest.raises(UnicodeEncodeError):
        list(writing.to_csv(document, "cp932"))
    assert writing.unencodable(document, "utf-8-sig") == []


def test_of_thousands_of_them_some_hundred_are_listed():
    document = _document([(str(number), "𠮷", None) for number in range(3000)])
    assert writing.MOST_REMARKS < len(writing.unencodable(document, "cp932")) < 2 * writing.MOST_REMARKS


def test_only_lines_with_such_a_character_are_looked_at_closely():
    document = _document([("1", "髙橋", None)] * 700 + [("2", "𠮷田", None)])
    assert [cell.row for cell in writing.unencodable(document, "cp932")] == [702]


def test_a_stand_in_is_written_only_where_it_was_asked_for():
    rows = _csv(_document([("1", "𠮷田　髙", None)]), "cp932", stand_in=True)
    assert rows[1][1] == "〓田　髙"


def test_the_two_signs_that_cp932_keeps_elsewhere_come_back_as_they_are_written():
    content = b"".join(writing.to_csv(_document([("1", "9〜17時−α", None)]), "cp932"))
    assert content.decode("cp932").splitlines()[1] == "1,9～17時－α,"


def test_the_readme_of_a_csv_tells_charset_columns_and_codes():
    document = _document(about=[("件数", "2件")], codes=[("枠", "self", "自薦枠")])
    text = writing.readme_csv(document, "cp932").decode("cp932")
    assert "文字コード,Shift_JIS(Windows-31J)" in text
    assert "列: 職員番号,先頭の0を含む文字列,employee_number," in text
    assert "コード: 枠,self = 自薦枠" in text


@pytest.mark.parametrize("write", [writing.to_xlsx, lambda document: writing.to_csv(document, "cp932")])
def test_a_large_table_is_written_as_it_is_read(write):
    """Memory does not grow with the rows: a table that was kept would take 10 MB and more."""

    def rows() -> Iterator[tuple]:
        for number in range(20_000):
            yield f"{number:07}", "青森　太郎", number

    document = Document(title="名簿", columns=COLUMNS, rows=rows)
    tracemalloc.start()
    written = sum(len(piece) for piece in write(document))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert written > 100_000
    assert peak < 3_000_000


def test_columns_after_z_have_two_letters():
    columns = [Column(f"列{n}", f"c{n}", lambda row: "x") for n in range(28)]
    content = b"".join(writing.to_xlsx(Document(title="広い", columns=columns, rows=lambda: [()])))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert 'r="Z1"' in sheet
    assert 'r="AB2"' in sheet
