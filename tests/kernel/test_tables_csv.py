"""A CSV file in any encoding, with any delimiter; what is not one is refused in one sentence."""

import random
import tracemalloc

import pytest

from aomori_dx.kernel.tables import csv_reading
from aomori_dx.kernel.tables.source import MAX_ROWS, UnreadableFile, decode, read_sheets

TEXT = "職員番号,氏名,所属\r\n0001001,一戸　浩,010110\r\n0001002,齊藤　〇一,010120\r\n"
ROWS = [["職員番号", "氏名", "所属"], ["0001001", "一戸　浩", "010110"], ["0001002", "齊藤　〇一", "010120"]]
ENCODINGS = ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "utf-16-be"]


def rows_of(content: bytes, encoding: str = "") -> list:
    return next(iter(read_sheets(content, encoding))).rows


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


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_of_an_office_is_told_by_the_file(encoding):
    content = TEXT.encode(encoding)
    assert rows_of(content) == ROWS
    assert decode(content)[1] == encoding


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_utf_16_with_a_mark_is_read_in_either_order(mark):
    order = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    assert rows_of(mark + TEXT.encode(order)) == ROWS


def test_characters_whose_utf_16_has_zeros_do_not_hide_the_encoding():
    """一 (U+4E00) and the full-width space (U+3000) have the zero on the other side."""
    text = "番号,氏名\n" + "1,一　一　一\n" * 300
    assert rows_of(text.encode("utf-16-le"))[1] == ["1", "一　一　一"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_an_officers_choice_of_encoding_counts(encoding):
    assert rows_of(TEXT.encode(encoding), encoding) == ROWS


def test_a_chosen_encoding_that_does_not_fit_is_refused():
    with pytest.raises(UnreadableFile, match="文字コード\\(utf-8\\)"):
        rows_of(TEXT.encode("cp932"), "utf-8")


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_told_by_the_file(delimiter):
    content = TEXT.replace(",", delimiter).encode("cp932")
    assert rows_of(content) == ROWS


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_way(end):
    assert rows_of(TEXT.replace("\r\n", end).encode()) == ROWS


def test_quoted_line_breaks_and_delimiters_belong_to_the_cell():
    content = '番号,"氏\n名",備考\n1,青森,"一行目\n二行目,続き"\n2,八戸,""\n'.encode()
    assert rows_of(content) == [["番号", "氏\n名", "備考"], ["1", "青森", "一行目\n二行目,続き"], ["2", "八戸", ""]]


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_rest():
    content = '番号,氏名,備考\n1,青森,"閉じていない\n2,八戸,\n3,弘前,\n'.encode()
    assert "引用符" in refusal_of(content)


def test_a_mark_inside_a_cell_is_a_sign_like_any_other():
    assert rows_of('番号,備考\n1,3.5"ディスク\n'.encode())[1] == ["1", '3.5"ディスク']


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\r\n  \t", b"\xef\xbb\xbf", b"\xff\xfe", "　".encode("utf-16-le")[:0]],
    ids=["nothing", "white", "mark", "utf-16 mark", "none"],
)
def test_an_empty_file_says_so(content):
    assert refusal_of(content) == "ファイルが空です。"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode().replace("浩".encode(), b"\0"),
        TEXT.encode("cp932") + b"\0" * 3,
        ("番号,氏名\n" * 1000).encode() + b"\0",
        bytes(range(256)) * 40,
    ],
    ids=["inside", "at the end", "far behind", "every byte"],
)
def test_a_file_with_nul_is_no_text(content):
    assert "NUL" in refusal_of(content)


def test_random_bytes_are_refused_or_read_as_something_but_never_break():
    for seed in range(60):
        assert outcome(random.Random(seed).randbytes(3000)) in ("", "。")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-16-le"])
def test_a_file_cut_off_in_the_middle_of_a_character_is_refused(encoding):
    cut = (TEXT + "齊").encode(encoding)[:-1]
    assert "文字コード" in refusal_of(cut)


def test_bytes_of_no_known_encoding_are_refused():
    assert "文字コードを判別できません" in refusal_of(b"\x81\xad\x81\x0a,\xff,\x81")


def test_too_many_rows_are_refused_before_they_fill_the_memory():
    content = b"1,2\n" * (MAX_ROWS + 1)
    assert "500,000行まで" in refusal_of(content)


def test_a_file_of_line_breaks_alone_is_refused_within_bounds():
    content = b"a\n" + b"\n" * 5_000_000
    tracemalloc.start()
    try:
        assert "500,000行まで" in refusal_of(content)
        assert tracemalloc.get_traced_memory()[1] < 120 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_a_line_without_end_is_refused():
    assert "1行目が長すぎます" in refusal_of(b"," * (csv_reading.MAX_LINE + 1))


def test_too_large_a_file_is_refused_unread(monkeypatch):
    monkeypatch.setattr("aomori_dx.kernel.tables.source.MAX_BYTES", 1024 * 1024)
    assert refusal_of(b"1" * (1024 * 1024 + 1)) == "ファイルが大きすぎます(1 MBまで)。"


def test_texts_that_recur_are_kept_once():
    rows = rows_of("番号,所属\n1,人事課\n2,人事課\n".encode())
    assert rows[1][1] is rows[2][1]
