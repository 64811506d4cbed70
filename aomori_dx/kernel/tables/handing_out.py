"""Answering with a table as a file: Excel or CSV, in a charset, with what that charset lacks told beforehand."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header

from aomori_dx.kernel import audit
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.tables import writing
from aomori_dx.kernel.tables.writing import CHARSETS, Document
from aomori_dx.kernel.web import refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = ("xlsx", "csv", "readme")
UNKNOWN = "ファイルの形式か文字コードの指定が正しくありません。一覧の「ダウンロード」から選び直してください。"
TOO_MANY = f"Excelの1シートに入る行数({writing.EXCEL_ROWS:,}行)を超えています。CSVを選ぶか、条件で絞り込んでください。"


def hand_out(
    request: HttpRequest, document: Document, *, model: Any, count: int, at: datetime, back: str
) -> HttpResponseBase:
    """The table as `?format=` (xlsx, csv, readme) and `?charset=` ask for it; that it left the house is recorded.

    Where the charset lacks a character, a page lists every such cell first; `?stand_in=1` then has them written
    as 〓. `back` is the address of the list.
    """
    kind, charset = request.GET.get("format", "xlsx"), request.GET.get("charset", "utf-8-sig")
    if kind not in FORMATS or charset not in CHARSETS:
        return refused(request, UNKNOWN, status=404)
    if kind == "readme":
        return _file([writing.readme_csv(document, charset)], _name(document, at, "csv", "(説明)"), _csv_type(charset))
    if kind == "xlsx" and count > writing.EXCEL_ROWS:
        return refused(request, TOO_MANY)
    stand_in = request.GET.get("stand_in") == "1"
    if kind == "csv" and not stand_in and (lacking := writing.unencodable(document, charset)):
        return _ask(request, lacking, back)
    conditions = {name: request.GET.getlist(name) for name in request.GET if request.GET[name]}
    audit.record_on_list(
        model,
        "exported",
        label=f"{document.title} {count:,}件",
        after={"rows": count, **conditions},
        by=request.user,
        at=at,
    )
    if kind == "xlsx":
        return _file(writing.to_xlsx(document), _name(document, at, "xlsx"), XLSX)
    return _file(writing.to_csv(document, charset, stand_in=stand_in), _name(document, at, "csv"), _csv_type(charset))


def _ask(request: HttpRequest, lacking: list[writing.Unencodable], back: str) -> HttpResponse:
    """What the charset would lose, before anything is lost."""
    anyway, unicode = request.GET.copy(), request.GET.copy()
    anyway["stand_in"] = "1"
    unicode["charset"] = "utf-8-sig"
    context = {
        "lacking": lacking,
        "more": len(lacking) > writing.MOST_REMARKS,
        "charset": CHARSETS[request.GET.get("charset", "")],
        "anyway": f"?{anyway.urlencode()}",
        "unicode": f"?{unicode.urlencode()}",
        "back": back,
    }
    return render(request, "kernel/unencodable.html", context, status=409)


def _csv_type(charset: str) -> str:
    return f"text/csv; charset={'Shift_JIS' if charset == 'cp932' else 'utf-8'}"


def _name(document: Document, at: datetime, ending: str, remark: str = "") -> str:
    return f"{document.title}{remark}_{day_of(at):%Y%m%d}.{ending}"


def _file(pieces: Iterable[bytes], name: str, content_type: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response
