"""eラーニングの結果: the forms of the platforms, whose result it is, and that the same again changes nothing."""

import io
from datetime import date

import openpyxl
import pytest

from aomori_dx.kernel import clock
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import AuditEvent
from staff.models import FormerNumber
from staff.services import change_set_jobs
from tests.factories import staff as make
from tests.factories import training
from tests.training.elearning_files import (
    LIST,
    answered,
    applied,
    checked,
    counts,
    excel_csv,
    list_file,
    listed,
    officer,
    remarks,
    table,
    udemy,
    udemy_file,
)
from training.models import Completion, CourseAlias, Enrollment, UnmatchedResult

pytestmark = pytest.mark.django_db
R7, R8 = FiscalYear(2025), FiscalYear(2026)


@pytest.fixture
def by():
    return officer()


@pytest.fixture
def course():
    return training.course(name="DX基礎", method="elearning", completion_rule="mark")


@pytest.fixture
def person():
    return make.posting(make.employee("青森　太郎", email="u1@pref.example.jp")).employee


def test_an_export_by_mail_gives_completions_dated_by_it(by, course, person):
    other = make.posting(make.employee(email="U2@pref.example.jp")).employee
    done = udemy("U1@PREF.example.jp")
    change_set = applied(udemy_file(done, udemy("u2@pref.example.jp", ratio=43, marked="FALSE", at="")), by=by)
    row = Completion.objects.get()
    assert (row.employee, row.course, row.completed_on, row.fiscal_year) == (person, course, date(2026, 7, 25), R8)
    assert (row.started_on, row.platform, row.source) == (date(2026, 7, 1), "Udemy", "elearning")
    assert counts(change_set) == {"created": 1, "unchanged": 1}
    assert not other.completions.exists()


@pytest.mark.parametrize(
    ("ratio", "marked", "times"), [(100, "FALSE", 1), (20, "TRUE", 1), ("99.5", "FALSE", 0), ("", "", 0)]
)
def test_marked_or_all_of_it_is_a_completion(by, course, person, ratio, marked, times):
    applied(udemy_file(udemy(person.email, ratio=ratio, marked=marked)), by=by)
    assert Completion.objects.count() == times


def test_a_list_by_number_with_eras_and_scores(by, course, person):
    applied(list_file(listed(person.employee_number.lstrip("0"), "青森　太郎")), by=by)
    row = Completion.objects.get()
    assert (row.employee, row.completed_on, row.score, row.platform) == (person, date(2026, 6, 19), 84, "その他")
    assert AuditEvent.objects.get(action="granted").reason == "eラーニングの結果の取込(結果.csv)"


def test_a_former_number_is_the_same_person(by, course, person):
    FormerNumber.objects.create(employee=person, number="0099999", until=date(2026, 4, 1))
    applied(list_file(listed("0099999")), by=by)
    assert Completion.objects.get().employee == person


MOODLE = ("", "ID number", "Email address", "DX基礎", "", "情報モラル", "")


def test_a_moodle_report_has_a_course_a_column(by, course, person):
    moral = training.course(name="情報モラル", method="elearning", completion_rule="mark")
    row = ("太郎 青森", person.employee_number, person.email, "Completed", "Saturday, 25 July 2026, 10:43 AM",
           "Not completed", "")  # fmt: skip
    second = ("名無し", "", "x@example.jp", "Not completed", "", "Completed (achieved pass grade)", "26/07/26, 09:00")
    change_set = applied(table(MOODLE, row, second, encoding="utf-8"), by=by)
    done = Completion.objects.get()
    assert (done.employee, done.course, done.completed_on, done.platform) == (
        person,
        course,
        date(2026, 7, 25),
        "Moodle",
    )
    waiting = UnmatchedResult.objects.get()
    assert (waiting.course, waiting.account, waiting.name) == (moral, "x@example.jp", "名無し")
    assert counts(change_set) == {"created": 1, "unchanged": 2, "unmatched": 1}


def test_the_excel_form_of_moodle_in_japanese(by, course, person):
    header = ("", "IDナンバー", "メールアドレス", "DX基礎", "", "コース完了")
    row = ("青森 太郎", "", person.email, "完了", "2026年 07月 25日(土曜日) 10:43", "2026/07/26 10:00")
    content = excel_csv(header, row)
    change_set = checked(content, by=by)
    assert change_set.checked["form"] == "utf-16"
    assert "このファイル どの研修か分かりません(1行)" in remarks(change_set)
    other = training.course(name="DX総合", method="elearning", completion_rule="mark")
    change_set = answered(change_set, by=by, course=other.code)
    change_set_jobs.apply(change_set.pk, by=by, at=clock.now())
    assert sorted(Completion.objects.values_list("course", "completed_on")) == [
        (course.pk, date(2026, 7, 25)),
        (other.pk, date(2026, 7, 26)),
    ]
    assert not CourseAlias.objects.exists(), "the next report is of another course"


def test_an_activity_with_a_date_of_its_own_name(by, course, person):
    header = ("id", "Name", "Email address", "Department", "DX基礎", "DX基礎 - Completion date")
    content = table(header, ("12345", "Taro Aomori", person.email, "総務課", "Completed", "25/07/26, 10:43"))
    assert counts(applied(content, by=by)) == {"created": 1}


def test_a_workbook_with_days_of_excel(by, course, person):
    book = openpyxl.Workbook()
    book.active.append(["結果の一覧"])
    book.active.append(["メールアドレス", "コース名", "ステータス", "完了日", "スコア"])
    book.active.append([person.email, "DX基礎", "完了", date(2026, 7, 25), 90.0])
    out = io.BytesIO()
    book.save(out)
    applied(out.getvalue(), by=by, name="結果.xlsx")
    assert list(Completion.objects.values_list("completed_on", "score")) == [(date(2026, 7, 25), 90)]


def test_the_same_file_again_and_one_that_overlaps_change_nothing(by, course, person):
    applied(udemy_file(udemy(person.email), udemy("nobody@example.jp")), by=by)
    again = applied(udemy_file(udemy(person.email), udemy("nobody@example.jp"), udemy(person.email)), by=by)
    assert counts(again) == {"unchanged": 3}
    assert (Completion.objects.count(), UnmatchedResult.objects.count()) == (1, 1)


def test_of_several_results_in_a_file_the_earliest_counts(by, course, person):
    later, earlier = udemy(person.email, at="2026-08-01 10:00:00"), udemy(person.email)
    applied(udemy_file(later, earlier, udemy(person.email, ratio=5, marked="FALSE", at="")), by=by)
    assert Completion.objects.get().completed_on == date(2026, 7, 25)


def test_a_year_stands_behind_the_title(by, person):
    course = training.course(name="全職員DX研修", method="elearning", completion_rule="mark")
    applied(list_file(listed(person.employee_number, title="全職員DX研修\uff08R8\uff09")), by=by)
    assert Completion.objects.get().course == course


def test_an_unknown_title_is_asked_about_once_and_remembered(by, course, person):
    content = udemy_file(udemy(person.email, "はじめてのDX(R8)"), udemy(person.email, "無関係な講座"))
    change_set = checked(content, by=by)
    assert change_set.state == "refused"
    assert remarks(change_set).count("どの研修か分かりません(1行)") == 2
    keys = [q["key"] for q in change_set.checked["questions"] if q["key"].startswith("course:")]
    change_set = answered(change_set, by=by, **{keys[0]: course.code, keys[1]: "-"})
    assert counts(change_set) == {"created": 1, "unchanged": 1}
    change_set_jobs.apply(change_set.pk, by=by, at=clock.now())
    assert list(CourseAlias.objects.values_list("title", "course")) == [
        ("はじめてのDX(R8)", course.pk),
        ("無関係な講座", None),
    ]
    next_year = checked(udemy_file(udemy(person.email, "はじめてのDX(令和9年度)")), by=by)
    assert next_year.state == "ready"


def test_an_id_that_is_by_chance_the_code_of_another_course_is_asked_about(by, course, person):
    training.course(code="DX101")
    assert "どの研修か分かりません" in remarks(checked(udemy_file(udemy(person.email)), by=by))


@pytest.mark.parametrize(("time", "day"), [("", date(2026, 3, 31)), ("utc", date(2026, 4, 1))])
def test_a_moment_without_a_zone_is_of_japan_unless_said_otherwise(by, course, person, time, day):
    applied(udemy_file(udemy(person.email, at="2026-03-31 20:00:00")), by=by, time=time)
    row = Completion.objects.get()
    assert (row.completed_on, row.fiscal_year) == (day, FiscalYear.containing(day))


def test_the_answer_about_the_zone_is_remembered_for_files_of_the_same_form(by, course, person):
    applied(udemy_file(udemy(person.email, at="2026-03-31 20:00:00")), by=by, time="utc")
    other = make.posting(make.employee(email="u9@pref.example.jp")).employee
    applied(udemy_file(udemy(other.email, at="2026-05-31 20:00:00")), by=by)
    assert other.completions.get().completed_on == date(2026, 6, 1)


def test_work_of_last_year_that_was_finished_in_april_may_count_for_it(by, course, person):
    """E25"""
    content = udemy_file(udemy(person.email, at="2026-04-10 09:00:00"))
    change_set = checked(content, by=by)
    assert "year" in [question["key"] for question in change_set.checked["questions"]]
    change_set = answered(change_set, by=by, year="2025")
    change_set_jobs.apply(change_set.pk, by=by, at=clock.now())
    assert list(Completion.objects.values_list("completed_on", "fiscal_year")) == [(date(2026, 4, 10), R7)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (listed("0000001", on="R7.2.30"), "2月30日という日付は2025年にありません。"),
        (listed("0000001", on=""), "修了した日がありません。"),
        (listed("0000001", state="たぶん"), "状況を表す語にしてください。"),
        (listed("0000001", score="満点"), "得点は0以上の数字にしてください。"),
    ],
)
def test_a_wrong_cell_is_an_error_with_its_row_and_nothing_is_written(by, course, row, reason):
    change_set = checked(list_file(row, listed("0000002")), by=by)
    assert change_set.state == "refused"
    assert remarks(change_set).startswith("2 ")
    assert reason in remarks(change_set)
    assert not Completion.objects.exists()


def test_a_day_to_come_is_left_out_with_a_warning(by, course, person):
    change_set = applied(list_file(listed(person.employee_number, on="R9.1.5")), by=by)
    assert "先の日付です" in remarks(change_set, "warning")
    assert not Completion.objects.exists()


def test_a_file_without_people_or_without_courses_says_what_is_missing(by):
    assert "職員番号・メールアドレス・アカウント・氏名のどれか" in remarks(checked(table(("研修名",), ("DX",)), by=by))
    assert "研修の列が見つかりません" in remarks(checked(table(("職員番号", "所属"), ("0000001", "人事課")), by=by))


def test_other_names_of_columns_are_mapped_by_hand_and_remembered(by, course, person):
    content = table(("なまえ番号", "おしえ", "おわり"), (person.employee_number, "DX基礎", "R8.6.19"))
    change_set = checked(content, by=by)
    assert change_set.checked["sample"] == [[person.employee_number, "DX基礎", "R8.6.19"]]
    change_set.options["mapping"] = {"number": "なまえ番号", "title": "おしえ", "done_on": "おわり"}
    change_set.save()
    change_set = answered(change_set, by=by, platform="その他")
    assert counts(change_set) == {"created": 1}
    assert counts(checked(content, by=by)) == {"created": 1}


def test_a_score_below_the_pass_mark_is_no_completion_whatever_is_marked(by, person):
    training.course(name="DX基礎", method="elearning", completion_rule="score", pass_mark=70)
    change_set = applied(list_file(listed(person.employee_number, score=69)), by=by)
    assert "合格点70点に達していません" in remarks(change_set, "warning")
    assert not Completion.objects.exists()
    applied(list_file(listed(person.employee_number, score=70)), by=by)
    assert Completion.objects.get().score == 70


def test_who_had_booked_the_period_has_finished_it(by, course, person):
    run = training.run(course, meets=None)
    seat = training.booking(run, person, status="confirmed")
    waiting = training.booking(run, status="waitlisted")
    change_set = applied(list_file(listed(person.employee_number)), by=by)
    seat.refresh_from_db()
    assert seat.status == "completed"
    assert Completion.objects.get().enrollment == seat
    assert AuditEvent.objects.filter(model="training.enrollment", action="finish").count() == 1
    assert Enrollment.objects.get(pk=waiting.pk).status == "waitlisted"
    change_set_jobs.undo(change_set.pk, reason="誤り", by=by, at=clock.now())
    seat.refresh_from_db()
    assert (seat.status, Completion.objects.count()) == ("confirmed", 0)


def test_the_columns_may_stand_in_any_order(by, course, person):
    header, row = list(reversed(LIST)), list(reversed(listed(person.employee_number, "青森太郎")))
    assert counts(applied(table(header, row, delimiter=";"), by=by)) == {"created": 1}
