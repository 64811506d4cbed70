"""The letters of this floor: what is told to whom, once for each key, in the transaction of its cause."""

from datetime import date, datetime, timedelta

from aomori_dx.kernel import outbox
from aomori_dx.kernel.wareki import format_date
from staff.models import Deputy

SIGNATURE = "このメールは、DX推進員育成システムが自動で送っています。返信はできません。"


def deputy_appointed(deputy: Deputy, *, by: object, at: datetime) -> None:
    """To the deputy: for whom, from when until when, and what it means. Why stays in the application."""
    place = deputy.department.name
    _write(
        deputy,
        "appointed",
        f"{place}の所属長の代理になりました",
        f"{place}の所属長の代理になりました。\n\n期間: {_days(deputy.valid_from, deputy.valid_to)}\n決めた人: {by}\n\n"
        "この期間は、所属長と同じように、所属の職員の状況を見て、推薦などの手続きを行えます。\n"
        "期間が終わると、代理の権限は自動的になくなります。",
        at,
    )


def deputy_ended(deputy: Deputy, *, at: datetime) -> None:
    """To the deputy: the powers end earlier than was said, or never began (`cancelled_at`)."""
    place = deputy.department.name
    if deputy.cancelled_at:
        title, text = f"{place}の所属長の代理は取り消されました", f"{place}の所属長の代理は、行わないことになりました。"
    else:
        title = f"{place}の所属長の代理の期間が変わりました"
        text = f"{place}の所属長の代理の期間が変わりました。\n\n期間: {_days(deputy.valid_from, deputy.valid_to)}"
    _write(deputy, "cancelled" if deputy.cancelled_at else f"until:{deputy.valid_to}", title, text, at)


def _write(deputy: Deputy, what: str, subject: str, text: str, at: datetime) -> None:
    if not deputy.employee.email:
        return
    body = f"{deputy.employee.name}さん\n\n{text}\n\n{SIGNATURE}\n"
    key, title = f"deputy:{deputy.pk}:{what}", f"DX推進員育成: {subject}"
    outbox.write(key=key, to=deputy.employee.email, subject=title, body=body, at=at)


def _days(first: date, until: date | None) -> str:
    return f"{format_date(first)}から{format_date(until - timedelta(days=1))}まで" if until else format_date(first)
