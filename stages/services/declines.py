"""推薦なし: a department answers that it has nobody, and may take that back."""

from datetime import date, datetime

from django.db import transaction

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff import roles
from staff.models import Department, User
from staff.services.deputies import hold
from stages import permissions as may
from stages.effects import reminders
from stages.models import DeclineReason, Nomination, NominationDecline
from stages.rules import nomination as rules
from stages.services.nominations import NOT_YOUR_DEPARTMENT


@transaction.atomic
def decline(
    department: Department, *, fiscal_year: FiscalYear, reason_code: str, note: str = "", by: User, at: datetime
) -> NominationDecline:
    """Answer 推薦なし (E11). Raises NotAllowed, or RuleBroken: no answers are taken, the department has nominated or
    has declined already, 「その他」 without a word."""
    on = day_of(at)
    place = hold(department)
    if not may.answer_the_call(by, place, on):
        raise NotAllowed(NOT_YOUR_DEPARTMENT)
    standing = NominationDecline.objects.standing().filter(fiscal_year=fiscal_year).of_place([place.pk]).first()
    if standing is not None:
        if (standing.reason_code, standing.note) == (reason_code, note.strip()):
            return standing  # the same answer a second time
        raise RuleBroken("この所属はすでに「推薦なし」と回答しています。")
    if found := refusals(place, fiscal_year, on=on):
        raise RuleBroken("\n".join(found))
    if reason_code == DeclineReason.OTHER and not note.strip():
        raise RuleBroken("理由が「その他」のときは、説明を入力してください。")
    row = NominationDecline(
        department=place, fiscal_year=fiscal_year, reason_code=reason_code, note=note.strip(), declined_at=at
    )
    with constraints_as_rules():
        row.save()
    reminders.call_off(place, fiscal_year, at=at)
    after = {"理由": row.get_reason_code_display(), "説明": row.note}
    audit.record(row, "declined_to_nominate", by=roles.acting_as(by, place, on), at=at, after=after)
    return row


def refusals(place: Department, fiscal_year: FiscalYear, *, on: date) -> list[str]:
    """Why 推薦なし cannot be answered now, in the sentences of the refusal; empty if it can."""
    found = [closing.hold().why_not(fiscal_year), rules.why_closed(rules.call_of(fiscal_year), fiscal_year, on)]
    if Nomination.objects.live().recommended().of_year(fiscal_year).of_place([place.pk]).exists():
        found.append("この所属の推薦はすでに提出されています。「推薦なし」にするには、先に取り下げてください。")
    return [reason for reason in found if reason]


@transaction.atomic
def take_back(decline_id: int, *, by: User, at: datetime) -> NominationDecline:
    """Take the answer back, while answers are taken. A second time changes nothing. Raises NotAllowed, RuleBroken."""
    on = day_of(at)
    row = NominationDecline.objects.select_related("department").get(pk=decline_id)
    place = hold(row.department)
    if not may.answer_the_call(by, place, on):
        raise NotAllowed(NOT_YOUR_DEPARTMENT)
    row = NominationDecline.objects.select_for_update(of=("self",)).select_related("department").get(pk=decline_id)
    if row.taken_back_at is not None:
        return row
    closing.ensure_open(row.fiscal_year)
    if refusal := rules.why_closed(rules.call_of(row.fiscal_year), row.fiscal_year, on):
        raise RuleBroken(refusal)
    row.taken_back_at = at
    row.save(update_fields=["taken_back_at"])
    signed = roles.acting_as(by, place.continued_on(on) or place, on)
    audit.record(row, "taken_back", by=signed, at=at, before={"取消日時": None}, after={"取消日時": at})
    return row
