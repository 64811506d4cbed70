"""修了証 on paper: their wording, and setting them as PDF with a code and an address by which they are checked."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import segno
from django.db import transaction

from aomori_dx.kernel import audit
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from aomori_dx.kernel.typesetting import Sheet, set_sheets
from aomori_dx.kernel.wareki import format_date
from aomori_dx.kernel.wording import fill
from staff.models import User
from training import permissions as may
from training.models import Certificate, CertificateText
from training.rules import certificates as rules

NOT_YOURS = "修了証の文面を変えられるのは、人財育成・人事担当とDX推進担当だけです。"
AUTHOR = "青森県"


@transaction.atomic
def reword(kind: str, *, by: User, at: datetime, **words: str) -> CertificateText:
    """Word the certificates of a kind. `words`: those of `rules.WORDS`.

    Raises NotAllowed, or RuleBroken with a line a text: a placeholder that there is not.
    """
    if not may.issue_certificates(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    if wrong := [reason for name in rules.WORDS if (reason := rules.why_not(words[name]))]:
        raise RuleBroken("\n".join(dict.fromkeys(wrong)))
    list(CertificateText.objects.select_for_update().filter(kind=kind).values_list("pk"))
    row = rules.text_of(kind)
    before = {name: getattr(row, name) for name in rules.WORDS}
    changed = [name for name in rules.WORDS if words[name] != before[name]]
    if not changed:
        return row
    for name in changed:
        setattr(row, name, words[name])
    with constraints_as_rules():
        row.save()
    old, new = ({name: values[name] for name in changed} for values in (before, words))
    audit.record(row, "edited", by=by, at=at, before=old, after=new)
    return row


def print_all(rows: Sequence[Certificate], *, site: str, by: Any, at: datetime) -> bytes:
    """These certificates as one PDF, each on a page; that they were printed is recorded. `site`: the address of this
    system, for the QR code."""
    texts = {kind: rules.text_of(kind) for kind in {rules.kind_of(row) for row in rows}}
    pdf = _set((_sheet(row, texts[rules.kind_of(row)], site) for row in rows), at)
    if len(rows) == 1:
        audit.record(rows[0], "printed", by=by, at=at)
    else:
        label = f"修了証 {len(rows):,}通"
        audit.record_on_list(
            Certificate, "printed", label=label, after={"修了証": [row.pk for row in rows]}, by=by, at=at
        )
    return pdf


def sample(text: CertificateText, *, site: str, at: datetime) -> bytes:
    """How a wording looks, with a made-up person and a code that is none. Nothing is kept."""
    made_up = {"氏名": "髙﨑　𠮷邉", "研修名": "業務改善のためのデータ活用研修", "時間数": "6"}
    day = format_date(day_of(at))
    values = made_up | {"修了年月日": day, "年度": "令和8年度", "番号": "R8-00000"}
    return _set([_filled(text, values, ("見本", values["番号"]), "〇" * rules.CODE_LENGTH, day, site)], at)


def _set(sheets: Iterable[Sheet], at: datetime) -> bytes:
    return set_sheets(sheets, title="修了証", author=AUTHOR, at=at)


def _sheet(row: Certificate, text: CertificateText, site: str) -> Sheet:
    values = {
        "氏名": row.name,
        "研修名": row.title,
        "時間数": "" if row.hours is None else f"{row.hours.normalize():f}",
        "修了年月日": format_date(row.completed_on),
        "年度": str(row.fiscal_year),
        "番号": str(row),
    }
    marks = [f"第{row}号"]
    if row.issue > 1:
        marks.append("再発行" if row.issue == 2 else f"再発行({row.issue - 1}回目)")
    if not row.is_valid:
        marks.append("失効")
    return _filled(text, values, marks, row.spaced_code, format_date(row.issued_on), site)


def _filled(
    text: CertificateText, values: dict[str, str], marks: Iterable[str], code: str, dated: str, site: str
) -> Sheet:
    address = f"{site}/certificates/verify/{code.replace('-', '')}/"
    facts = [("研修名", values["研修名"]), ("時間数", f"{values['時間数']}時間"), ("修了年月日", values["修了年月日"])]
    return Sheet(
        marks=tuple(marks),
        title=fill(text.title, values),
        name=values["氏名"],
        body=tuple(fill(text.body, values).splitlines()),
        facts=tuple(fact for fact in facts if fact[0] != "時間数" or values["時間数"]),
        dated=dated,
        sender=tuple(fill(text.issuer, values).splitlines()),
        code=code,
        qr=_qr(address),
        note=("この修了証が有効かどうかは、次のページで確認できます。", f"{site}/certificates/verify/"),
    )


def _qr(address: str) -> str:
    drawn = BytesIO()  # a mask that is given: trying all eight takes six times as long
    segno.make_qr(address, error="m", mask=4).save(drawn, kind="svg", border=0, xmldecl=False, svgns=True)
    return drawn.getvalue().decode().strip()
