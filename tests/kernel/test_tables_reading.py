"""From rows to records: the header found by its names, every wrong cell listed at once."""

import pytest

from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.reading import Column, Remark, read_table
from tests.factories import files

COLUMNS = (
    Column("number", ("職員番号", "職員コード"), cells.code(7)),
    Column("name", ("氏名", "名前"), cells.limited(20)),
    Column("title", ("補職名", "職名"), cells.text, filled=False),
    Column("on", ("発令日",), cells.recorded_day, required=False, filled=False, empty=None),
)
ROW = {"職員番号": "0001001", "氏名": "青森　太郎", "補職名": "主事"}
READ = {"number": "0001001", "name": "青森　太郎", "title": "主事", "on": None}


def errors_of(content: bytes) -> list[tuple]:
    return [(e.row, e.column, e.value, e.reason) for e in read_table(content, COLUMNS).errors]


def only_error_of(content: bytes) -> str:
    table = read_table(content, COLUMNS)
    assert len(table.errors) == 1
    assert table.records == []
    return str(table.errors[0])


@pytest.mark.parametrize("write", [files.as_csv, files.as_xlsx], ids=["csv", "xlsx"])
class TestHeader:
    def test_columns_are_known_by_name_in_any_order(self, write):
        table = read_table(write([ROW], columns=["補職名", "職員番号", "氏名"]), COLUMNS)
        assert [record.values for record in table.records] == [READ]

    def test_titles_above_the_header_are_passed_over(self, write):
        titles = [["令和7年4月1日付け　人事異動一覧"], [], ["総務部人事課", "", "(秘)"]]
        table = read_table(write([ROW], title=titles), COLUMNS)
        assert (table.header_row, table.records[0].row, table.records[0].values) == (4, 5, READ)

    def test_other_columns_are_passed_over(self, write):
        row = {"No.": "1", **ROW, "備考": "改行\nあり", "": ""}
        assert read_table(write([row]), COLUMNS).records[0].values == READ

    def test_a_header_counts_in_any_way_of_writing(self, write):
        row = {"職 員　番号": "0001001", "氏\n名": "青森　太郎", " 補職名 ": "主事"}
        assert read_table(write([row]), COLUMNS).records[0].values == READ

    def test_a_column_has_several_usual_names(self, write):
        row = {"職員ｺｰﾄﾞ": "0001001", "名前": "青森　太郎", "職名": "主事"}
        assert read_table(write([row]), COLUMNS).records[0].values == READ

    def test_of_two_names_for_the_same_the_more_usual_counts(self, write):
        row = {"職名": "一般事務", **ROW}
        assert read_table(write([row]), COLUMNS).records[0].values == READ

    def test_the_same_name_twice_is_refused(self, write):
        content = write([{"a": ""}], columns=["職員番号", "氏名", "氏 名", "補職名"], title=[])
        assert "氏名 同じ見出しの列が2つ以上あります" in only_error_of(content)

    def test_a_missing_column_is_named(self, write):
        content = write([{"職員番号": "0001001", "備考": "x"}])
        assert only_error_of(content) == (
            "見出しの行に次の列が見つかりません: 氏名、補職名。見出しの名前を確認してください。"
        )

    def test_a_table_without_header_is_refused(self, write):
        content = write([{"0001001": "0001002", "青森　太郎": "八戸　花子"}])
        assert "見出しの行に次の列が見つかりません: 職員番号、氏名、補職名" in only_error_of(content)

    def test_a_header_without_rows_is_refused(self, write):
        assert only_error_of(write([], columns=list(ROW))) == "見出しの下にデータの行がありません。"

    def test_a_header_further_down_than_any_title_is_not_looked_for(self, write):
        assert "見つかりません" in only_error_of(write([ROW], title=[["題"]] * 40))


class TestRows:
    def test_blank_rows_are_passed_over_and_counted_in_the_numbers(self):
        content = files.as_csv([ROW, {}, {"氏名": "　"}, ROW | {"職員番号": "0001002"}])
        table = read_table(content, COLUMNS)
        assert (table.read, [record.row for record in table.records]) == (2, [2, 5])

    def test_rows_with_only_a_running_number_are_blank(self):
        rows = [{"No.": str(n), **(ROW if n < 3 else {})} for n in range(1, 9)]
        assert read_table(files.as_csv(rows), COLUMNS).read == 2

    def test_framed_empty_rows_and_columns_behind_the_table_are_blank(self):
        table = read_table(files.as_xlsx([ROW], blank=(200, 30)), COLUMNS)
        assert (table.read, table.errors) == (1, [])

    def test_a_header_repeated_for_the_printer_is_passed_over(self):
        content = files.as_csv([ROW, {name: name for name in ROW}, ROW | {"職員番号": "0001002"}])
        table = read_table(content, COLUMNS)
        assert (table.read, table.errors) == (2, [])

    def test_short_rows_lack_their_last_cells(self):
        content = "職員番号,氏名,補職名\n0001001,青森　太郎\n0001002\n".encode()
        table = read_table(content, COLUMNS)
        assert table.records[0]["title"] == ""
        assert [(e.row, e.column) for e in table.errors] == [(3, "氏名")]

    def test_a_merged_title_cell_is_a_title(self):
        def merge(text: str) -> str:
            return text.replace(
                "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>'
            )

        content = files.with_part(files.as_xlsx([ROW], title=[["人事異動一覧"]]), "xl/worksheets/sheet1.xml", merge)
        assert read_table(content, COLUMNS).records[0].values == READ


class TestErrors:
    def test_all_errors_are_told_at_once_by_row_column_value_and_reason(self):
        rows = [
            ROW | {"職員番号": "A1", "氏名": ""},
            ROW,
            ROW | {"氏名": "名" * 21, "発令日": "R7.2.30"},
        ]
        content = files.as_csv(rows, columns=[*ROW, "発令日"])
        assert errors_of(content) == [
            (2, "職員番号", "A1", "7桁の数字で入力してください。"),
            (2, "氏名", "", "値がありません。"),
            (4, "氏名", "名" * 21, "20文字以内にしてください(21文字あります)。"),
            (4, "発令日", "R7.2.30", "2月30日という日付は2025年にありません。"),
        ]

    def test_rows_without_a_wrong_cell_are_read_all_the_same(self):
        table = read_table(files.as_csv([ROW | {"職員番号": "A1"}, ROW]), COLUMNS)
        assert [record.row for record in table.records] == [3]

    def test_of_a_wrong_row_the_right_cells_are_known(self):
        table = read_table(files.as_csv([ROW | {"氏名": ""}]), COLUMNS)
        assert [(r.row, r.get("number"), "name" in r, r.written("title")) for r in table.wrong] == [
            (2, "0001001", False, "主事")
        ]
        assert table.numbers_in_doubt("number") == {"0001001"}

    def test_a_wrong_row_that_does_not_tell_its_number_puts_every_number_in_doubt(self):
        table = read_table(files.as_csv([ROW | {"氏名": ""}, ROW | {"職員番号": "?"}]), COLUMNS)
        assert table.numbers_in_doubt("number") is None

    @pytest.mark.parametrize(("cell", "reason"), [("#N/A", "セルがエラー"), ("#未計算", "数式の結果")])
    def test_a_failed_formula_is_an_error_in_any_column_that_is_read(self, cell, reason):
        [error] = errors_of(files.as_xlsx([ROW | {"補職名": cell, "備考": "#N/A"}]))
        assert error[:2] == (2, "補職名")
        assert error[3].startswith(reason)

    def test_a_doubtful_value_is_taken_and_remarked(self):
        table = read_table(files.as_csv([ROW | {"発令日": "R1.04.01"}]), COLUMNS)
        assert str(table.records[0]["on"]) == "2019-04-01"
        assert [(w.row, w.column, w.value) for w in table.warnings] == [(2, "発令日", "R1.04.01")]

    def test_a_record_quotes_its_cells_as_they_stand(self):
        record = read_table(files.as_xlsx([ROW | {"職員番号": 1001, "発令日": "R7.04.01"}]), COLUMNS).records[0]
        assert (record.written("number"), record.written("on"), record.written("title")) == ("1001", "R7.04.01", "主事")

    def test_an_endless_cell_is_quoted_in_part(self):
        assert len(Remark(1, "氏名", "名" * 10_000, "長すぎます。").value) == 101


class TestSheets:
    def test_the_sheet_with_the_table_is_found(self):
        content = files.workbook({"説明": [["この表について"]], "一覧": [list(ROW), list(ROW.values())]})
        assert read_table(content, COLUMNS).records[0].values == READ

    def test_an_empty_form_beside_the_table_does_no_harm(self):
        content = files.workbook({"様式": [list(ROW)], "一覧": [list(ROW), list(ROW.values())]})
        assert read_table(content, COLUMNS).records[0].values == READ

    def test_of_two_sheets_with_rows_none_is_left_out_in_silence(self):
        table = [list(ROW), list(ROW.values())]
        content = files.workbook({"管理職": table, "一般職": table})
        assert "複数のシート(「管理職」、「一般職」)" in only_error_of(content)

    def test_a_hidden_copy_does_no_harm(self):
        table = [list(ROW), list(ROW.values())]
        content = files.workbook({"一覧": table, "旧一覧": table}, hidden=["旧一覧"])
        assert read_table(content, COLUMNS).read == 1
