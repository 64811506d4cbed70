"""通知書: wording them, and setting them as PDF for the nominations or departments that are asked for."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from aomori_dx.kernel import audit
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from aomori_dx.kernel.typesetting import Letter, set_letters
from aomori_dx.kernel.wareki import format_date
from aomori_dx.kernel.wording import fill
from staff.models import Department, Posting, User
from stages import permissions as may
from stages.models import DocumentKind, DocumentText, Nomination, NominationCall, NominationStatus, Promoter
from stages.rules import documents as rules

NOT_YOURS = "通知書の文面を変えられるのは、DX推進担当だけです。"
AUTHOR = "青森県"
WORDS = ("number", "sender", "title", "body")
AFTER = {
    DocumentKind.DECISION: NominationStatus.ACCEPTED,
    DocumentKind.APPOINTMENT: NominationStatus.ACCEPTED,
    DocumentKind.DECLINED: NominationStatus.DECLINED,
}
"""The state in which there is something to notify: nothing before 確定."""


@transaction.atomic
def reword(kind: str, *, dated: date | None, by: User, at: datetime, **words: str) -> DocumentText:
    """Word a kind of notice. `words`: those of `WORDS`.

    Raises NotAllowed, or RuleBroken with a line a text: a placeholder that the kind does not have.
    """
    if not may.edit_documents(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    if wrong := [reason for name in WORDS if (reason := rules.why_not(kind, words[name]))]:
        raise RuleBroken("\n".join(dict.fromkeys(wrong)))
    list(DocumentText.objects.select_for_update().filter(kind=kind).values_list("pk"))
    row = rules.text_of(kind)
    before = {name: getattr(row, name) for name in ("dated", *WORDS)}
    row.dated = dated
    for name in WORDS:
        setattr(row, name, words[name])
    after = {name: getattr(row, name) for name in before}
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return row
    with constraints_as_rules():
        row.save()
    old, new = ({name: values[name] for name in changed} for values in (before, after))
    audit.record(row, "edited", by=by, at=at, before=old, after=new)
    return row


def ready(kind: str, rows: Any) -> Any:
    """Of these nominations those for which there is such a notice now, in the order of the list."""
    state = AFTER.get(DocumentKind(kind))
    if state is None:
        return rows.none()
    return rows.filter(status=state).order_by(
        "department__parent__sort_order", "department__sort_order", "department__code", "pk"
    )


def for_people(kind: str, rows: Any, *, by: Any, at: datetime) -> bytes:
    """The notices of these nominations (of `ready`) as one PDF; that they were printed is recorded."""
    found = list(rows.select_related("nominee", "department__parent"))
    text = rules.text_of(kind)
    pdf = _set(text, (_letter(text, values, day) for values, day in _of_people(found, day_of(at))), at)
    if len(found) == 1:
        audit.record(found[0], "printed", by=by, at=at, after={"通知書": str(text)})
    else:
        label = f"{text} {len(found):,}通"
        audit.record_on_list(
            Nomination, "printed", label=label, after={"推薦": [row.pk for row in found]}, by=by, at=at
        )
    return pdf


def for_call(call: NominationCall, places: Sequence[Department], *, by: Any, at: datetime) -> bytes:
    """The call as a letter to each of these departments, as one PDF; that they were printed is recorded."""
    text = rules.text_of(DocumentKind.CALL)
    day = day_of(call.issued_at) if call.issued_at else call.opens_on
    pdf = _set(text, (_letter(text, _of_place(call, place), day, to_post=True) for place in places), at)
    audit.record(call, "printed", by=by, at=at, after={"通知書": str(text), "所属数": len(places)})
    return pdf


def sample(text: DocumentText, *, at: datetime) -> bytes:
    """How a wording looks, with a made-up person. Nothing is kept."""
    day = format_date(day_of(at))
    values = {name: f"〔{name}〕" for name in rules.PLACEHOLDERS[text.kind]}
    values |= {"年度": "令和8年度", "人数": "1", "枠": "推薦枠", "氏名": "髙﨑　𠮷邉"}
    values |= {name: day for name in values if name.endswith(("年月日", "日"))}
    return _set(text, [_letter(text, values, day_of(at), to_post=text.kind == DocumentKind.CALL)], at)


def _set(text: DocumentText, letters: Iterable[Letter], at: datetime) -> bytes:
    return set_letters(letters, title=str(text), author=AUTHOR, at=at)


def _letter(text: DocumentText, values: dict[str, str], day: date, *, to_post: bool = False) -> Letter:
    number, sender, title, body = (fill(getattr(text, name), values) for name in WORDS)
    if to_post:
        to = (f"{values['部局']}　{values['所属']}", "所属長　様")
    else:
        to = (" ".join(filter(None, [values["所属"], values["補職名"]])), f"{values['氏名']}　様")
    marks = tuple(filter(None, [number.strip(), format_date(text.dated or day)]))
    return Letter(marks, to, tuple(sender.splitlines()), title.strip() or str(text), tuple(body.splitlines()))


def _of_people(rows: list[Nomination], on: date) -> Iterator[tuple[dict[str, str], date]]:
    """What the placeholders stand for, and the day of the decision. Where somebody was on that day, two queries."""
    people = {row.nominee_id for row in rows}
    appointed = dict(Promoter.objects.filter(employee__in=people).values_list("employee", "appointed_on"))
    postings: dict[int, list[Posting]] = {}
    for posting in Posting.objects.primary().filter(employee__in=people).select_related("department__parent"):
        postings.setdefault(posting.employee_id, []).append(posting)
    for row in rows:
        decided = row.decided_on or on
        asked = min(decided, on)
        posting = next((each for each in postings.get(row.nominee_id, ()) if each.holds_on(asked)), None)
        place = posting.department if posting else row.department
        promoted = appointed.get(row.nominee_id)
        yield (
            {
                "年度": str(row.fiscal_year),
                "氏名": row.nominee.name,
                "職員番号": row.nominee.employee_number,
                "部局": place.bureau.name,
                "所属": place.name,
                "補職名": posting.title if posting else "",
                "推薦所属": row.department.name,
                "枠": row.get_route_display(),
                "決定年月日": format_date(decided),
                "任命年月日": format_date(promoted or decided),
                "推薦番号": str(row.pk),
            },
            decided,
        )


def _of_place(call: NominationCall, place: Department) -> dict[str, str]:
    return {
        "年度": str(call.fiscal_year),
        "部局": place.bureau.name,
        "所属": place.name,
        "文書番号": call.document_number,
        "件名": call.title,
        "依頼文": call.body,
        "受付開始日": format_date(call.opens_on),
        "締切日": format_date(call.closes_on),
        "人数": str(call.places),
    }
