"""A workbook: values as a person sees them, hidden sheets left alone, bombs defused, wrecks refused in a sentence."""

import io
import random
import re
import resource
import zipfile
from datetime import date

import pytest

from aomori_dx.kernel.tables import xlsx_child, xlsx_reading
from aomori_dx.kernel.tables.source import UnreadableFile, read_sheets
from tests.factories import files

SHEET = "xl/worksheets/sheet1.xml"
PLAIN = files.workbook({"一覧": [["番号", "氏名"], [1001, "青森　太郎"]]})


def sheets_of(content: bytes) -> dict[str, list]:
    return {sheet.name: sheet.rows for sheet in read_sheets(content)}


def refusal_of(content: bytes) -> str:
    with pytest.raises(UnreadableFile) as refusal:
        list(read_sheets(content))
    return str(refusal.value)


def outcome(content: bytes) -> str:
    """How the sentence of a refusal ends; empty where the file was read."""
    try:
        list(read_sheets(content))
    except UnreadableFile as refusal:
        return str(refusal)[-1]
    return ""


def archive(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as wrapper:
        for name, inside in parts.items():
            wrapper.writestr(name, inside)
    return target.getvalue()


def with_sheet(inside: str) -> bytes:
    """A workbook whose only sheet has this XML between <sheetData> and its end."""
    return files.with_part(
        PLAIN, SHEET, lambda text: re.sub("<sheetData>.*</sheetData>", f"<sheetData>{inside}</sheetData>", text)
    )


def test_cells_are_read_as_text_numbers_dates_and_flags():
    content = files.workbook({"一覧": [["a", 1, 1.5, True, date(2025, 4, 1)], [], ["", "", "z"]]})
    assert sheets_of(content) == {"一覧": [["a", 1, 1.5, True, date(2025, 4, 1)], [], ["", "", "z"]]}


def test_rows_count_from_the_first_row_of_the_sheet():
    assert sheets_of(files.workbook({"a": [[], [], ["", "x"]]}))["a"] == [[], [], ["", "x"]]


def test_a_table_that_begins_further_down_and_right_keeps_its_places():
    content = with_sheet(
        '<row r="3"><c r="C3"><v>1</v></c><c r="D3" t="e"><v>#N/A</v></c></row>'
        '<row r="5"><c r="D5"><v>2</v></c></row><row r="7"><c r="F7" t="e"><v>#REF!</v></c></row>'
    )
    (rows,) = sheets_of(content).values()
    assert rows == [[], [], ["", "", 1, "#N/A"], [], ["", "", "", 2], [], ["", "", "", "", "", "#REF!"]]


def test_hidden_sheets_are_left_alone():
    content = files.workbook({"表": [["見える"]], "旧": [["見えない"]]}, hidden=["旧"])
    assert list(sheets_of(content)) == ["表"]


def test_the_stored_result_of_a_formula_is_its_value():
    content = with_sheet(
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"人"&amp;"事"</f><v>人事</v></c>'
        '<c r="C1" t="str"><f>IF(A1,"","")</f><v></v></c><c r="D1" t="inlineStr"><is><t>z</t></is></c></row>'
    )
    assert sheets_of(content)["一覧"] == [[2.0, "人事", "", "z"]]


def test_a_formula_without_a_stored_result_is_not_taken_for_an_empty_cell():
    content = with_sheet(
        '<row r="1"><c r="A1"><f>B1</f></c><c r="B1"><f>C1</f><v></v></c><c r="C1" s="0"><f t="shared" si="0"/><v/></c>'
        '<c r="D1"><v>1</v></c></row>'
    )
    assert sheets_of(content)["一覧"] == [[xlsx_child.UNCOMPUTED] * 3 + [1.0]]


def test_a_cell_in_error_is_not_taken_for_an_empty_cell():
    content = with_sheet(
        '<row r="1"><c r="A1" t="e"><f>NA()</f><v>#N/A</v></c><c r="B1" t="e"><v>#REF!</v></c></row>'
        '<row r="3"><c r="C3" s="0" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    assert sheets_of(content)["一覧"] == [["#N/A", "#REF!"], [], ["", "", "#DIV/0!"]]


def test_cells_with_a_frame_and_nothing_in_them_do_not_count():
    content = with_sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>')
    assert sheets_of(content)["一覧"] == [[1.0]]


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576", "ZZ400000"])
def test_two_cells_that_lie_far_apart_are_refused_by_name_before_they_are_unfolded(cell):
    row = re.sub("[A-Z]", "", cell)
    content = with_sheet(f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{cell}"><v>1</v></c></row>')
    assert "表が大きすぎます" in refusal_of(content)
    assert f"{int(row):,}行" in refusal_of(content)


def test_far_cells_that_hide_from_the_look_ahead_end_the_reader_not_us(monkeypatch):
    """Written with a prefix that the look-ahead does not know: only the limit on memory holds then."""
    text = with_sheet('<row r="1"><c  r="A1"><v>1</v></c></row><row  r="1048576"><c  r="XFD1048576"><v>1</v></c></row>')
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert "大きすぎます" in refusal_of(text)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < max(before, xlsx_child.MEMORY // 1024)


def test_a_bomb_is_refused_by_the_size_it_would_have():
    part = b"<worksheet><sheetData>" + b" " * (xlsx_child.MAX_UNPACKED // 4)
    content = archive({f"xl/worksheets/sheet{n}.xml": part for n in range(1, 5)} | {"xl/workbook.xml": b"<a/>"})
    assert len(content) < 2 * 1024 * 1024
    assert "展開すると大きすぎる" in refusal_of(content)


def test_a_bomb_within_the_size_is_unpacked_within_the_memory():
    """One endless text in place of cells."""
    content = files.with_part(PLAIN, SHEET, lambda text: text.replace("<sheetData>", "<sheetData>" + " " * 50_000_000))
    assert len(content) < 200_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refusal_of(content).endswith("。")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


def test_entities_that_multiply_are_refused():
    bomb = (
        '<!DOCTYPE a [<!ENTITY b "'
        + "x" * 1000
        + '">'
        + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 50}">' for n in range(1, 10))
    )
    content = files.with_part(PLAIN, "xl/workbook.xml", lambda text: f"{bomb}]><a>&k;</a>")
    assert refusal_of(content).endswith("。")


def test_a_reader_that_never_ends_is_stopped(monkeypatch, tmp_path):
    endless = tmp_path / "endless.py"
    endless.write_text("while True: pass")
    monkeypatch.setattr(xlsx_reading, "_CHILD", endless)
    monkeypatch.setattr(xlsx_reading, "MAX_SECONDS", 0.5)
    assert "時間がかかりすぎる" in refusal_of(PLAIN)


@pytest.mark.parametrize("said", ['{"sheet": "一覧"}\n[["番号"', '{"sheet": "一覧"}\n[["番号"]]\n'])
def test_a_reader_that_dies_in_the_middle_has_read_nothing(monkeypatch, tmp_path, said):
    dying = tmp_path / "dying.py"
    dying.write_text(f"import sys\nsys.stdin.buffer.read()\nsys.stdout.write({said!r})\nsys.exit(1)")
    monkeypatch.setattr(xlsx_reading, "_CHILD", dying)
    assert "壊れているか大きすぎます" in refusal_of(PLAIN)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_workbook_that_was_cut_off_says_so(share):
    content = files.workbook({"一覧": [["番号"], *([n] for n in range(2000))]})
    assert "途中で切れているか、壊れています" in refusal_of(content[: int(len(content) * share)])


def test_a_workbook_with_changed_bytes_is_refused_or_read_but_never_breaks():
    chance = random.Random(1)
    for _ in range(15):
        wreck = bytearray(PLAIN)
        for _ in range(20):
            wreck[chance.randrange(4, len(wreck))] = chance.randrange(256)
        assert outcome(bytes(wreck)) in ("", "。")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "パスワード"),
        (archive({"word/document.xml": b"<w/>"}), "ブック(.xlsx)ではありません"),
        (archive({"content.xml": b"<office/>"}), "ブック(.xlsx)ではありません"),
        (archive({}), "ブック(.xlsx)ではありません"),
        (archive({"xl/workbook.xml": b"<a", "xl/_rels/workbook.xml.rels": b"<a/>"}), "壊れています"),
        (archive({"xl/workbook.xml": b"<a/>"}), "壊れています"),
        (b"PK\x03\x04 and then nothing of a zip", "壊れています"),
    ],
    ids=["xls or password", "docx", "ods", "empty zip", "broken part", "missing part", "no zip"],
)
def test_what_is_no_workbook_says_what_it_is(content, reason):
    assert reason in refusal_of(content)
