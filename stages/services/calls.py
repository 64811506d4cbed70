"""推薦依頼: written, copied from last year's, issued to all nominating posts at once."""

from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.wareki import format_date
from staff.models import Department, Succession, User
from staff.services import notices
from staff.services.notices import Message
from stages import permissions as may
from stages.models import Exemption, NominationCall
from stages.services import quota_facts

NOT_YOURS = "推薦依頼を作成し発出できるのは、DX推進担当だけです。"
CHANGED_MEANWHILE = (
    "入力している間に、ほかの担当者がこの推薦依頼を変更しました。"
    "入力した内容はそのまま残しています。下の「所属長が読む内容」と見比べて、もう一度保存してください。"
)
LARGEST_ATTACHMENT = 5 * 1024 * 1024
ATTACHMENTS = {b"%PDF-": ".pdf", b"PK\x03\x04": ".docx .xlsx .pptx"}
"""What an attachment begins with, and the endings that go with it."""

STATED = (
    "title", "body", "document_number", "opens_on", "closes_on", "places", "self_counts", "consent",
    "employment_types", "answer_days",
)  # fmt: skip


@dataclass(frozen=True)
class Attachment:
    """A file as it was uploaded."""

    name: str
    content: bytes = field(repr=False)


@transaction.atomic
def write(
    fiscal_year: FiscalYear,
    *,
    by: User,
    at: datetime,
    attachment: Attachment | None = None,
    without_attachment: bool = False,
    seen: str | None = None,
    **stated: Any,
) -> NominationCall:
    """Write the year's call, or change it: of an issued one the days and texts too, which the record keeps.

    `stated`: columns of `STATED`. `seen` (`seen_of` the call as it was shown): somebody else has not changed it since.
    Raises NotAllowed, or RuleBroken: the year is closed, a constraint refuses, it changed meanwhile, the attachment
    is too large or of another kind than its name says.
    """
    _ensure_allowed(by, at)
    closing.ensure_open(fiscal_year)
    rows = NominationCall.objects.select_for_update()
    call = rows.filter(fiscal_year=fiscal_year).first() or NominationCall(fiscal_year=fiscal_year)
    before = _stated(call) if call.pk else {}
    if seen is not None and seen != seen_of(call if call.pk else None):
        raise RuleBroken(CHANGED_MEANWHILE)
    for name, value in stated.items():
        setattr(call, name, value)
    if attachment is not None:
        _check_attachment(attachment)
        call.attachment, call.attachment_name = attachment.content, attachment.name
    elif without_attachment:
        call.attachment, call.attachment_name = None, ""
    if call.issued_at and call.closes_on < call.opens_on:
        raise RuleBroken("締切日は受付開始日以後にしてください。")
    with constraints_as_rules():
        call.save()
    after = _stated(call)
    changed = {name for name in after if after[name] != before.get(name)}
    if changed:
        old, new = ({name: values.get(name) for name in changed} for values in (before, after))
        audit.record(call, "edited" if before else "created", by=by, at=at, before=old or None, after=new)
    return call


def copy(fiscal_year: FiscalYear, *, by: User, at: datetime) -> NominationCall:
    """A draft from the newest call of an earlier year, its days a year (or more) later.

    Raises NotAllowed, or RuleBroken: the year has a call, there is none to copy, a constraint refuses.
    """
    if NominationCall.objects.filter(fiscal_year=fiscal_year).exists():
        raise RuleBroken(f"{fiscal_year}の推薦依頼はすでにあります。")
    last = NominationCall.objects.filter(fiscal_year__lt=fiscal_year).order_by("-fiscal_year").first()
    if last is None:
        raise RuleBroken("写すもとになる、前の年度の推薦依頼がありません。")
    years = fiscal_year.start_year - last.fiscal_year.start_year
    stated = {name: getattr(last, name) for name in STATED}
    stated |= {name: _later(stated[name], years) for name in ("opens_on", "closes_on")}
    stated["document_number"] = ""
    stated["title"] = last.title.replace(str(last.fiscal_year), str(fiscal_year))
    stated["body"] = last.body.replace(str(last.fiscal_year), str(fiscal_year))
    attachment = Attachment(last.attachment_name, bytes(last.attachment)) if last.attachment else None
    return write(fiscal_year, by=by, at=at, attachment=attachment, **stated)


@transaction.atomic
def issue(fiscal_year: FiscalYear, *, by: User, at: datetime, seen: str | None = None) -> int:
    """Send the call to the posts of all departments that owe an answer; returns their number.

    A second time changes nothing. `seen` (`seen_to_issue`): neither the call nor the departments changed since.
    Raises NotAllowed, or RuleBroken: there is no call, the year is closed, the last day is past, no department owes
    an answer, something changed meanwhile.
    """
    _ensure_allowed(by, at)
    closing.ensure_open(fiscal_year)
    call = NominationCall.objects.select_for_update().filter(fiscal_year=fiscal_year).first()
    if call is None:
        raise RuleBroken(f"{fiscal_year}の推薦依頼がありません。先に作成してください。")
    on = day_of(at)
    if call.closes_on < on:
        raise RuleBroken("締切日を過ぎています。締切日を直してから発出してください。")
    places = asked(fiscal_year, on=on)
    if not places:
        raise RuleBroken("推薦の対象となる所属がありません。")
    if seen is not None and seen != seen_to_issue(call, places):
        raise RuleBroken(
            "表示したあとで、推薦依頼か対象の所属が変わりました。内容を確かめて、もう一度発出してください。"
        )
    if call.issued_at is None:
        call.issued_at = at
        call.save(update_fields=["issued_at"])
        audit.record(call, "issue", by=by, at=at, after={"所属数": len(places), "締切日": call.closes_on})
    tell(call, places, at=at)
    return len(places)


def tell(call: NominationCall, places: list[Department], *, at: datetime) -> None:
    """The post of each of these departments is told of the call, once."""
    body = f"{format_date(call.closes_on)}までに、推薦する職員を選ぶか、「推薦なし」と回答してください。"
    notices.write_all(
        (
            Message(f"call:{call.pk}:{place.pk}", place, call.title, body, "/department/nominate/", call.closes_on)
            for place in places
        ),
        at=at,
    )


def asked(fiscal_year: FiscalYear, *, on: date) -> list[Department]:
    """The departments that owe an answer for the year, as they are called on `on`, in official order.

    Those that nominated on the year's reference date, or what they became since, without the exempt ones; a new one
    that came of none owes nothing yet.
    """
    counted_on = quota_facts.reference_date(fiscal_year, as_of=on)
    rows = Department.objects.on(max(counted_on, fiscal_year.clamp(on))).nominating()
    owing = Q(valid_from__lte=counted_on) | Exists(Succession.objects.filter(successor=OuterRef("pk")))
    exempt = Exemption.objects.filter(fiscal_year=fiscal_year).values("department")
    return list(rows.filter(owing).exclude(pk__in=exempt).select_related("parent").in_official_order())


def _ensure_allowed(by: User, at: datetime) -> None:
    if not may.run_nominations(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)


def seen_of(call: NominationCall | None) -> str:
    """Stands for what a call says, so that a change made meanwhile is noticed; empty where there is none."""
    return sha256(repr(sorted(_stated(call).items())).encode()).hexdigest()[:16] if call else ""


def seen_to_issue(call: NominationCall, places: list[Department]) -> str:
    """Stands for what is issued, and to whom."""
    told = f"{seen_of(call)} {[place.pk for place in places]}"
    return sha256(told.encode()).hexdigest()[:16]


def _stated(call: NominationCall) -> dict[str, Any]:
    return {name: getattr(call, name) for name in (*STATED, "attachment_name")}


def _later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _check_attachment(attachment: Attachment) -> None:
    if len(attachment.content) > LARGEST_ATTACHMENT:
        raise RuleBroken("添付ファイルは5MBまでです。")
    ending = f".{attachment.name.rpartition('.')[2].lower()}"
    for start, endings in ATTACHMENTS.items():
        if attachment.content.startswith(start) and ending in endings.split():
            return
    raise RuleBroken("添付できるのは、PDF、Word、Excel、PowerPointのファイルです。中身と名前が合っていません。")
