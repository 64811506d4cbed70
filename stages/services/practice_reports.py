"""Writing, handing in and reading practice reports. Every function: one transaction, one audit record, who and when.

Whoever changes a report holds its year first and then the report, as progress does when it follows.
"""

from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from aomori_dx.kernel.text import fold
from aomori_dx.kernel.wareki import format_date
from staff import roles
from staff.models import User
from staff.services import notices
from staff.services.notices import Message
from stages import approvers
from stages import permissions as may
from stages.effects import practice as effects
from stages.models import PracticeComment, PracticeReport, StageEnrollment
from stages.models import PracticeStatus as S
from stages.rules import practice as rules
from stages.services import recomputing
from stages.workflows.practice_report import PRACTICE_REPORT

NOT_YOURS = "実践テーマと実践報告を書けるのは、ご本人だけです。"
NOT_YOUR_OFFICE = "期限の延長と承認の取消ができるのは、DX推進担当だけです。"
NOT_NOW = "提出中か承認済みのため、今は書き直せません。"
CHANGED_MEANWHILE = (
    "表示したあとで、別の画面で内容が変わりました。保存されている内容を下に示します。"
    "入力した内容は残っています。確かめて、もう一度保存してください。"
)
READ_MEANWHILE = "表示したあとで、内容か状態が変わりました。今の内容を読んでから、もう一度回答してください。"
IN_STEAD = " (所属長不在のため代行)"
THEME_STATES, REPORT_STATES = (S.DRAFT, S.THEME_RETURNED), (S.WORKING, S.RETURNED)
SUBMITS = {S.DRAFT: "submit_theme", S.THEME_RETURNED: "submit_theme"}
READS = {
    S.THEME_SUBMITTED: ("approve_theme", "return_theme"),
    S.SUBMITTED: ("approve_report", "return_report"),
}
ALREADY = {True: (S.WORKING, S.APPROVED), False: (S.THEME_RETURNED, S.RETURNED)}
SEARCHED = ("title", "tool", "current_work", "expected_effect", "lessons", "reuse")


def seen_of(report: PracticeReport | None) -> str:
    """Stands for what a report says and where it stands, so that a change made meanwhile is noticed."""
    if report is None:
        return ""
    said = [(name, getattr(report, name)) for name in rules.EVERYTHING]
    return sha256(repr([*said, str(report.status)]).encode()).hexdigest()[:16]


@transaction.atomic
def write(
    enrollment_id: int, said: dict[str, Any], *, by: User, at: datetime, seen: str | None = None
) -> PracticeReport:
    """Keep what the promoter typed: columns of the theme before its approval, columns of the report after it.

    The first writing makes the draft; the same words a second time change nothing. `seen` (`seen_of`): what the page
    showed. Raises NotAllowed, or RuleBroken: the year is closed, it is with the head, it changed meanwhile.
    """
    enrollment = _hold(enrollment_id)
    row = _live(enrollment) or _new(enrollment, at)
    if not may.write_practice(by, row, at):
        raise NotAllowed(NOT_YOURS)
    closing.ensure_open(enrollment.fiscal_year)
    names = rules.THEME if row.status in THEME_STATES else set(rules.EVERYTHING) - set(rules.THEME)
    if row.status not in (*THEME_STATES, *REPORT_STATES):
        raise RuleBroken(NOT_NOW)
    wanted = {name: _plain(value) for name, value in said.items() if name in names}
    before = {name: getattr(row, name) for name in wanted}
    if row.pk and before == wanted:
        return row
    if seen is not None and seen != seen_of(row if row.pk else None):
        raise RuleBroken(CHANGED_MEANWHILE)
    for name, value in wanted.items():
        setattr(row, name, value)
    _save(row, at)
    action = "edited" if any(before.values()) else "created"
    audit.record(row, action, by=by, at=at, before=before if action == "edited" else None, after=wanted)
    if action == "created":
        recomputing.of_enrollments([enrollment_id], at=at)
    return row


@transaction.atomic
def submit(report_id: int, *, by: User, at: datetime) -> PracticeReport:
    """Hand in the theme, or the report once the theme is approved. A second time changes nothing.

    Raises NotAllowed, or RuleBroken with what is still missing, in words.
    """
    row = _with_year(report_id)
    if row.status in READS and may.write_practice(by, row, at):
        return row
    row = PRACTICE_REPORT.move(report_id, SUBMITS.get(S(row.status), "submit_report"), by=by, at=at)
    _save(row, at)
    recomputing.of_enrollments([row.enrollment_id], at=at)
    return row


@transaction.atomic
def give_answer(
    report_id: int, *, approves: bool, comment: str, by: User, at: datetime, seen: str | None = None
) -> PracticeReport:
    """Approve a theme or report, or send it back with a comment; the same answer a second time is the first one.

    An approved report counts at once. The act is recorded as 代理 by a deputy, as 代行 by DX推進担当.
    Raises NotAllowed, or RuleBroken: it is not waiting, it changed since it was read, sent back without a word.
    """
    row = _with_year(report_id)
    if row.status in ALREADY[approves] and may.approve_practice(by, row, at):
        return row
    if row.status in READS and seen is not None and seen != seen_of(row):
        raise RuleBroken(READ_MEANWHILE)
    name = READS.get(S(row.status), ("approve_report", "return_report"))[0 if approves else 1]
    if not may.approve_practice(by, row, at):
        raise NotAllowed("承認と差戻しができるのは、ご本人の今の所属の所属長と代理者です。")
    signed = _signed(row, by, at)
    if name == "approve_report" and row.status == S.SUBMITTED:
        row.approved_on, row.approved_by_name = day_of(at), str(signed)
        row.save(update_fields=["approved_on", "approved_by_name"])
    row = PRACTICE_REPORT.move(report_id, name, by=by, at=at, reason=comment.strip(), signed=signed)
    if comment.strip():
        _comment(row, comment, signed=signed, by=by, at=at)
    if name == "approve_report":
        recomputing.of_enrollments([row.enrollment_id], at=at)
    return row


@transaction.atomic
def withdraw(report_id: int, *, by: User, at: datetime) -> PracticeReport:
    """取下げ: another theme may be written instead. Twice is once. Raises NotAllowed or RuleBroken."""
    row = _with_year(report_id)
    if row.status == S.WITHDRAWN and may.write_practice(by, row, at):
        return row
    row = PRACTICE_REPORT.move(report_id, "withdraw_report", by=by, at=at)
    recomputing.of_enrollments([row.enrollment_id], at=at)
    return row


@transaction.atomic
def revoke(report_id: int, *, reason: str, by: User, at: datetime) -> PracticeReport:
    """承認の取消 by DX推進担当: it goes back to the promoter, and counts no more. Raises NotAllowed or RuleBroken."""
    _with_year(report_id)
    row = PRACTICE_REPORT.move(report_id, "revoke_approval", by=by, at=at, reason=reason.strip())
    _comment(row, reason, signed=by, by=by, at=at)
    effects.tell_post(row, "revoked", f"実践報告「{row.title}」の承認が取り消されました。", reason.strip(), at=at)
    recomputing.of_enrollments([row.enrollment_id], at=at)
    return row


@transaction.atomic
def comment(report_id: int, text: str, *, by: User, at: datetime) -> PracticeComment:
    """A word of the promoter, of the head or of DX推進担当; the other side is told. Raises NotAllowed or RuleBroken."""
    row = _with_year(report_id)
    mine = may.write_practice(by, row, at)
    if not (mine or may.approve_practice(by, row, at) or may.run_practice_report(by, row, at)):
        raise NotAllowed("コメントを書けるのは、ご本人、所属長と代理者、DX推進担当だけです。")
    if not text.strip():
        raise RuleBroken("コメントを入力してください。")
    if row.status == S.WITHDRAWN:
        raise RuleBroken("取り下げたものには、コメントを書けません。")
    signed = by if mine else _signed(row, by, at)
    last = row.comments.order_by("-written_at", "-pk").first()
    if last is not None and (last.text, last.by_name) == (text.strip(), str(signed)):
        return last  # the same click twice
    written = _comment(row, text, signed=signed, by=by, at=at)
    title = f"実践報告「{row.title}」にコメントがあります。"
    if mine:
        effects.tell_post(row, "comment-back", title, text.strip()[:200], at=at)
    else:
        key = f"practice:{row.pk}:comment:{at:%Y%m%d%H%M%S%f}"
        to = row.enrollment.promoter.employee
        notices.write(Message(key, to, title, text.strip()[:200], effects.own_page(row)), at=at)
    audit.record(row, "commented", by=signed, at=at, after=text.strip())
    return written


@transaction.atomic
def extend(enrollment_id: int, *, until: date, reason: str, by: User, at: datetime) -> PracticeReport:
    """R61: an own deadline for one promoter, with a reason; before anything is written too.

    Raises NotAllowed, or RuleBroken: no reason, the day is past, the year is closed, it is handed in already.
    """
    on = day_of(at)
    if not may.run_practice(by, on):
        raise NotAllowed(NOT_YOUR_OFFICE)
    enrollment = _hold(enrollment_id)
    closing.ensure_open(enrollment.fiscal_year)
    row = _live(enrollment) or _new(enrollment, at)
    if row.status in (S.SUBMITTED, S.APPROVED):
        raise RuleBroken("すでに報告が提出されています。")
    if not reason.strip():
        raise RuleBroken("延長の理由を入力してください。")
    if not on <= until <= enrollment.fiscal_year.next.last_day:
        raise RuleBroken("延長した期限は、今日から翌年度の末日までの日にしてください。")
    if (row.extended_to, row.extension_reason) == (until, reason.strip()):
        return row
    before = row.extended_to
    row.extended_to, row.extension_reason = until, reason.strip()
    _save(row, at)
    audit.record(row, "extended", by=by, at=at, before=before, after=until, reason=reason.strip())
    title = f"{enrollment.fiscal_year}の実践報告の期限が、{format_date(until)}に延長されました。"
    key = f"practice:{row.pk}:extended:{until}"
    to = enrollment.promoter.employee
    notices.write(Message(key, to, title, reason.strip(), effects.own_page(row), until), at=at)
    effects.tell_post(row, "extended", f"{to.name}さん: {title}", reason.strip(), at=at)
    recomputing.of_enrollments([enrollment_id], at=at)
    return row


@transaction.atomic
def keep_out(report_id: int, *, is_private: bool, by: User, at: datetime) -> PracticeReport:
    """事例集に載せない, or again: at once, at any time, in a closed year too. The promoter, or DX推進担当."""
    row = _with_year(report_id)
    if not (may.write_practice(by, row, at) or may.run_practice_report(by, row, at)):
        raise NotAllowed(NOT_YOURS)
    if row.is_private != is_private:
        row.is_private = is_private
        row.save(update_fields=["is_private"])
        audit.record(row, "kept_out" if is_private else "let_in", by=by, at=at, before=not is_private, after=is_private)
    return row


def _hold(enrollment_id: int) -> StageEnrollment:
    rows = StageEnrollment.objects.select_for_update(of=("self",)).select_related("promoter__employee", "stage")
    return rows.get(pk=enrollment_id)


def _with_year(report_id: int) -> PracticeReport:
    """The report as it is now that its year is held."""
    _hold(PracticeReport.objects.values_list("enrollment", flat=True).get(pk=report_id))
    rows = PracticeReport.objects.select_for_update(of=("self",))
    return rows.select_related("enrollment__promoter__employee", "enrollment__stage").get(pk=report_id)


def _live(enrollment: StageEnrollment) -> PracticeReport | None:
    row = PracticeReport.objects.live().select_for_update(of=("self",)).filter(enrollment=enrollment).first()
    if row is not None:
        row.enrollment = enrollment
    return row


def _new(enrollment: StageEnrollment, at: datetime) -> PracticeReport:
    """An empty theme; an extension that was given outlives what was withdrawn."""
    last = PracticeReport.objects.filter(enrollment=enrollment).order_by("-pk").first()
    kept = {name: getattr(last, name) for name in ("extended_to", "extension_reason", "is_private")} if last else {}
    return PracticeReport(enrollment=enrollment, changed_at=at, **kept)


def search_key(row: PracticeReport) -> str:
    """The words of a report and of its place, folded, a line each."""
    words = [getattr(row, name) for name in SEARCHED]
    words += [row.department.name, row.department.bureau.name] if row.department else []
    return "\n".join(fold(word) for word in words if word)


def _save(row: PracticeReport, at: datetime) -> None:
    row.search_key = search_key(row)
    row.changed_at = at
    with constraints_as_rules():
        row.save()


def _plain(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _signed(row: PracticeReport, by: User, at: datetime) -> Any:
    """The head in the own name, the deputy as 代理, DX推進担当 as acting for a post that nobody holds."""
    on = day_of(at)
    place = approvers.place_of(row.enrollment.promoter.employee_id, on)
    if place is not None and place.pk in roles.of(by, on).headed:
        return roles.acting_as(by, place, on)
    return roles.Acting(by.pk, f"{by}{IN_STEAD}") if may.approve_practice(by, row, at) else by


def _comment(row: PracticeReport, text: str, *, signed: Any, by: User, at: datetime) -> PracticeComment:
    return PracticeComment.objects.create(
        report=row, text=text.strip(), by_name=str(signed)[:100], by_employee_id=by.employee_id, written_at=at
    )
