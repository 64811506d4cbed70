"""The benchmark loads what it measures, and says of it what it took beside the bare cost."""

from datetime import date

import pytest

from aomori_dx.benchmark import floor, measures
from aomori_dx.benchmark.prefecture import Prefecture
from staff.models import Employee, Posting
from stages.models import StageProgress
from tests.conftest import NOW
from tests.factories import staff as make

pytestmark = pytest.mark.django_db
FIRST = date(2024, 4, 1)


def test_every_file_is_measured_checked_and_applied_beside_the_floor():
    small, officer = Prefecture(60), measures.officer()
    workbook = small.roster(form="xlsx")
    least = floor.read_and_upsert(workbook)
    found = {}
    for title, kind, content in (("所属", "departments", small.departments()), ("名簿", "roster", workbook)):
        rows = measures.load(title, kind, content, as_of=FIRST, by=officer, at=NOW, least=least)
        found |= {row.name: row.as_json() for row in rows}
    assert Employee.objects.count() == Posting.objects.count() == 60
    check, apply, both = (found[f"名簿 {step}"] for step in ("確認", "適用", "合わせて"))
    assert both["rows"] == 60
    assert both["ratio"] == pytest.approx(both["seconds"] / least)
    assert both["seconds"] == pytest.approx(check["seconds"] + apply["seconds"])
    assert both["processor"] == pytest.approx(check["processor"] + apply["processor"])
    assert both["peak_mb"] == max(check["peak_mb"], apply["peak_mb"]) > 0
    assert both["bar"] == measures.BARS["roster"]


def test_everybodys_progress_is_measured():
    make.posting()
    measure = measures.progress_job(at=NOW)
    assert measure.rows == StageProgress.objects.count() == 5
    assert StageProgress.objects.filter(done=7, asked=9).count() == 5


def test_a_file_that_is_refused_is_no_measure():
    small, officer = Prefecture(60), measures.officer()
    with pytest.raises(RuntimeError, match="roster"):
        list(measures.load("名簿", "roster", small.roster(), as_of=FIRST, by=officer, at=NOW, least=1.0))
