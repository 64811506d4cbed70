"""manage.py import_…: what is printed, what the exit status is, and what no file can make them do."""

import io
import json
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from staff.models import Department, Employee
from tests.factories import files
from tests.factories.files import department, person, transfer
from tests.factories.loading import everything, loaded

pytestmark = pytest.mark.django_db
COUNTS = {"read", "created", "changed", "ended", "unchanged", "errors", "error_rows", "warnings", "unplaced"}
DEPARTMENTS = [department("010110", "人事課"), department("010120", "税務課")]


@pytest.fixture
def save(tmp_path):
    def write(content: bytes, name: str = "file.csv") -> str:
        path = tmp_path / name
        path.write_bytes(content)
        return str(path)

    return write


def run(command: str, path: str, *options: str) -> tuple[int, str, str]:
    """Exit status, standard output, standard error."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(command, path, *options, stdout=out, stderr=err)
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


class TestJson:
    def test_one_object_with_numbers_for_counts(self, save):
        path = save(files.as_csv(DEPARTMENTS))
        status, out, err = run("import_departments", path, "--as-of", "R6.4.1", "--json")
        told = json.loads(out)
        assert (status, err, out.count("\n")) == (0, "", 1)
        assert told["as_of"] == "2024-04-01"
        assert (told["kind"], told["form"], told["dry_run"], told["written"]) == ("departments", "utf-8", False, True)
        assert all(type(told[name]) is int for name in COUNTS)
        assert (told["read"], told["created"]) == (2, 2)

    def test_errors_are_listed_by_row_column_value_and_reason(self, save):
        path = save(files.as_csv([department("A", "人事課"), department("010120", "")]))
        status, out, _ = run("import_departments", path, "--as-of", "2024-04-01", "--json")
        told = json.loads(out)
        assert (status, told["errors"], told["error_rows"], told["written"]) == (1, 2, 2, False)
        assert told["error_list"] == [
            {"row": 2, "column": "所属コード", "value": "A", "reason": "6桁の数字で入力してください。"},
            {"row": 3, "column": "所属名", "value": "", "reason": "値がありません。"},
        ]
        assert not Department.objects.exists()

    def test_a_dry_run_prints_what_the_real_run_prints(self, save):
        loaded("departments", *DEPARTMENTS)
        path = save(files.as_csv([person("0000001"), person("0000002", code="010120")]))
        told = []
        for options in (["--dry-run"], []):
            told.append(json.loads(run("import_roster", path, "--as-of", "2024-04-01", "--json", *options)[1]))
        assert [one["created"] for one in told] == [2, 2]
        assert {key for key in told[0] if told[0][key] != told[1][key]} == {"dry_run", "written"}
        assert Employee.objects.count() == 2

    @pytest.mark.parametrize(
        "kind", ["departments", "successions", "roster", "transfers", "promoters", "stage_enrollments"]
    )
    def test_every_command_knows_the_same_options(self, save, kind):
        dated = ["--as-of", "2024-04-01"] if kind in {"departments", "successions", "roster"} else []
        status, out, _ = run(f"import_{kind}", save(b"a,b\n1,2\n"), *dated, "--dry-run", "--json")
        told = json.loads(out)
        assert (status, told["kind"], told["errors"]) == (1, kind, 1)


class TestText:
    def test_it_says_what_was_done(self, save):
        path = save(files.as_csv(DEPARTMENTS, encoding="cp932"))
        status, out, err = run("import_departments", path, "--as-of", "令和6年4月1日")
        assert (status, err) == (0, "")
        assert out.splitlines() == [
            "所属一覧(令和6年4月1日現在) file.csv: 2行(cp932)",
            "  新規2 変更0 終了0 変更なし0 エラー0",
            "  所属が決まっていない職員 0人",
        ]

    def test_it_says_what_is_wrong_and_that_nothing_was_written(self, save):
        status, out, err = run(
            "import_departments", save(files.as_csv([department("A", "人事課")])), "--as-of", "R6.4.1"
        )
        assert (status, out.splitlines()[1]) == (1, "  新規0 変更0 終了0 変更なし0 エラー1")
        assert err.splitlines() == [
            "  エラー: 2行目 所属コード 「A」: 6桁の数字で入力してください。",
            "エラーがあるため、このファイルは何も取り込んでいません。",
        ]

    def test_a_dry_run_says_that_it_is_one(self, save):
        _, out, _ = run("import_departments", save(files.as_csv(DEPARTMENTS)), "--as-of", "R6.4.1", "--dry-run")
        assert out.splitlines()[-1] == "  確認のみです。書き込んでいません。"

    def test_of_many_remarks_the_first_are_shown(self, save):
        loaded("departments", *DEPARTMENTS)
        rows = [person(f"{n:07}", "〓田　葵") for n in range(1, 31)]
        _, out, _ = run("import_roster", save(files.as_csv(rows)), "--as-of", "R6.4.1")
        assert sum("注意:" in line for line in out.splitlines()) == 20
        assert "注意がほかに11件あります" in out

    @pytest.mark.parametrize("day", ["R6", "2024-02-30", "明日", ""])
    def test_a_day_that_does_not_exist_is_refused(self, save, day):
        with pytest.raises(CommandError, match="--as-of"):
            run("import_departments", save(files.as_csv(DEPARTMENTS)), "--as-of", day)


def _zip(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as wrapper:
        for name, inside in parts.items():
            wrapper.writestr(name, inside)
    return target.getvalue()


ROSTER = files.as_csv([person("0000001")])
BOOK = files.as_xlsx([person("0000001")])
FAR = files.with_part(
    BOOK,
    "xl/worksheets/sheet1.xml",
    lambda text: text.replace("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
)
MALFORMED = {
    "empty": b"",
    "header only": files.as_csv([], columns=list(person("0"))),
    "no header": ROSTER.split(b"\n", 1)[1],
    "columns twice": b",".join([ROSTER.split(b"\r\n")[0], "氏名".encode()]) + b"\r\n",
    "cut off": BOOK[: len(BOOK) // 2],
    "bomb": _zip({"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b" " * 450_000_000}),
    "far apart": FAR,
    "old excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
    "word": _zip({"word/document.xml": b"<w/>", "[Content_Types].xml": b"<a/>"}),
    "nul": ROSTER.replace("青森".encode(), b"\0\0"),
    "noise": random.Random(7).randbytes(5000),
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "too many rows": b"a,b\n" * 600_000,
    "no end of a quotation": ROSTER.replace("青森".encode(), '"青森'.encode(), 1).replace(b"010110", b'"010110'),
    "another encoding": "職員番号,氏名\n".encode("euc_jp"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_file_that_is_none_gets_one_sentence_and_changes_nothing(save, name):
    loaded("departments", *DEPARTMENTS)
    before = everything()
    status, out, err = run("import_roster", save(MALFORMED[name], "名簿.xlsx"), "--as-of", "R6.4.1", "--json")
    told = json.loads(out)
    assert (status, err, told["errors"], told["error_list"][0]["row"]) in [(1, "", 1, None), (1, "", 1, 1)]
    assert told["error_list"][0]["reason"].endswith("。")
    assert not told["error_list"][0]["reason"].isascii()
    assert everything() == before


@pytest.mark.parametrize("path", ["/nowhere/file.csv", "."])
def test_a_path_that_is_no_file_is_reported_like_any_other_error(path):
    status, out, _ = run("import_transfers", path, "--json")
    assert status == 1
    assert json.loads(out)["error_list"][0]["reason"] in {
        "ファイルがありません。",
        "ファイルではなく、フォルダーです。",
    }


def test_merged_cells_formulas_and_blank_frames_are_read(save):
    loaded("departments", *DEPARTMENTS)

    def merged(text: str) -> str:
        return text.replace("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A1:J2"/></mergeCells>')

    content = files.as_xlsx([person("0000001")], title=[["職員名簿"], []], blank=(500, 20))
    path = save(files.with_part(content, "xl/worksheets/sheet1.xml", merged), "a.xlsx")
    status, out, _ = run("import_roster", path, "--as-of", "R6.4.1", "--json")
    assert (status, json.loads(out)["created"]) == (0, 1)


def test_a_row_without_end_of_columns_is_read(save):
    loaded("departments", *DEPARTMENTS)
    row = person("0000001") | {f"列{n}": "" for n in range(300)}
    assert run("import_roster", save(files.as_csv([row])), "--as-of", "R6.4.1")[0] == 0


@pytest.mark.real_time
def test_as_a_program_it_ends_with_status_1_and_no_traceback(save):
    """The command line itself; the file is refused before any table is asked for."""
    manage = Path(settings.BASE_DIR) / "manage.py"
    command = [sys.executable, str(manage), "import_transfers", save(b"\0\1\2", "異動.xlsx")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "エラー: " in done.stderr


def test_a_row_beyond_the_header_is_told_by_its_place_in_the_file(save):
    loaded("departments", *DEPARTMENTS)
    loaded("roster", person("0000001"))
    content = files.as_xlsx([transfer("0000001", code="999999")], title=[["人事異動"], ["令和7年4月1日"]])
    _, out, _ = run("import_transfers", save(content, "異動.xlsx"), "--json")
    assert json.loads(out)["error_list"][0]["row"] == 4
