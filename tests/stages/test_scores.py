"""評点: out as a file, filled in, looked at, applied as a whole, taken back as a whole."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from staff.models import ChangeSet, OfficeRole
from staff.services import change_set_jobs
from stages.models import Nomination
from tests.conftest import NOW
from tests.factories import nominations as make
from tests.factories import staff
from tests.factories import stages as make_stages
from tests.staff.office_files import as_csv

pytestmark = pytest.mark.django_db
URL = "/nominations/scores/"
HEADER = ("推薦番号", "職員番号", "氏名", "評点1", "評点2")


@pytest.fixture
def officer():
    make.call()
    make_stages.plan()
    return staff.office(OfficeRole.DX)


@pytest.fixture
def dx(officer):
    client = Client()
    client.force_login(officer)
    return client


def row_of(nomination, *points) -> tuple:
    return (str(nomination.pk), nomination.nominee.employee_number, nomination.nominee.name, *points)


def load(client, officer, content: bytes, name="評点.csv") -> ChangeSet:
    """Uploaded on the page of the points and checked, as the worker would."""
    response = client.post(URL, {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302
    return change_set_jobs.check(ChangeSet.objects.latest("pk").pk, by=officer, at=NOW)


def points(*rows) -> list[tuple]:
    return [Nomination.objects.values_list("score_first", "score_second").get(pk=row.pk) for row in rows]


def outcomes(change_set) -> list[str]:
    return [line.outcome for line in change_set.lines.order_by("position")]


def handed_out(client) -> tuple[bytes, list[list]]:
    content = b"".join(client.get(f"{URL}download/", {"format": "xlsx"}).streaming_content)
    return content, CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("データ").to_python()


def test_what_was_handed_out_comes_back_without_a_change(dx, officer):
    rows = [make.nomination(make.house(), status="in_review", score_first=n) for n in (0, 100)]
    make.nomination(make.house(), status="accepted")
    content, (header, *lines) = handed_out(dx)
    assert header[-2:] == ["評点1", "評点2"]
    assert [int(line[0]) for line in lines] == [row.pk for row in rows]
    loaded = load(dx, officer, content, "評点.xlsx")
    assert (loaded.state, outcomes(loaded)) == ("ready", ["unchanged", "unchanged"])
    assert points(*rows) == [(0, None), (100, None)]


def test_they_are_looked_at_applied_and_taken_back_as_a_whole(dx, officer):
    one, two, three = (make.nomination(make.house(), status="in_review", score_first=50) for _ in range(3))
    content = as_csv(HEADER, row_of(one, "88", "90"), row_of(two, "", "70"), row_of(three, "50", ""))
    loaded = load(dx, officer, content)
    assert (loaded.state, sorted(outcomes(loaded))) == ("ready", ["changed", "changed", "unchanged"])
    assert points(one, two, three) == [(50, None)] * 3
    for _ in range(2):
        change_set_jobs.apply(loaded.pk, by=officer, at=NOW)
        assert points(one, two, three) == [(88, 90), (50, 70), (50, None)]
    assert sorted(outcomes(load(dx, officer, content))) == ["unchanged"] * 3
    assert "評点が2つそろったもの2件" in dx.get(URL).content.decode()
    change_set_jobs.undo(loaded.pk, reason="別の回の評点だったため", by=officer, at=NOW)
    assert points(one, two, three) == [(50, None)] * 3


def test_every_error_is_named_by_its_row_and_nothing_is_written(dx, officer):
    one, two = (make.nomination(make.house(), status="in_review") for _ in range(2))
    decided = make.nomination(make.house(), status="accepted")
    draft = make.nomination(make.house())
    content = as_csv(
        HEADER,
        row_of(one, "101", ""),
        (str(two.pk), one.nominee.employee_number, "", "80", ""),
        row_of(decided, "80", ""),
        row_of(draft, "80", ""),
        row_of(two, "八十", ""),
        ("99999999", "0000001", "", "1", "1"),
    )
    loaded = load(dx, officer, content)
    told = {line.row: line.reason for line in loaded.lines.filter(outcome="error")}
    assert loaded.state == "refused"
    assert told[2] == "0から100までの整数で入力してください。"
    assert told[3].startswith(f"推薦番号{two.pk}の候補者は")
    assert told[4] == "「決定」の推薦の評点は変えられません。"
    assert told[5] == told[7] == "この番号の推薦はありません。"
    assert 6 in told
    assert points(one, two, decided) == [(None, None)] * 3


def test_only_the_dx_office_handles_points(dx):
    for role in (OfficeRole.HR, OfficeRole.INFO):
        client = Client()
        client.force_login(staff.office(role))
        assert client.get(URL).status_code == client.get(f"{URL}download/").status_code == 403
    assert dx.post(URL, {}).status_code == 422
