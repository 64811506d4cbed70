"""manage.py compute_quotas: what it prints, keeps and refuses."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from stages.models import QuotaSnapshot
from tests.factories import staff
from tests.factories import stages as make
from tests.factories.stages import R7, R8

pytestmark = pytest.mark.django_db

PROMISED = [
    "fiscal_year", "revision", "target", "nominating_departments", "recommended_quota", "appointed", "recommended",
    "self_nominated", "unfilled_departments", "cumulative_target", "cumulative_appointed", "cumulative_trained",
    "still_in_service", "carry", "self_guide",
]  # fmt: skip


@pytest.fixture
def promoters():
    make.plan()
    place = staff.department("デジタル課", parent=staff.bureau("総務部"))
    staff.department("空席課", parent=place.parent)
    make.enrollment(make.promoter(staff.posting(to=place).employee, department=place))
    make.promoter(cohort=R7, department=place)


def run(capsys, **options):
    call_command("compute_quotas", **options)
    return capsys.readouterr().out


def test_one_json_object_with_plain_numbers(promoters, capsys):
    figures = json.loads(run(capsys, fiscal_year="2026", as_of="2026-11-23", json=True))

    assert all(isinstance(figures[key], int) for key in PROMISED)
    assert figures["as_of"] == "2026-11-23"
    assert (figures["appointed"], figures["unfilled_departments"], figures["cumulative_appointed"]) == (1, 1, 2)
    assert figures["matrix"]["1"]["2026"] == 1
    assert figures["by_bureau"][0]["bureau"] == "総務部"


@pytest.mark.parametrize(
    "options", [{}, {"fiscal_year": "R8", "as_of": "R8.11.23"}, {"fiscal_year": "令和8年度", "as_of": "2026/11/23"}]
)
def test_year_and_day_are_read_in_every_usual_form_and_default_to_now(promoters, capsys, options):
    figures = json.loads(run(capsys, json=True, **options))

    assert (figures["fiscal_year"], figures["as_of"]) == (2026, "2026-11-23")


def test_the_snapshot_is_kept_once(promoters, capsys):
    first = run(capsys, json=True)
    second = run(capsys, json=True)

    assert first == second
    kept = QuotaSnapshot.objects.get()
    assert (kept.fiscal_year, kept.as_of) == (R8, date(2026, 11, 23))


def test_without_json_it_tells_the_figures_in_japanese(promoters, capsys):
    out = run(capsys)

    assert "令和8年度の枠(令和8年11月23日現在、育成計画 第1版)" in out
    assert "目標200人 + 繰越" in out
    assert "総務部: 2 / 1 / 0 / 1" in out


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"fiscal_year": "R11"}, "令和11年度は育成計画の期間"),
        ({"fiscal_year": "8"}, "年度は「R8」"),
        ({"as_of": "R7.2.30"}, "2月30日"),
        ({"as_of": "2024-01-01", "fiscal_year": "R6"}, "適用されている育成計画がありません"),
    ],
)
def test_what_cannot_be_computed_is_said_in_one_sentence(promoters, capsys, options, reason):
    with pytest.raises(CommandError, match=reason):
        call_command("compute_quotas", json=True, **options)

    assert reason in json.loads(capsys.readouterr().out)["error"]
    assert not QuotaSnapshot.objects.exists()


def test_an_empty_database_is_told_what_it_lacks(capsys):
    with pytest.raises(CommandError, match=r"育成計画がありません。はじめに manage\.py load_policy"):
        call_command("compute_quotas")
    assert capsys.readouterr().out == ""
