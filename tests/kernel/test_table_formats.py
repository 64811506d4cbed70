"""Files out of the admin and back: harmless to open, the same when read again, and never a crash."""

import io
import zipfile
from contextlib import suppress

import openpyxl
import pytest
import tablib
from hypothesis import given, settings
from hypothesis import strategies as st

from aomori_dx.kernel.tables import formats
from aomori_dx.kernel.tables.formats import JapaneseCSV, JapaneseXLSX, as_written, harmless, read
from aomori_dx.kernel.tables.source import UnreadableFile

KNOWN = ["ID", "職員番号", "氏名"]


def table(*rows) -> tablib.Dataset:
    dataset = tablib.Dataset(headers=KNOWN)
    for row in rows:
        dataset.append(row)
    return dataset


def again(content: bytes) -> formats.Uploaded:
    return read(content, known=KNOWN, required=["職員番号"])


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+SUM(A1)", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋A1", "－A1", "＠A1",
        "=HYPERLINK(\"x\")", "+81-17-x", "-1+cmd",
    ],
)  # fmt: skip
def test_what_a_spreadsheet_would_run_is_made_harmless(text):
    assert harmless(text) == f"'{text}"
    assert as_written(harmless(text)) == text


@pytest.mark.parametrize(
    "text", ["-5", "-1,234.5", "+81-17-722-1111", "+81 17 (722) 1111", "017-722-1111", "青森", "", "a=b"]
)
def test_numbers_telephones_and_words_stay_as_they_are(text):
    assert harmless(text) == text
    assert as_written(text) == text


@given(st.text())
def test_every_text_comes_back_as_it_was(text):
    if not text.startswith("'"):
        assert as_written(harmless(text)) == text


@pytest.mark.parametrize("kind", [JapaneseXLSX, JapaneseCSV])
def test_a_table_comes_back_as_it_went_out(kind):
    rows = [(1, "0001234", "髙﨑　𠮷子"), (2, "0000007", "=危険"), (3, "0000008", "-5")]
    back = again(kind().export_data(table(*rows))).dataset
    assert back.headers == KNOWN
    assert [row[1:] for row in back] == [row[1:] for row in rows]


def test_csv_carries_the_mark_by_which_excel_knows_utf8():
    content = JapaneseCSV().export_data(table((1, "0001234", "髙")))
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content


def test_in_excel_a_formula_is_text_and_a_number_is_a_number():
    content = JapaneseXLSX().export_data(table((12, "0001234", "=1+1")))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert [cell.data_type for cell in sheet[2]] == ["n", "s", "s"]
    assert sheet["C2"].value == "=1+1"


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig", "utf-16"])
def test_csv_of_every_usual_encoding_is_read(encoding):
    assert again("職員番号,氏名\r\n1234,佐藤　花子\r\n".encode(encoding)).dataset[0] == ("1234", "佐藤　花子")


def test_the_header_is_found_below_title_lines_and_the_rows_are_those_of_the_file():
    text = "職員の訂正\n\n氏名 ,職員番号\n\n佐藤,1\n,\n鈴木,2\n"
    found = again(text.encode())
    assert found.dataset.headers == ["氏名", "職員番号"]
    assert found.rows == [5, 7]


def _zip(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


XLSX = JapaneseXLSX().export_data(table((1, "0001234", "青森")))
MANY = "職員番号,氏名\n" + "1,a\n" * (formats.MAX_ROWS + 1)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x00\x00\x00",
        "職員番号,氏名\n1,\x00\n".encode(),
        XLSX[: len(XLSX) // 2],
        XLSX[:40],
        b"PK\x03\x04" + b"\xff" * 100,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        "職員番号,氏名\n1,\u30fc".encode("euc-jp") + b"\xff\xfe\xfd",
        b"\xff\xfe\x00",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        _zip(a=b"x"),
        _zip(xl__workbook_xml=b"x"),
        "氏名\n青森\n".encode(),
        "職員番号,氏名\n".encode(),
        "職員番号,氏名,謎の列\n1,2,3\n".encode(),
        "職員番号,氏名,氏名\n1,2,3\n".encode(),
        MANY.encode(),
        b"x" * (formats.MAX_BYTES + 1),
        b'"' * 200_000,
    ],
    ids=[
        "empty", "nul", "nul inside", "half", "head only", "no zip", "xls or password", "no encoding", "bare mark",
        "picture", "another zip", "empty book", "no key", "no rows", "unknown column", "twice", "too many", "too big",
        "quotes",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_sentence(content):
    with pytest.raises(UnreadableFile) as refusal:
        again(content)
    assert str(refusal.value).endswith("。")


def test_two_cells_far_apart_are_refused_before_they_cost_anything():
    cells = b'<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row>'
    sheet = b"<worksheet><sheetData>" + cells + b"</sheetData></worksheet>"
    with pytest.raises(UnreadableFile):
        again(_zip(**{"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": sheet}))


@settings(deadline=None, max_examples=30)  # each example is a process of its own
@given(st.binary(max_size=400), st.integers(min_value=0, max_value=len(XLSX)))
def test_a_damaged_workbook_is_never_a_crash(noise, place):
    damaged = XLSX[:place] + noise + XLSX[place + len(noise) :]
    with suppress(UnreadableFile):
        again(damaged)
