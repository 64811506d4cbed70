"""A table as an answer: a name, a type, and what cannot be handed out is said."""

from urllib.parse import unquote

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from aomori_dx.kernel import clock
from aomori_dx.kernel.models import AuditEvent
from aomori_dx.kernel.tables import writing
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.tables.writing import Column, Document

pytestmark = pytest.mark.django_db
DOCUMENT = Document(title="名簿", columns=[Column("番号", "n", lambda row: row)], rows=lambda: ["0001"])


def _answer(count: int = 1, **query):
    request = RequestFactory().get("/list/", query)
    request.user = AnonymousUser()
    request.htmx = False
    return hand_out(request, DOCUMENT, model=AuditEvent, count=count, at=clock.now(), back="/list/")


@pytest.mark.parametrize(
    ("query", "name", "content_type"),
    [
        ({}, "名簿_20261123.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ({"format": "csv"}, "名簿_20261123.csv", "text/csv; charset=utf-8"),
        ({"format": "csv", "charset": "cp932"}, "名簿_20261123.csv", "text/csv; charset=Shift_JIS"),
        ({"format": "readme"}, "名簿(説明)_20261123.csv", "text/csv; charset=utf-8"),
    ],
)
def test_a_file_has_its_name_its_day_and_its_type(query, name, content_type):
    response = _answer(**query)
    assert response.status_code == 200
    assert name in unquote(response["Content-Disposition"])
    assert response["Content-Type"] == content_type
    assert response["Cache-Control"] == "no-store"
    assert b"".join(response.streaming_content)


def test_more_rows_than_a_sheet_holds_are_refused_for_excel_and_written_as_csv():
    refused = _answer(count=writing.EXCEL_ROWS + 1)
    assert refused.status_code == 409
    assert "CSVを選ぶか、条件で絞り込んでください。" in refused.content.decode()
    assert not AuditEvent.objects.exists()
    assert _answer(count=writing.EXCEL_ROWS + 1, format="csv").status_code == 200
