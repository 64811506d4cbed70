"""Small files of the office, as bytes."""

import csv
import io

import openpyxl

ROSTER = [
    "職員番号", "氏名", "氏名カナ", "所属コード", "所属名", "補職名", "職員区分", "管理職", "所属長",
    "採用年月日", "所属異動年月日", "休職等区分", "兼務所属コード", "メールアドレス",
]  # fmt: skip
TRANSFERS = [
    "職員番号", "氏名", "異動区分", "発令年月日", "旧所属名", "新所属コード", "新所属名", "新補職名",
    "管理職", "所属長",
]  # fmt: skip


def as_csv(header: list[str], *rows: list, encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([header, *rows])
    return out.getvalue().encode(encoding)


def as_xlsx(header: list[str], *rows: list, title: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in ([[title]] if title else []) + [header, *rows]:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def roster_row(number: str, name: str, department, **changes) -> list:
    """One person of a roster. `changes` are by the name of the column."""
    usual = {
        "職員番号": number, "氏名": name, "所属コード": department.code, "所属名": department.name,
        "補職名": "主事", "職員区分": "正規", "管理職": "0", "所属長": "0", "採用年月日": "H22.04.01",
    }  # fmt: skip
    return [{**usual, **changes}.get(column, "") for column in ROSTER]


def transfer_row(person, kind: str, on: str, to=None, **changes) -> list:
    """One line of a transfer list."""
    usual = {
        "職員番号": person.employee_number, "氏名": person.name, "異動区分": kind, "発令年月日": on,
        "新所属コード": to.code if to else "", "新所属名": to.name if to else "", "新補職名": "主事",
        "管理職": "0", "所属長": "0",
    }  # fmt: skip
    return [{**usual, **changes}.get(column, "") for column in TRANSFERS]
