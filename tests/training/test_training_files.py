"""研修一覧 and 受講申込 as files: all or nothing, errors by row, the same ledger."""

import pytest

from aomori_dx.kernel.tables.importing import KINDS, import_file
from staff.models import ChangeSet
from staff.workflows.change_set import CHANGE_SET
from tests.conftest import NOW
from tests.factories import files, staff
from tests.factories import training as make
from tests.factories.loading import counts, reasons
from training.models import Course, Enrollment

pytestmark = pytest.mark.django_db
COURSE = {"研修コード": "RPA1", "研修名": "RPA入門", "方法": "ハンズオン研修", "時間数": "6", "修了の条件": "出席"}


def load(kind, *rows):
    content, by = files.as_csv(rows), make.officer()
    return import_file(KINDS[kind], content, as_of=NOW.date(), by=by, at=NOW, source="x.csv")


def test_a_course_is_registered_then_changed_and_the_same_file_again_changes_nothing():
    assert counts(load("courses", COURSE)) == {"created": 1}
    assert counts(load("courses", COURSE)) == {"unchanged": 1}
    changed = {**COURSE, "研修名": "RPA応用", "職員区分": "会計年度任用職員、正規", "終了日": "R9.3.31"}
    assert counts(load("courses", changed)) == {"changed": 1}
    row = Course.objects.get()
    assert (row.name, row.employment_types) == ("RPA応用", ["annual", "regular"])


def test_wrong_courses_are_named_by_row_and_nothing_is_written():
    scored = {**COURSE, "研修コード": "X", "修了の条件": "得点"}
    report = load("courses", COURSE, scored, {**COURSE, "研修コード": "Y", "時間数": "0"})
    assert [error.row for error in report.errors] == [3, 4]
    assert "得点で修了を判定する研修には合格点が必要です。" in reasons(report)
    assert not Course.objects.exists()


def booking(run, person, **fields):
    return {"研修コード": run.course.code, "開催回": str(run.number), "職員番号": person.employee_number, **fields}


def test_people_are_booked_in_the_order_of_the_file_through_the_ledger():
    run = make.run(capacity=1)
    people = [staff.posting().employee for _ in range(2)]
    rows = [booking(run, person) for person in people]
    assert counts(load("bookings", *rows)) == {"created": 2}
    assert list(run.enrollments.first_come().values_list("employee", "status")) == [
        (people[0].pk, "confirmed"),
        (people[1].pk, "waitlisted"),
    ]
    assert counts(load("bookings", *rows)) == {"unchanged": 2}


def test_one_wrong_row_and_nobody_is_booked():
    run = make.run(make.course(audience="managers"))
    open_run = make.run()
    good, plain = staff.posting().employee, staff.posting().employee
    report = load("bookings", booking(open_run, good), booking(run, plain), booking(open_run, plain, 開催回="99999"))
    assert "この研修の対象は管理職です。" in reasons(report)
    assert "第99999回は登録されていません" in reasons(report)
    assert not Enrollment.objects.exists()


def test_bookings_are_not_undone_as_a_whole_and_the_page_says_why():
    applied = ChangeSet(kind="bookings", state="applied")
    (why,) = CHANGE_SET.blockers(applied, "undo", by=make.officer(), at=NOW)
    assert why.startswith("申込は本人に知らせているため")
