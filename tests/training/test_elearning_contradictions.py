"""What a later file says of a completion that stands, closed years, and taking a file back."""

from datetime import date

import pytest

from aomori_dx.kernel import clock, closing
from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.services import change_set_jobs
from tests.factories import staff as make
from tests.factories import training
from tests.training.elearning_files import answered, applied, checked, counts, list_file, listed, officer, remarks
from training.models import Completion, CourseAlias, UnmatchedResult
from training.services import completions
from training.signals import completion_changed

pytestmark = pytest.mark.django_db
R7 = FiscalYear(2025)


@pytest.fixture
def by():
    return officer()


@pytest.fixture
def course():
    return training.course(name="DX基礎", method="elearning", completion_rule="mark")


@pytest.fixture
def person():
    return make.posting(make.employee("青森　太郎")).employee


@pytest.fixture
def done(course, person):
    return training.completion(person, course, completed_on=date(2026, 6, 19), score=84)


def row_of(person, **said) -> tuple:
    return listed(person.employee_number, **said)


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"state": "受講中", "on": ""}, "R8.6.19)が登録済みですが、ファイルは「受講中」です。"),
        ({"on": "R8.7.1"}, "ファイルはR8.7.1(84点)です。"),
        ({"score": 60}, "ファイルはR8.6.19(60点)です。"),
    ],
)
def test_a_completion_is_never_turned_back_without_asking(by, person, done, said, what):
    change_set = applied(list_file(row_of(person, **said)), by=by)
    assert what in remarks(change_set, "warning")
    assert counts(change_set) == {"unchanged": 1}
    before = done.completed_on, done.score
    done.refresh_from_db()
    assert (done.completed_on, done.score, done.revoked_at) == (*before, None)


def test_the_officer_may_let_the_file_be_right_for_all_lines(by, person, done):
    heard = []
    completion_changed.connect(lambda **told: heard.append(told["employees"]), weak=False, dispatch_uid="test")
    try:
        applied(list_file(row_of(person, on="R8.7.1", score=90)), by=by, correct="all")
    finally:
        completion_changed.disconnect(dispatch_uid="test")
    done.refresh_from_db()
    assert (done.completed_on, done.score) == (date(2026, 7, 1), 90)
    assert [person.pk] in heard


def test_or_for_some_lines(by, course, person, done):
    other = make.posting().employee
    kept = training.completion(other, course, completed_on=date(2026, 6, 19))
    rows = [row_of(person, state="未修了", on=""), row_of(other, state="未修了", on="")]
    change_set = applied(list_file(*rows), by=by, correct="rows", correct_rows="2")
    assert counts(change_set) == {"changed": 1, "unchanged": 1}
    done.refresh_from_db()
    kept.refresh_from_db()
    assert done.revoked_reason == "eラーニングの結果の取込(結果.csv)"
    assert kept.revoked_at is None
    change_set_jobs.undo(change_set.pk, reason="やはり誤り", by=by, at=clock.now())
    done.refresh_from_db()
    assert done.revoked_at is None


def test_rows_that_cannot_be_read_are_an_error(by, person, done):
    content = list_file(row_of(person, state="未修了", on=""))
    assert "12, 15-20" in remarks(checked(content, by=by, correct="rows", correct_rows="二行目"))


def test_what_an_officer_has_revoked_does_not_come_back_with_the_same_file(by, person, done):
    completions.revoke(done.pk, reason="本人ではなかった", by=by, at=clock.now())
    content = list_file(row_of(person))
    change_set = applied(content, by=by)
    assert "この修了は取り消されています。" in remarks(change_set, "warning")
    assert not Completion.objects.standing().exists()
    applied(content, by=by, correct="all")
    assert Completion.objects.standing().get().completed_on == date(2026, 6, 19)


def test_the_next_year_is_another_completion(by, person, done):
    training_again = list_file(row_of(person, on="R8.3.1"))
    assert counts(applied(training_again, by=by)) == {"created": 1}
    assert sorted(int(row.fiscal_year) for row in Completion.objects.all()) == [2025, 2026]


def test_a_closed_year_is_an_error_that_says_so(by, course, person):
    closing.close(R7, by=None, at=clock.now(), reason="確定")
    change_set = checked(list_file(row_of(person, on="R8.3.1")), by=by)
    assert "令和7年度は締められています。" in remarks(change_set)
    training.completion(person, course, completed_on=date(2026, 3, 1), score=84)
    assert checked(list_file(row_of(person, on="R8.3.1")), by=by).state == "ready", "what is there already is no change"


def test_a_file_is_taken_back_as_a_whole(by, course, person):
    title = {"title": "はじめてのDX"}
    change_set = checked(list_file(row_of(person, **title), listed("9999999", **title)), by=by)
    change_set = answered(change_set, by=by, course=course.code)
    change_set_jobs.apply(change_set.pk, by=by, at=clock.now())
    models = (Completion, UnmatchedResult, CourseAlias)
    assert [model.objects.count() for model in models] == [1, 1, 1]
    change_set_jobs.undo(change_set.pk, reason="別のファイル", by=by, at=clock.now())
    assert [model.objects.count() for model in models] == [0, 0, 0]


def test_a_file_whose_completions_are_certified_says_what_stands_in_the_way(by, course, person):
    change_set = applied(list_file(row_of(person)), by=by)
    training.certificate(Completion.objects.get())
    with pytest.raises(RuleBroken, match="を使っている修了証があります"):
        change_set_jobs.undo(change_set.pk, reason="誤り", by=by, at=clock.now())
    assert Completion.objects.standing().exists()


@pytest.mark.parametrize(
    ("name", "email", "why"),
    [
        ("弘前　次郎", "", "「青森　太郎」で、氏名が違います。"),
        ("", "other@pref.example.jp", "職員番号は「青森　太郎」、メールアドレスは「八戸　花子」のものです。"),
    ],
)
def test_a_wrong_number_waits_for_the_officer(by, course, person, name, email, why):
    """E21"""
    make.posting(make.employee("八戸　花子", email="other@pref.example.jp"))
    header = "職員番号,氏名,メールアドレス,研修名,修了日"
    content = f"{header}\n{person.employee_number},{name},{email},DX基礎,R8.6.19\n".encode()
    applied(content, by=by)
    assert why in UnmatchedResult.objects.get().why


@pytest.mark.parametrize("name", ["青森太郎", "黒石　太郎", "Taro Aomori", "太郎 青森"])
def test_another_way_of_writing_the_name_is_the_same_person(by, course, person, name):
    applied(list_file(listed(person.employee_number, name)), by=by)
    assert Completion.objects.get().employee == person
