"""Two officers write the same draft: the second is told what the first has changed, and loses nothing typed."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from json import JSONDecodeError, dumps, loads
from typing import Any

from django.db import models

from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.wareki import format_date

LEAD = (
    "入力している間に、ほかの担当者が次のように変えました。入力した内容はそのまま残しています。"
    "見比べて、よければもう一度保存してください。"
)


class ChangedMeanwhile(RuleBroken):
    """Somebody else wrote first."""


def of(row: models.Model, names: Iterable[str]) -> str:
    """Stands for what a row says in these columns, to be carried by the form."""
    return dumps([_text(getattr(row, name)) for name in names], ensure_ascii=False)


def changed(row: models.Model, seen: str, names: Iterable[str]) -> list[str]:
    """A line for each column that says something else by now than `seen`; all of them where it cannot be read."""
    names = list(names)
    try:
        before = loads(seen)
    except JSONDecodeError:
        before = None
    if not isinstance(before, list) or len(before) != len(names):
        before = [None] * len(names)
    lines = []
    for name, old in zip(names, before, strict=True):
        value = getattr(row, name)
        if _text(value) != old:
            lines.append(f"「{label_of(row, name)}」は、いま「{_word(value)}」です。")
    return lines


def label_of(row: models.Model, name: str) -> str:
    """What people call this column."""
    return next(str(field.verbose_name) for field in row._meta.concrete_fields if field.name == name)


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, date):
        return format_date(value)
    return _text(value) or "空欄"
