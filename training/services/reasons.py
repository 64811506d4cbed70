"""Why somebody cannot do something with a booking: for grey buttons, in the words of the refusal."""

from collections.abc import Sequence
from datetime import datetime

from aomori_dx.kernel import closing
from training.models import Enrollment, Invitation
from training.rules import booking as rules


def why_not_book(rows: Sequence[Enrollment], *, at: datetime) -> list[list[str]]:
    """For each of these bookings that are not made yet, of one person and course, why they cannot be: the sentences of
    the refusal. The same queries whatever their number."""
    if not rows:
        return []
    closed = closing.closed_years()
    of_the_person = [rule(rows[0], at) for rule in (rules.in_service, rules.audience_fits)]
    by_invitation = [row.run_id for row in rows if row.run.invited_only]
    invited = set(
        Invitation.objects.filter(run__in=by_invitation, employee=rows[0].employee_id, withdrawn_at=None).values_list(
            "run_id", flat=True
        )
    )
    found = []
    for row in rows:
        of_the_run = [rule(row, at) for rule in (rules.run_takes_bookings, rules.run_has_not_begun)]
        missing = rules.NOT_INVITED if row.run.invited_only and row.run_id not in invited else None
        reasons = [closed.why_not(row.run.fiscal_year), *of_the_run, *of_the_person, missing]
        found.append([reason for reason in reasons if reason])
    return found


def why_not_cancel(row: Enrollment, *, at: datetime) -> list[str]:
    """Why the person cannot cancel by herself any more."""
    return _against(row, at, rules.may_still_change, rules.run_has_not_begun)


def why_not_decline(row: Enrollment, *, at: datetime) -> list[str]:
    """Why the person cannot decline the seat."""
    return _against(row, at, rules.was_moved_up, rules.may_still_decline, rules.run_has_not_begun)


def why_not_ask(row: Enrollment, *, at: datetime) -> list[str]:
    """Why the person cannot ask the office for a change."""
    return _against(row, at, rules.may_ask_for_a_change, rules.run_has_not_begun)


def _against(row: Enrollment, at: datetime, *needs: rules.Rule) -> list[str]:
    return [reason for rule in needs if (reason := rule(row, at))]
