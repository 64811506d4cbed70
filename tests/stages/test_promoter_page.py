"""One promoter's record: a line of time, as much of it as the reader may know."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aomori_dx.kernel import audit, clock
from aomori_dx.kernel.models import AuditEvent
from stages import record
from stages.models import Promoter
from tests.factories import programme, stages
from tests.factories import staff as make
from tests.factories.stages import R6, R7, R8

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def promoter() -> Promoter:
    """Appointed in R6 from 人事課, ① completed, ② ended without; moved in R7, away in R8."""
    affairs = make.bureau("総務部")
    old, new = make.department("人事課", parent=affairs), make.department("財政課", parent=affairs)
    person = make.posting(make.employee("弘前　花子"), to=old, valid_to=date(2025, 4, 1)).employee
    make.posting(person, to=new, valid_from=date(2025, 4, 1), title="主査")
    make.absence(person, valid_from=date(2026, 5, 1))
    who = stages.promoter(person, cohort=R6, department=old)
    stages.enrollment(who, fiscal_year=R6, status="completed", status_on=date(2025, 3, 1))
    stages.enrollment(who, stage=2, fiscal_year=R7, status="not_completed", status_on=date(2026, 3, 31))
    stages.enrollment(who, stage=2, fiscal_year=R8)
    return who


def _line(promoter: Promoter, role: str = "dx_office") -> list[tuple[str, str]]:
    found = record.of(promoter, reader=programme.officer(role), on=TODAY)
    return [(f"{year.short} {event.on:%m-%d}", event.title) for year, events in found.line for event in events]


def test_the_line_of_time_has_everything_in_its_year(promoter):
    assert _line(promoter) == [
        ("R6 06-03", "DX推進員に任命"),
        ("R6 06-03", "所属: 総務部 人事課 主事"),
        ("R6 06-03", "①業務効率化を開始"),
        ("R6 03-01", "①業務効率化を修了"),
        ("R7 04-01", "所属: 総務部 財政課 主査"),
        ("R7 06-03", "②業務改善を開始"),
        ("R7 03-31", "②業務改善は未修了"),
        ("R8 05-01", "休職等を開始"),
        ("R8 06-03", "②業務改善を開始"),
    ]


def test_why_somebody_is_away_is_told_to_hr_alone(promoter):
    assert ("R8 05-01", "育児休業を開始") in _line(promoter, "hr_office")
    for role in ("dx_office", "info_office", "admin"):
        assert ("R8 05-01", "休職等を開始") in _line(promoter, role)
    client = Client()
    client.force_login(programme.officer("dx_office"))
    assert "育児休業" not in client.get(f"/promoters/{promoter.pk}/").content.decode()


def test_what_is_to_come_is_not_told_yet(promoter):
    make.posting(promoter.employee, is_primary=False, valid_from=date(2027, 1, 1))
    assert not any("兼務" in title for _, title in _line(promoter))


def test_the_page_shows_where_she_is_now_and_that_she_is_away(promoter):
    client = Client()
    client.force_login(programme.officer())
    page = client.get(f"/promoters/{promoter.pk}/").content.decode()
    for words in ("弘前　花子", "令和6年度", "推薦した時点の名称", "財政課", "休職等", "未修了"):
        assert words in page


def test_what_was_done_to_the_record_is_shown_and_looking_is_recorded(promoter):
    audit.record(promoter, "appointed", by=None, at=clock.now(), reason="名簿の取込")
    audit.record(
        promoter.enrollments.first(), "complete", by=None, at=clock.now(), before="in_progress", after="completed"
    )
    client = Client()
    client.force_login(programme.officer())
    client.get(f"/promoters/{promoter.pk}/")
    page = client.get(f"/promoters/{promoter.pk}/").content.decode()
    assert "名簿の取込" in page
    assert "受講中 → 修了" in page
    assert AuditEvent.objects.filter(action="viewed", object_pk=str(promoter.pk)).count() == 2
    assert "viewed" not in page


def test_a_stranger_finds_the_same_page_as_for_nobody(promoter):
    client = Client()
    client.force_login(make.user(make.head_of(promoter.department)))
    there, nowhere = (client.get(f"/promoters/{pk}/") for pk in (promoter.pk, 999_999))
    assert there.status_code == nowhere.status_code == 404
    assert "弘前" not in there.content.decode()
    assert not AuditEvent.objects.exists()


def test_the_record_is_read_in_fifteen_queries(promoter):
    client = Client()
    client.force_login(programme.officer())
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/promoters/{promoter.pk}/")
    assert len(queries) <= 15


def test_the_line_ends_with_withdrawal_and_retirement(promoter):
    """Posts that ended before the appointment are no part of it; a leave that is over has its end."""
    person = promoter.employee
    make.posting(person, to=make.department("昔の課"), valid_from=date(2020, 4, 1), valid_to=date(2024, 4, 1))
    person.absences.update(valid_to=date(2026, 7, 1))
    type(person).objects.filter(pk=person.pk).update(left_on=date(2026, 10, 1))
    Promoter.objects.filter(pk=promoter.pk).update(withdrawn_on=date(2026, 9, 1), withdrawal_reason="異動のため")
    line = _line(Promoter.objects.select_related("employee", "department__parent").get(pk=promoter.pk))
    assert line[-3:] == [
        ("R8 07-01", "休職等から復帰"),
        ("R8 09-01", "DX推進員を辞退"),
        ("R8 10-01", "退職など"),
    ]
    assert not any("昔の課" in title for _, title in line)
