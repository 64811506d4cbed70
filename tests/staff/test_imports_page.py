"""/imports/: the officer's way from a file to the records."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from aomori_dx.kernel import clock, progress
from aomori_dx.kernel.models import Job, JobState
from staff.models import ChangeSet, OfficeRole, Posting
from staff.services import change_sets
from tests.factories import staff as make
from tests.staff.office_files import TRANSFERS, as_csv, transfer_row

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def hr():
    return make.office(OfficeRole.HR)


@pytest.fixture
def officer(client, hr):
    client.force_login(hr)
    return client


def run_jobs() -> None:
    for job in list(Job.objects.filter(state=JobState.QUEUED).exclude(kind="compute_quotas")):
        progress.run(job.pk)


def a_file(*, wrong: bool = False, people: int = 1) -> bytes:
    place, other = make.department(), make.department()
    rows = [
        transfer_row(make.posting(to=place).employee, "転任", "R7.2.30" if wrong else "R8.12.1", other)
        for _ in range(people)
    ]
    return as_csv(TRANSFERS, *rows)


def checked(hr, content: bytes) -> ChangeSet:
    change_set = change_sets.upload("transfers", name="異動.csv", content=content, as_of=None, by=hr, at=clock.now())
    run_jobs()
    change_set.refresh_from_db()
    return change_set


def test_a_file_is_uploaded_checked_applied_and_taken_back(officer, hr):
    file = SimpleUploadedFile("異動.csv", a_file(people=2))
    answer = officer.post(reverse("staff:imports"), {"kind": "transfers", "file": file})
    change_set = ChangeSet.objects.get()
    assert answer.headers["Location"] == reverse("staff:import", args=[change_set.pk])
    assert "順番を待っています" in officer.get(answer.headers["Location"]).content.decode()
    run_jobs()
    page = officer.get(answer.headers["Location"]).content.decode()
    assert "この内容で適用する" in page
    assert "変更 2" in page
    officer.post(reverse("staff:import-apply", args=[change_set.pk]))
    run_jobs()
    assert Posting.objects.on(date(2026, 12, 1)).filter(valid_from=date(2026, 12, 1)).count() == 2
    assert "予定" in officer.get(reverse("staff:imports")).content.decode()
    officer.post(reverse("staff:import-undo", args=[change_set.pk]), {"reason": "内示の取り消し"})
    run_jobs()
    assert not Posting.objects.filter(valid_from=date(2026, 12, 1)).exists()
    assert "取り消し済み" in officer.get(reverse("staff:import", args=[change_set.pk])).content.decode()


def test_a_form_that_lacks_something_says_what_and_keeps_the_rest(officer):
    answer = officer.post(reverse("staff:imports"), {"kind": "roster", "file": SimpleUploadedFile("r.csv", b"x")})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "職員名簿には基準日が必要です。" in page
    assert '<option value="roster" selected>' in page
    assert not ChangeSet.objects.exists()


def test_a_date_that_does_not_exist_is_refused_in_words(officer):
    file = SimpleUploadedFile("r.csv", b"x")
    answer = officer.post(reverse("staff:imports"), {"kind": "roster", "file": file, "as_of": "R7.2.30"})
    assert "2月30日という日付は2025年にありません。" in answer.content.decode()


def test_an_undo_without_a_reason_is_refused_on_the_page(officer, hr):
    change_set = checked(hr, a_file())
    officer.post(reverse("staff:import-apply", args=[change_set.pk]))
    run_jobs()
    answer = officer.post(reverse("staff:import-undo", args=[change_set.pk]), {"reason": ""})
    assert answer.status_code == 422
    change_set.refresh_from_db()
    assert change_set.state == "applied"


def test_the_second_press_is_told_that_it_is_done(officer, hr):
    change_set = checked(hr, a_file())
    officer.post(reverse("staff:import-apply", args=[change_set.pk]))
    run_jobs()
    answer = officer.post(reverse("staff:import-apply", args=[change_set.pk]), follow=True)
    assert "「適用済み」からは「適用」にできません。" in answer.content.decode()


def test_the_progress_ends_by_reading_the_page_anew(officer, hr):
    change_set = change_sets.upload("transfers", name="f", content=a_file(), as_of=None, by=hr, at=clock.now())
    address = reverse("staff:import-progress", args=[change_set.pk])
    assert "hx-get" in officer.get(address, headers={"HX-Request": "true"}).content.decode()
    run_jobs()
    assert officer.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_lines_are_filtered_by_outcome(officer, hr):
    change_set = checked(hr, a_file(wrong=True))
    page = officer.get(reverse("staff:import", args=[change_set.pk]), {"outcome": "error"}).content.decode()
    assert "2月30日" in page
    assert "印を付けたファイル" in page


def test_the_marked_file_is_a_workbook(officer, hr):
    change_set = checked(hr, a_file(wrong=True))
    answer = officer.get(reverse("staff:import-marked", args=[change_set.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet.max_row == 2
    assert "attachment" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("role", [OfficeRole.INFO, OfficeRole.VIEWER, OfficeRole.ADMIN, None])
def test_others_are_told_who_loads_files(client, role):
    client.force_login(make.office(role) if role else make.user())
    answer = client.get(reverse("staff:imports"))
    assert answer.status_code == 403
    assert "人財育成・人事担当とDX推進担当だけが行えます" in answer.content.decode()


@pytest.mark.parametrize("act", ["import-apply", "import-undo", "import-discard", "import-reread"])
def test_a_file_of_another_office_is_nowhere_and_stays_as_it_is(client, hr, act):
    change_set = checked(hr, a_file())
    client.force_login(make.office(OfficeRole.DX))
    assert client.get(reverse("staff:import", args=[change_set.pk])).status_code == 404
    assert client.post(reverse(f"staff:{act}", args=[change_set.pk]), {"reason": "x"}).status_code == 404
    change_set.refresh_from_db()
    assert change_set.state == "ready"
    assert not Job.objects.filter(state=JobState.QUEUED).exists()


def test_the_page_asks_the_same_number_of_questions_for_few_and_many_lines(officer, hr, django_assert_max_num_queries):
    few, many = checked(hr, a_file(people=3)), checked(hr, a_file(people=40))
    with django_assert_max_num_queries(12) as asked:
        officer.get(reverse("staff:import", args=[few.pk]))
    with django_assert_max_num_queries(len(asked.captured_queries)):
        officer.get(reverse("staff:import", args=[many.pk]))
