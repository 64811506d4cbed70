"""修了証: issue, issue again (再発行), revoke. Numbers have no gap in their fiscal year; a code is never used twice."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q

from aomori_dx.kernel import audit, bulk, locks
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Employee, User
from training import permissions as may
from training.models import Certificate, Completion
from training.rules import certificates as rules

NOT_YOURS = "修了証を発行し直せるのは、人財育成・人事担当とDX推進担当だけです。"
NOT_VALID = "この修了証はすでに失効しています。"
NEEDS_REASON = "理由を入力してください。"
REVOKED_COMPLETION = "修了が取り消されているため、修了証を発行できません。"
TAKEN_BACK = "この修了の修了証は失効しています。必要なときは、研修の担当に再発行を依頼してください。"
REPLACED = "この修了証は、すでに再発行されています。"
NO_FORMER_NAME = "旧姓・旧氏名が登録されていません。"
BATCH = 1000


@dataclass(frozen=True)
class Achievement:
    """What is to be certified, in plain words. `subject` is the same for whatever is certified again later."""

    employee: Employee
    subject: str
    title: str
    completed_on: date
    fiscal_year: FiscalYear
    hours: Decimal | None = None
    completion: Completion | None = None


def of_completion(row: Completion) -> Achievement:
    """A finished course. The row is read with its employee and course."""
    return Achievement(
        employee=row.employee,
        subject=f"completion:{row.pk}",
        title=row.course.name,
        completed_on=row.completed_on,
        fiscal_year=row.fiscal_year,
        hours=row.hours,
        completion=row,
    )


@transaction.atomic
def issue_all(
    achievements: Iterable[Achievement], *, by: Any, at: datetime, former_name: bool = False
) -> list[Certificate]:
    """The certificates of these, in their order: the valid one where there is one, else a new one with the next number
    of its year. `former_name`: in the 旧姓・旧氏名, where the person has one. The caller has checked who may."""
    wanted = {row.subject: row for row in achievements}
    years = sorted({row.fiscal_year for row in wanted.values()})
    for year in years:
        locks.hold(f"certificates {int(year)}")
    issued = _valid(wanted)
    new = [row for subject, row in wanted.items() if subject not in issued]
    last = dict(
        Certificate.objects.filter(fiscal_year__in=years)
        .order_by()
        .values_list("fiscal_year")
        .annotate(last=Max("number"))
    )
    rows = []
    for achievement in new:
        last[achievement.fiscal_year] = number = last.get(achievement.fiscal_year, 0) + 1
        rows.append(_row(achievement, number, 1, _name(achievement.employee, former_name), day_of(at)))
    bulk.insert_all(Certificate, rows)
    audit.record_all(audit.event(row, "certified", by=by, at=at, after=_told(row)) for row in rows)
    issued |= {row.subject: row for row in rows}
    return [issued[subject] for subject in wanted]


def _valid(subjects: Collection[str]) -> dict[str, Certificate]:
    names = list(subjects)
    found: dict[str, Certificate] = {}
    for at in range(0, len(names), BATCH):
        rows = Certificate.objects.valid().filter(subject__in=names[at : at + BATCH])
        found |= {row.subject: row for row in rows}
    return found


def _name(employee: Employee, former: bool) -> str:
    return employee.former_name if former and employee.former_name else employee.name


def _row(what: Achievement, number: int, issue: int, name: str, on: date) -> Certificate:
    return Certificate(
        employee=what.employee,
        subject=what.subject,
        completion=what.completion,
        fiscal_year=what.fiscal_year,
        number=number,
        issue=issue,
        code=rules.new_code(),
        name=name,
        title=what.title,
        hours=what.hours,
        completed_on=what.completed_on,
        issued_on=on,
    )


def issue_own(completion_id: int, *, by: User, at: datetime, former_name: bool = False) -> Certificate:
    """The certificate of one completion, for the person or by the office. Raises NotAllowed, RuleBroken: revoked."""
    row = Completion.objects.select_related("employee", "course").get(pk=completion_id)
    if not may.have_certificate(by, row, at):
        raise NotAllowed(NOT_YOURS)
    if row.revoked_at is not None:
        raise RuleBroken(REVOKED_COMPLETION)
    issued = list(row.certificates.all())
    if issued and not any(old.is_valid for old in issued):
        raise RuleBroken(TAKEN_BACK)
    return issue_all([of_completion(row)], by=by, at=at, former_name=former_name)[0]


def issue_for(completions: Any, *, by: User, at: datetime) -> int:
    """Certificates for all of these completions (a queryset) that stand and have none; returns how many are new.

    In the order in which they were finished. Raises NotAllowed.
    """
    if not may.issue_certificates(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    rows = without(completions).select_related("employee", "course").order_by("completed_on", "pk")
    return len(issue_all([of_completion(row) for row in rows], by=by, at=at))


def without(completions: Any) -> Any:
    """Of these completions those that stand and for which there never was a certificate."""
    return completions.standing().filter(~Exists(Certificate.objects.filter(completion=OuterRef("pk"))))


@transaction.atomic
def reissue(certificate_id: int, *, reason: str, by: User, at: datetime, former_name: bool = False) -> Certificate:
    """再発行: the present name and facts under the same number, with a new code; the old one is valid no more.

    One that was taken back by mistake is issued again too. Raises NotAllowed, or RuleBroken: replaced already, no
    reason, no former name, the completion is revoked.
    """
    row = _to_change(certificate_id, reason, by, at)
    if Certificate.objects.filter(subject=row.subject, issue__gt=row.issue).exists():
        raise RuleBroken(REPLACED)
    if row.completion and row.completion.revoked_at is not None:
        raise RuleBroken(REVOKED_COMPLETION)
    if former_name and not row.employee.former_name:
        raise RuleBroken(NO_FORMER_NAME)
    what = of_completion(row.completion) if row.completion else _as_issued(row)
    return _replace([(row, what, _name(row.employee, former_name))], reason=reason.strip(), by=by, at=at)[0]


@transaction.atomic
def revoke(certificate_id: int, *, reason: str, by: User, at: datetime) -> Certificate:
    """失効: it was issued in error. Raises NotAllowed, or RuleBroken: not valid any more, no reason."""
    row = _to_change(certificate_id, reason, by, at)
    if not row.is_valid:
        raise RuleBroken(NOT_VALID)
    _revoke([row], reason=reason.strip(), by=by, at=at)
    return row


def _to_change(certificate_id: int, reason: str, by: User, at: datetime) -> Certificate:
    if not may.issue_certificates(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    if not reason.strip():
        raise RuleBroken(NEEDS_REASON)
    rows = Certificate.objects.select_for_update(of=("self",))
    return rows.select_related("employee", "completion__employee", "completion__course").get(pk=certificate_id)


def _as_issued(row: Certificate) -> Achievement:
    return Achievement(row.employee, row.subject, row.title, row.completed_on, row.fiscal_year, row.hours)


@transaction.atomic
def follow(employees: Sequence[int], *, by: Any, at: datetime) -> None:
    """Completions of these people changed: a certificate of a revoked one is revoked, that of a corrected one issued
    again with what is true now. A second time changes nothing."""
    changed = (
        Q(completion__revoked_at__isnull=False)
        | ~Q(hours=F("completion__hours"))
        | ~Q(completed_on=F("completion__completed_on"))
    )
    wrong: dict[str, list[Certificate]] = {}
    replaced = []
    for start in range(0, len(employees), BATCH):
        rows = Certificate.objects.valid().filter(employee__in=employees[start : start + BATCH])
        rows = rows.exclude(completion=None).filter(changed).select_for_update(of=("self",)).order_by("pk")
        for row in rows.select_related("employee", "completion__employee", "completion__course"):
            completion: Any = row.completion
            if completion.revoked_at is not None:
                wrong.setdefault(f"修了の取消: {completion.revoked_reason}", []).append(row)
            else:
                former = row.name == row.employee.former_name
                replaced.append((row, of_completion(completion), _name(row.employee, former)))
    for reason, papers in wrong.items():
        _revoke(papers, reason=reason, by=by, at=at)
    _replace(replaced, reason="修了の訂正による再発行", by=by, at=at)


def _replace(
    rows: Sequence[tuple[Certificate, Achievement, str]], *, reason: str, by: Any, at: datetime
) -> list[Certificate]:
    _revoke([row for row, _, _ in rows if row.is_valid], reason=f"再発行: {reason}"[:200], by=by, at=at)
    new = []
    for row, what, name in rows:
        made = _row(what, row.number, row.issue + 1, name, day_of(at))
        made.fiscal_year = row.fiscal_year  # the number is one of that year
        new.append(made)
    bulk.insert_all(Certificate, new)
    audit.record_all(
        audit.event(made, "reissued", by=by, at=at, before=_told(row), after=_told(made), reason=reason)
        for made, (row, _, _) in zip(new, rows, strict=True)
    )
    return new


def _revoke(rows: Sequence[Certificate], *, reason: str, by: Any, at: datetime) -> None:
    told: dict[str, Any] = {"revoked_on": day_of(at), "revoked_reason": reason[:200]}
    for start in range(0, len(rows), BATCH):
        Certificate.objects.filter(pk__in=[row.pk for row in rows[start : start + BATCH]]).update(**told)
    for row in rows:
        row.revoked_on, row.revoked_reason = told["revoked_on"], told["revoked_reason"]
    audit.record_all(audit.event(row, "invalidated", by=by, at=at, before=_told(row), reason=reason) for row in rows)


def _told(row: Certificate) -> dict[str, Any]:
    return {
        "title": row.title,
        "name": row.name,
        "hours": None if row.hours is None else str(row.hours),
        "completed_on": row.completed_on.isoformat(),
        "issue": row.issue,
    }
