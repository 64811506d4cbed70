"""The office's files as bytes: tables written as CSV or xlsx, and rows of each kind with dull, valid defaults."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import xlsxwriter

Row = dict[str, Any]


def as_csv(
    rows: Iterable[Row],
    *,
    columns: Sequence[str] = (),
    encoding: str = "utf-8",
    delimiter: str = ",",
    title: Iterable[Sequence[str]] = (),
) -> bytes:
    """Rows as a CSV file, with `title` rows above the header. Without `columns` those of the first row."""
    rows = list(rows)
    names = list(columns or rows[0])
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter)
    writer.writerows(title)
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return target.getvalue().encode(encoding)


def as_xlsx(
    rows: Iterable[Row],
    *,
    columns: Sequence[str] = (),
    title: Iterable[Sequence[Any]] = (),
    blank: tuple[int, int] = (0, 0),
    sheet: str = "一覧",
) -> bytes:
    """Rows as a workbook: texts as texts, numbers and dates as such; `blank`: framed empty rows and columns behind."""
    rows = list(rows)
    names = list(columns or rows[0])
    table = [*title, names, *([row.get(name, "") for name in names] for row in rows)]
    return workbook({sheet: table}, blank=blank)


def workbook(sheets: dict[str, list], *, hidden: Iterable[str] = (), blank: tuple[int, int] = (0, 0)) -> bytes:
    """A workbook of several sheets, each a list of rows."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    day, frame = book.add_format({"num_format": "yyyy/m/d"}), book.add_format({"border": 1})
    for name, table in sheets.items():
        page = book.add_worksheet(name)
        width = max((len(row) for row in table), default=0)
        for place in range((len(table) + blank[0]) * (width + blank[1]) if any(blank) else 0):
            page.write_blank(*divmod(place, width + blank[1]), None, frame)
        for number, row in enumerate(table):
            for place, cell in enumerate(row):
                _write(page, number, place, cell, day)
        if name in hidden:
            page.hide()
    book.close()
    return target.getvalue()


def _write(page: Any, number: int, place: int, cell: Any, day: Any) -> None:
    """Texts stay texts, numbers numbers; an empty text is no cell at all."""
    if isinstance(cell, date):
        page.write_datetime(number, place, cell, day)
    elif isinstance(cell, str):
        if cell:
            page.write_string(number, place, cell)
    else:
        page.write(number, place, cell)


def with_part(content: bytes, part: str, change) -> bytes:
    """A workbook with one part of its archive replaced by `change(text)`."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            inside = old.read(member)
            new.writestr(member.filename, change(inside.decode()).encode() if member.filename == part else inside)
    return target.getvalue()


def department(code: str, name: str, bureau: str = "総務部", kind: str = "課室", **more: Any) -> Row:
    return {"所属コード": code, "部局名": bureau, "所属名": name, "区分": kind, **more}


def succession(old: tuple[str, str], new: tuple[str, str], kind: str = "分割") -> Row:
    return {
        "旧所属コード": old[0],
        "旧所属名": old[1],
        "新所属コード": new[0],
        "新所属名": new[1],
        "区分": kind,
    }


def person(number: str, name: str = "青森　太郎", code: str = "010110", **more: Any) -> Row:
    """A row of the roster."""
    return {
        "職員番号": number,
        "氏名": name,
        "氏名カナ": "ｱｵﾓﾘ ﾀﾛｳ",
        "所属コード": code,
        "部局名": "",
        "所属名": "",
        "補職名": "主事",
        "職員区分": "正規",
        "管理職": "0",
        "所属長": "0",
        "採用年月日": "H22.04.01",
        "所属異動年月日": "",
        "休職等区分": "",
        "兼務所属コード": "",
        "メールアドレス": f"u{number}@pref.example.jp",
        **more,
    }


def transfer(number: str, kind: str = "転任", code: str = "", *, name: str = "青森　太郎", **more: Any) -> Row:
    """A row of a list of 人事異動, on 1 April 2025 unless `発令年月日` says otherwise."""
    return {
        "職員番号": number,
        "氏名": name,
        "異動区分": kind,
        "発令年月日": "R7.04.01",
        "旧所属名": "",
        "新所属コード": code,
        "新所属名": "",
        "新補職名": "主事" if code else "",
        "管理職": "0",
        "所属長": "0",
        **more,
    }


def promoter(number: str, code: str = "010110", *, name: str = "青森　太郎", **more: Any) -> Row:
    return {
        "年度": "R6",
        "職員番号": number,
        "氏名": name,
        "枠": "推薦枠",
        "推薦所属コード": code,
        "推薦所属名": "",
        "任命年月日": "R6.06.03",
        **more,
    }


def training_year(number: str, stage: int = 1, *, fiscal_year: str = "R6", **more: Any) -> Row:
    return {
        "年度": fiscal_year,
        "職員番号": number,
        "氏名": "青森　太郎",
        "育成ステージ": stage,
        "状態": "修了",
        "状態の日付": "2025-03-07",
        **more,
    }
