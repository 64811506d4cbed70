"""Is this number that person? And how is the name written?"""

from datetime import date

import pytest

from staff.models import Employee
from tests.factories.files import department, person, transfer
from tests.factories.loading import R6, R7, R8, counts, errors, everything, load, loaded, reasons

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _departments():
    loaded("departments", department("010110", "人事課"), department("010120", "税務課"))


def on_record(name: str, *, as_of: date = R6) -> None:
    loaded("roster", person("0000001", name), as_of=as_of)


def one() -> Employee:
    return Employee.objects.get(employee_number="0000001")


def names() -> tuple[str, str]:
    return one().name, one().former_name


class TestRoster:
    def test_a_lost_character_never_overwrites_a_known_one(self):
        on_record("𠮷田　葵")
        assert counts(loaded("roster", person("0000001", "〓田　葵"), as_of=R7)) == {"unchanged": 1}
        assert names() == ("𠮷田　葵", "")

    def test_a_known_character_replaces_a_lost_one(self):
        on_record("〓田　葵")
        report = loaded("roster", person("0000001", "𠮷田　葵"), as_of=R7)
        assert report.changed_fields() == {"氏名": 1}
        assert names() == ("𠮷田　葵", "")
        assert one().name_key == "吉田葵"

    def test_a_lost_character_is_remarked(self):
        report = load("roster", person("0000001", "〓田　葵"))
        assert [str(w) for w in report.warnings if w.row] == ["2行目 氏名 「〓田　葵」: 文字が失われています(〓など)。"]

    def test_another_character_for_the_same_is_taken_as_written(self):
        on_record("高橋　健")
        loaded("roster", person("0000001", "髙橋　健"), as_of=R7)
        assert names() == ("髙橋　健", "")

    def test_a_new_family_name_keeps_the_former_one(self):
        on_record("佐藤　花子")
        loaded("roster", person("0000001", "鈴木　花子"), as_of=R7)
        assert names() == ("鈴木　花子", "佐藤　花子")
        assert (one().name_key, one().former_name_key) == ("鈴木花子", "佐藤花子")

    def test_back_to_the_former_family_name(self):
        for day, name in ((R6, "佐藤　花子"), (R7, "鈴木　花子"), (R8, "佐藤　花子")):
            on_record(name, as_of=day)
        assert names() == ("佐藤　花子", "鈴木　花子")

    def test_an_older_roster_changes_no_name(self):
        on_record("佐藤　花子")
        on_record("鈴木　花子", as_of=R7)
        before = everything()
        assert counts(loaded("roster", person("0000001", "佐藤　花子"))) == {"unchanged": 1}
        assert everything() == before

    def test_a_wholly_different_name_is_a_wrong_number(self):
        on_record("佐藤　花子")
        report = load("roster", person("0000001", "佐藤　太郎"), as_of=R7)
        assert errors(report) == [(2, "氏名")]
        assert "職員番号0000001は「佐藤　花子」です" in reasons(report)
        assert names() == ("佐藤　花子", "")

    def test_two_people_whose_numbers_were_swapped_are_both_told(self):
        loaded("roster", person("0000001", "佐藤　花子"), person("0000002", "工藤　健"))
        report = load("roster", person("0000002", "佐藤　花子"), person("0000001", "工藤　健"), as_of=R7)
        assert errors(report) == [(2, "氏名"), (3, "氏名")]

    def test_a_number_of_somebody_who_left_is_not_given_again(self):
        on_record("佐藤　花子")
        loaded("roster", person("0000002", "工藤　健"), as_of=R7)
        report = load("roster", person("0000001", "三浦　翼"), person("0000002", "工藤　健"), as_of=R8)
        assert "2025-04-01に退職した佐藤　花子の職員番号です" in reasons(report)

    @pytest.mark.parametrize(
        ("known", "written"),
        [
            ("佐藤　花子", "佐藤花子"),
            ("佐藤花子", "鈴木　花子"),
            ("佐藤　花子", "鈴木花子"),
            ("佐藤花子", "鈴木花子"),
            ("ｻﾄｳ ﾊﾅｺ", "サトウ　ハナコ"),
            ("佐藤 花子", "佐藤　花子"),
            ("齋藤　花子", "斉藤 花子"),
            ("葛󠄀西　花子", "葛西　花子"),
            ("グエン・ヴァン", "ｸﾞｴﾝ･ｳﾞｧﾝ"),
        ],
    )
    def test_the_same_person_is_known_in_every_way_of_writing(self, known, written):
        on_record(known)
        assert load("roster", person("0000001", written), as_of=R7).errors == []

    @pytest.mark.parametrize(
        ("known", "written"),
        [("佐藤花子", "鈴木太郎"), ("佐藤　花子", "佐藤太郎"), ("佐藤　花", "鈴木　子"), ("佐藤健", "鈴木健")],
    )
    def test_another_person_is_not(self, known, written):
        on_record(known)
        assert errors(load("roster", person("0000001", written), as_of=R7)) == [(2, "氏名")]


class TestTransfers:
    def test_what_a_roster_could_not_write_comes_from_the_transfers(self):
        on_record("〓田　葵")
        report = loaded("transfers", transfer("0000001", code="010120", name="𠮷田　葵"))
        assert report.changed_fields()["氏名"] == 1
        loaded("roster", person("0000001", "〓田　葵", "010120"), as_of=R8)
        assert names() == ("𠮷田　葵", "")

    def test_a_simpler_way_of_writing_is_not_taken(self):
        on_record("髙橋　健")
        loaded("transfers", transfer("0000001", code="010120", name="高橋 健"))
        assert names() == ("髙橋　健", "")

    def test_a_new_family_name_is_taken_with_a_remark(self):
        on_record("佐藤　花子")
        report = loaded("transfers", transfer("0000001", code="010120", name="鈴木　花子"))
        assert names() == ("鈴木　花子", "佐藤　花子")
        assert [warning.column for warning in report.warnings] == ["氏名"]

    def test_an_old_list_brings_no_old_name_back(self):
        on_record("佐藤　花子")
        row = transfer("0000001", code="010120", name="佐藤　花子")
        loaded("transfers", row)
        loaded("roster", person("0000001", "鈴木　花子", "010120"), as_of=R8)
        before = everything()
        assert counts(loaded("transfers", row)) == {"unchanged": 1}
        assert everything() == before

    def test_a_former_name_in_use_at_work_is_not_taken(self):
        on_record("佐藤　花子")
        on_record("鈴木　花子", as_of=R7)
        loaded("transfers", transfer("0000001", code="010120", name="佐藤　花子", 発令年月日="R7.06.01"))
        assert names() == ("鈴木　花子", "佐藤　花子")

    def test_a_wholly_different_name_is_a_wrong_number(self):
        on_record("佐藤　花子")
        report = load("transfers", transfer("0000001", "退職", name="工藤　健"))
        assert errors(report) == [(2, "氏名")]


def test_people_are_found_by_every_way_of_writing():
    on_record("𠮷田　葵")
    loaded("roster", person("0000001", "髙橋　葵", 氏名カナ="ﾀｶﾊｼ ｱｵｲ"), as_of=R7)
    for text in ("高橋", "髙橋葵", "たかはし", "タカハシ　アオイ", "吉田葵", "0000001", "ﾀｶﾊｼ"):
        assert [row.employee_number for row in Employee.objects.search(text)] == ["0000001"], text
