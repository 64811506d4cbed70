"""One cell: what is read from it, and what is refused in words."""

from datetime import date, datetime

import pytest

from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.tables import cells

NUMBER = cells.code(7)


@pytest.mark.parametrize(
    "cell",
    ["0001001", "1001", 1001, 1001.0, "１００１", " 0001001　", "1001.0", '="0001001"', "'0001001", "0001001\n"],
)
def test_a_code_keeps_the_zeros_that_a_spreadsheet_dropped(cell):
    assert NUMBER(cell) == "0001001"


@pytest.mark.parametrize("cell", ["00001001", "A001001", 1001.5, "1,001", "-1001", "〓001001", "1001円"])
def test_what_is_not_a_code_is_refused_in_words(cell):
    with pytest.raises(ValueError, match="7桁の数字"):
        NUMBER(cell)


@pytest.mark.parametrize(
    "cell", ["010110、010120", "010110,010120", "10110 10120", "010110\n010120", "０１０１１０・010120"]
)
def test_several_codes_stand_in_one_cell(cell):
    assert cells.codes(6)(cell) == ("010110", "010120")


def test_the_same_code_twice_in_a_cell_counts_once():
    assert cells.codes(6)("010110;010110") == ("010110",)


@pytest.mark.parametrize("cell", ["1", 1, 1.0, "１", "○", "◯", "〇", "✓", True, "TRUE", "有", "該当", "1.0"])
def test_a_flag_is_set(cell):
    assert cells.flag(cell) is True


@pytest.mark.parametrize("cell", ["0", 0, 0.0, "０", "×", "－", "-", "ー", False, "FALSE", "無", "非該当"])
def test_a_flag_is_not_set(cell):
    assert cells.flag(cell) is False


@pytest.mark.parametrize("cell", ["2", "?", "課長", "はいいいえ"])
def test_a_flag_that_says_neither_is_refused(cell):
    with pytest.raises(ValueError, match="「1」か「0」"):
        cells.flag(cell)


class TestText:
    def test_a_name_stays_as_written(self):
        for name in ("髙橋　健", "𠮷田　葵", "葛󠄀城　一", "隆　一郎", "神　花子", "ｱｵﾓﾘ ﾀﾛｳ", "青森  太郎"):
            assert cells.text(f" {name}　") == name

    def test_parted_marks_are_put_together(self):
        assert cells.text("カ\u3099一郎") == "ガ一郎"
        assert cells.text("隆\u3000カ\u3099") == "隆\u3000ガ", "beside a character that normalising would change"

    def test_signs_that_nobody_sees_are_left_out(self):
        assert cells.text("青森\u200b　太郎\ufeff") == "青森　太郎"

    @pytest.mark.parametrize("cell", ["青森\n太郎", "青森\t太郎", "青森\x00太郎", "青森\x85太郎"])
    def test_a_line_break_inside_a_text_is_refused(self, cell):
        with pytest.raises(ValueError, match="制御文字"):
            cells.text(cell)

    def test_what_only_a_spreadsheet_needs_is_left_out(self):
        assert cells.text('="人事課"') == "人事課"
        assert cells.text("'-5") == "-5"
        assert cells.text("'青森") == "'青森"

    def test_too_long_a_text_is_refused_with_its_length(self):
        with pytest.raises(ValueError, match="5文字以内にしてください\\(6文字"):
            cells.limited(5)("六文字である")

    def test_a_text_whose_search_key_would_be_too_long_is_refused(self):
        with pytest.raises(ValueError, match="100文字以内"):
            cells.limited(100)("\ufdfa" * 10)
        assert cells.limited(100)("㈱青森　太郎") == "㈱青森　太郎"


@pytest.mark.parametrize(
    ("cell", "reason"),
    [("#N/A", "セルがエラー"), ("#REF!", "セルがエラー"), ("#未計算", "数式の結果"), ("#", ""), ("N/A", ""), (5, "")],
)
def test_a_cell_whose_formula_failed_has_no_value(cell, reason):
    assert cells.broken(cell)[: len(reason) or 1] == reason


class TestChoice:
    ROUTE = staticmethod(cells.choice({"推薦枠": "recommended", "自薦枠": "self"}))

    def test_a_word_counts_in_any_way_of_writing(self):
        assert self.ROUTE(" 推 薦 枠 ") == "recommended"
        assert self.ROUTE("自薦枠") == self.ROUTE("自薦枠") == "self"

    def test_another_word_is_refused_with_the_words_that_are_known(self):
        with pytest.raises(ValueError, match="推薦枠、自薦枠"):
            self.ROUTE("他薦枠")


@pytest.mark.parametrize("address", ["u1@pref.example.jp", "ｕ１@pref.example.jp", " u1@pref.example.jp "])
def test_an_address_is_evened_out(address):
    assert cells.email(address) == "u1@pref.example.jp"


@pytest.mark.parametrize(
    "address", ["u1", "u1@", "u1@pref..jp", "青森@例", f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.jp"]
)
def test_what_is_no_address_is_refused(address):
    with pytest.raises(ValueError, match=r"メールアドレスの形|文字以内"):
        cells.email(address)


def test_a_number_is_whole_and_bounded():
    assert cells.number("１") == cells.number(1.0) == cells.number("1.0") == 1
    for cell in ("1.5", "一", "-1", "9" * 30):
        with pytest.raises(ValueError, match="数字"):
            cells.number(cell)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (1001.0, "1001"),
        (1.5, "1.5"),
        (date(2025, 4, 1), "2025-04-01"),
        (datetime(2025, 4, 1, 9, tzinfo=TOKYO), "2025-04-01"),
    ],
)
def test_a_cell_is_quoted_as_a_person_saw_it(value, text):
    assert cells.shown(value) == text
