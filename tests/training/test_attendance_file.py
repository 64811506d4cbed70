"""出欠 as a file: looked at, applied as a whole, the same again, taken back as a whole."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from aomori_dx.kernel.tables import importing
from staff.models import ChangeSet
from staff.services import change_set_jobs, change_sets
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import training as make
from tests.staff.office_files import as_csv
from training.imports import attendance as kind
from training.models import Attendance

pytestmark = pytest.mark.django_db
HEADER = ("研修コード", "回", "日", "職員番号", "氏名", "出欠", "分")


@pytest.fixture
def by():
    return make.officer()


@pytest.fixture
def run():
    return make.run(make.course(code="RPA1"), meets=NOW - timedelta(days=3), number=2)


def line(row, presence, minutes="", **other):
    said = {"day": "R8.11.20", "number": row.employee.employee_number, "code": "RPA1", "name": "", **other}
    return (said["code"], "2", said["day"], said["number"], said["name"], presence, minutes)


def load(by, *lines, dry_run=False):
    content = as_csv(list(HEADER), *map(list, lines))
    return importing.import_file(
        kind.KIND, content, as_of=NOW.date(), by=by, at=NOW, source="出欠.csv", dry_run=dry_run
    )


def test_a_file_writes_the_roll_and_again_changes_nothing(by, run):
    one, two, three = (make.booking(run, status="confirmed") for _ in range(3))
    lines = [line(one, "出席"), line(two, "遅刻", "120"), line(three, "資料配布")]
    report = load(by, *lines)
    assert (report.errors, report.count("created")) == ([], 3)
    assert load(by, *lines).count("unchanged") == 3
    assert dict(Attendance.objects.values_list("enrollment", "minutes")) == {one.pk: 180, two.pk: 120, three.pk: 0}
    report = load(by, line(one, "欠席"))
    assert report.count("changed") == 1


@pytest.mark.parametrize(
    ("presence", "minutes", "other", "sentence"),
    [
        ("遅刻", "", {}, "出席した時間を分で入力してください"),
        ("早退", "200", {}, "この日程は180分です"),
        ("来た", "", {}, "次のいずれか"),
        ("出席", "", {"day": "R8.11.21"}, "この日の日程はありません"),
        ("出席", "", {"code": "NO"}, "この日の日程はありません"),
        ("出席", "", {"number": "8888888"}, "この職員番号は登録されていません"),
        ("出席", "", {"name": "弘前　花子"}, "職員番号を確認してください"),
    ],
)
def test_what_cannot_be_is_told_by_row_and_nothing_is_written(by, run, presence, minutes, other, sentence):
    good, wrong = (make.booking(run, status="confirmed") for _ in range(2))
    report = load(by, line(good, "出席"), line(wrong, presence, minutes, **other))
    assert [row.row for row in report.errors] == [3]
    assert sentence in report.errors[0].reason
    assert not Attendance.objects.exists()


def test_who_has_no_seat_and_what_is_settled_are_errors(by, run):
    stranger = make.booking(status="confirmed")
    settled = make.booking(run, status="completed")
    run.status = "held"
    run.save()
    make.attendance(settled)
    report = load(by, line(stranger, "出席"), line(settled, "欠席"))
    assert "この回の受講者ではありません" in report.errors[0].reason
    assert "理由を付けて訂正してください" in report.errors[1].reason


def test_a_file_that_was_applied_is_taken_back_as_a_whole(client, by, run):
    one, two = (make.booking(run, status="confirmed") for _ in range(2))
    make.attendance(one, presence="absent", minutes=0)
    content = as_csv(list(HEADER), list(line(one, "出席")), list(line(two, "出席")))
    client.force_login(by)
    form = {"kind": "attendance", "file": SimpleUploadedFile("出欠.csv", content)}
    assert client.post("/imports/", form).status_code == 302
    change_set = change_set_jobs.check(ChangeSet.objects.latest("pk").pk, by=by, at=NOW)
    change_sets.request_apply(change_set.pk, by=by, at=NOW)
    change_set_jobs.apply(change_set.pk, by=by, at=NOW)
    assert set(Attendance.objects.values_list("minutes", flat=True)) == {180}
    change_sets.request_undo(change_set.pk, reason="別のファイルでした", by=by, at=NOW)
    change_set_jobs.undo(change_set.pk, by=by, at=NOW, reason="別のファイルでした")
    assert list(Attendance.objects.values_list("presence", flat=True)) == ["absent"]


def test_the_queries_do_not_follow_the_number_of_rows(by, django_assert_max_num_queries):
    run = make.run(make.course(code="RPA1"), meets=NOW - timedelta(days=3), number=2, capacity=60)
    rows = [make.booking(run, status="confirmed") for _ in range(40)]
    with django_assert_max_num_queries(25):
        assert load(by, *(line(row, "出席") for row in rows)).count("created") == 40


def test_a_stranger_loads_no_attendance():
    assert not kind.KIND.who(staff.user(), NOW.date())
