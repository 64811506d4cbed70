"""What is refused: all of it at once, by row, column, value and reason; nothing misleading; nothing written."""

from datetime import date

import pytest

from tests.factories import files
from tests.factories import staff as make
from tests.factories.files import department, person, transfer
from tests.factories.loading import R7, R8, counts, errors, everything, load, loaded, place_of, reasons

pytestmark = pytest.mark.django_db
A, B, C = ("010110", "人事課"), ("010120", "税務課"), ("010130", "財政課")
IN_JUNE = {"発令年月日": "R7.06.01"}


@pytest.fixture(autouse=True)
def _office():
    loaded("departments", *(department(*pair) for pair in (A, B, C)))
    loaded("roster", person("0000001"), person("0000002", "八戸　花子", B[0]), person("0000003", "弘前　健", C[0]))


@pytest.fixture
def unchanged():
    before = everything()
    yield
    assert everything() == before


@pytest.mark.usefixtures("unchanged")
class TestTransfers:
    def test_all_errors_are_told_at_once_with_the_value_of_the_file(self):
        rows = [
            transfer("X", "異動", "999999", 発令年月日="R7.2.30"),
            transfer("0000001", code="999999", name="津軽　誠"),
            transfer("0000002", code=B[0], name="八戸　花子", 新所属名="人事課"),
            transfer("0000003", name="弘前　健"),
            transfer("0000004", code="10120", name="新人　翼", 発令年月日="令和7年4月1日"),
        ]
        report = load("transfers", *rows)
        assert [(e.row, e.column, e.value) for e in report.errors] == [
            (2, "職員番号", "X"),
            (2, "異動区分", "異動"),
            (2, "発令年月日", "R7.2.30"),
            (3, "新所属コード", "999999"),
            (3, "氏名", "津軽　誠"),
            (4, "新所属名", "人事課"),
            (5, "新所属コード", ""),
            (6, "職員番号", "0000004"),
        ]
        assert all(e.reason.endswith("。") for e in report.errors)

    def test_every_row_is_accounted_for(self):
        rows = [
            transfer("0000001", code=B[0]),
            transfer("0000002", code=B[0], name="八戸　花子"),
            transfer("0000003", code="999999", name="弘前　健"),
            transfer("0000009", "採用", A[0]),
            transfer("0000009", code=C[0], **IN_JUNE),
            transfer("0000001", "退職", **IN_JUNE),
            transfer("?", "退職"),
        ]
        told = load("transfers", *rows).as_json()
        assert (told["read"], told["error_rows"]) == (7, 2)
        assert told["created"] + told["changed"] + told["ended"] + told["unchanged"] == 5

    @pytest.mark.parametrize(
        "second",
        [
            transfer("0000001", code=B[0]),
            transfer("0000001", code=C[0]),
            transfer("0000001", "昇任", B[0], 新補職名="課長"),
            transfer("0000001", "退職"),
        ],
        ids=["the same", "elsewhere", "as something else", "leaving"],
    )
    def test_rows_that_contradict_each_other_are_told(self, second):
        report = load("transfers", transfer("0000001", code=B[0]), second)
        assert errors(report) == [(3, "職員番号")]
        assert "2行目と同じ職員・同じ発令年月日で" in reasons(report)

    def test_a_third_row_that_contradicts_the_second_is_told(self):
        rows = [transfer("0000001", "休職"), transfer("0000001", code=B[0]), transfer("0000001", "昇任", C[0])]
        assert errors(load("transfers", *rows)) == [(4, "職員番号")]

    def test_who_is_not_on_record_is_told_once_a_row(self):
        rows = [transfer("0000009", code=B[0]), transfer("0000009", code=C[0], **IN_JUNE)]
        assert errors(load("transfers", *rows)) == [(2, "職員番号")]

    def test_a_hiring_that_cannot_be_read_does_not_make_the_rest_strangers(self):
        rows = [transfer("0000009", "採用", A[0], 発令年月日="4月1日"), transfer("0000009", code=B[0], **IN_JUNE)]
        assert errors(load("transfers", *rows)) == [(2, "発令年月日")]

    def test_after_a_wrong_row_its_later_rows_are_still_read(self):
        rows = [transfer("0000001", code="999999"), transfer("0000001", code="888888", **IN_JUNE)]
        assert errors(load("transfers", *rows)) == [(2, "新所属コード"), (3, "新所属コード")]

    def test_a_number_that_is_taken_hires_nobody(self):
        report = load("transfers", transfer("0000001", "採用", B[0]))
        assert "すでに使われている職員番号です(青森　太郎、2010-04-01に採用)" in reasons(report)

    def test_before_the_hiring_there_is_no_move(self):
        report = load("transfers", transfer("0000001", code=B[0], 発令年月日="H20.04.01"))
        assert errors(report) == [(2, "新所属コード"), (2, "発令年月日")]
        assert "採用(2010-04-01)より前の日付です" in reasons(report)
        content = [transfer("0000009", "採用", A[0], **IN_JUNE), transfer("0000009", code=B[0])]
        assert errors(load("transfers", *content)) == [(3, "職員番号")]


class TestPeopleWhoLeft:
    @pytest.fixture(autouse=True)
    def _left(self):
        loaded("transfers", transfer("0000001", "退職"))

    @pytest.mark.parametrize(
        "row",
        [
            transfer("0000001", code=B[0]),
            transfer("0000001", code=B[0], **IN_JUNE),
            transfer("0000001", "休職", **IN_JUNE),
            transfer("0000001", "退職", **IN_JUNE),
        ],
    )
    def test_they_are_not_moved(self, row):
        assert "青森　太郎は2025-04-01に退職しています" in reasons(load("transfers", row))

    def test_their_number_is_not_given_to_another(self):
        report = load("transfers", transfer("0000001", "採用", B[0], name="新人　翼", **IN_JUNE))
        assert errors(report) == [(2, "職員番号")]
        assert "2025-04-01に退職した青森　太郎の職員番号です。別の方に同じ職員番号は使えません" in reasons(report)

    def test_what_was_before_they_left_can_still_be_told(self):
        row = transfer("0000001", code=B[0], 発令年月日="R6.10.01")
        assert counts(loaded("transfers", row)) == {"changed": 1}
        assert place_of("0000001", date(2025, 3, 31)) == "税務課"


class TestUnplaced:
    """税務課 and 財政課 were dissolved; their people are waiting."""

    @pytest.fixture(autouse=True)
    def _dissolved(self):
        loaded("departments", department(*A), as_of=R7)

    def test_nobody_is_called_forgotten_whose_row_is_wrong(self):
        rows = [
            transfer("0000002", "組織改編", "999999", name="八戸　花子"),
            transfer("0000003", "組織改編", A[0], name="弘前　健", 発令年月日="R7.4.31"),
        ]
        report = load("transfers", *rows)
        assert errors(report) == [(2, "新所属コード"), (3, "発令年月日")]
        assert report.totals["unplaced"] == 2

    def test_nobody_is_called_forgotten_where_a_row_hides_its_number(self):
        rows = [transfer("?", "組織改編", A[0]), transfer("0000003", "組織改編", A[0], name="弘前　健")]
        report = load("transfers", *rows)
        assert (errors(report), report.totals["unplaced"]) == ([(2, "職員番号")], 1)

    def test_others_who_are_forgotten_are_told_beside_wrong_rows(self):
        report = load("transfers", transfer("0000002", "組織改編", "999999", name="八戸　花子"))
        assert [(e.row, e.value) for e in report.errors] == [(None, "0000003"), (2, "999999")]

    def test_somebody_who_has_never_been_posted_is_not_waiting(self):
        make.employee()
        rows = [
            transfer("0000002", "組織改編", A[0], name="八戸　花子"),
            transfer("0000003", "組織改編", A[0], name="弘前　健"),
        ]
        assert loaded("transfers", *rows).totals["unplaced"] == 0


class TestRoster:
    def test_all_errors_are_told_at_once(self, unchanged):
        rows = [
            person(
                "0000001",
                code="999999",
                採用年月日="R8.04.01",
                所属異動年月日="R8.04.02",
                兼務所属コード="010120 777777",
            ),
            person("0000002", "八戸　花子", B[0], 所属名="人事課", メールアドレス="u2"),
            person("0000001"),
            person("0000003", "津軽　誠", C[0], 休職等区分="旅行", 管理職="はい?"),
        ]
        report = load("roster", *rows, as_of=R7)
        assert errors(report) == [
            (2, "所属コード"),
            (2, "兼務所属コード"),
            (2, "採用年月日"),
            (2, "所属異動年月日"),
            (3, "メールアドレス"),
            (4, "職員番号"),
            (5, "管理職"),
            (5, "休職等区分"),
        ]

    def test_the_same_person_twice_is_told_also_where_one_row_is_wrong(self, unchanged):
        rows = [person("0000001", 採用年月日="?"), person("0000001"), person("1")]
        report = load("roster", *rows, as_of=R7)
        assert [(e.row, e.column, e.value) for e in report.errors] == [
            (2, "採用年月日", "?"), (3, "職員番号", "0000001"), (4, "職員番号", "1")
        ]  # fmt: skip

    def test_without_departments_of_the_day_one_sentence_is_enough(self, unchanged):
        report = load("roster", person("0000001"), as_of=date(2020, 4, 1))
        assert reasons(report) == "2020-04-01の所属が登録されていません。先に所属一覧を取り込んでください。"

    def test_an_older_roster_with_somebody_new_is_refused(self):
        everybody = [person("0000001"), person("0000002", "八戸　花子", B[0]), person("0000003", "弘前　健", C[0])]
        loaded("roster", *everybody, as_of=R8)
        before = everything()
        report = load("roster", *everybody, person("0000009"), as_of=R7)
        assert errors(report) == [(5, "職員番号")]
        assert "より新しい名簿(2026-04-01)にない職員です" in reasons(report)
        assert everything() == before

    def test_an_older_roster_that_lacks_somebody_is_refused(self):
        everybody = [person("0000001"), person("0000002", "八戸　花子", B[0]), person("0000003", "弘前　健", C[0])]
        loaded("roster", *everybody, as_of=R8)
        report = load("roster", *everybody[:2], as_of=R7)
        assert "名簿にない弘前　健を退職にできません" in reasons(report)

    @pytest.mark.parametrize("change", [{"休職等区分": "休職"}, {"兼務所属コード": C[0]}, {"補職名": "主査"}])
    def test_an_older_roster_that_says_something_else_is_refused(self, change):
        """What it says would go on for ever, and the newer one says otherwise."""
        everybody = [person("0000002", "八戸　花子", B[0]), person("0000003", "弘前　健", C[0])]
        loaded("roster", person("0000001"), *everybody, as_of=R8)
        before = everything()
        report = load("roster", person("0000001", **change), *everybody, as_of=R7)
        assert errors(report) == [(2, "職員番号")]
        assert "より新しい名簿(2026-04-01)を取込済みです" in reasons(report)
        assert everything() == before


def test_a_file_of_another_kind_names_what_it_lacks():
    report = load("transfers", content=files.as_csv([person("0000001")]))
    assert reasons(report).startswith("見出しの行に次の列が見つかりません: 異動区分、発令年月日。")
