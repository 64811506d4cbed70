"""One promoter's practice in one year, as a page shows it: how far it is, by when, what is missing, what changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from aomori_dx.kernel.clock import day_of
from staff import roles
from staff.models import Absence, User
from stages.desk import until as words_until
from stages.folding.deadlines import moved
from stages.folding.facts import Away
from stages.models import ItemKind, PracticeAttachment, PracticeComment, PracticeReport, StageEnrollment
from stages.models import PracticeStatus as S
from stages.rules.practice import EVERYTHING
from stages.services import practice_files, practice_reports
from stages.workflows.practice_report import PRACTICE_REPORT

STEPS = ("テーマの作成", "テーマの承認", "実践と報告", "報告の承認")
REACHED = {
    S.DRAFT: 0,
    S.THEME_RETURNED: 0,
    S.THEME_SUBMITTED: 1,
    S.WORKING: 2,
    S.RETURNED: 2,
    S.SUBMITTED: 3,
    S.APPROVED: 4,
}


@dataclass(frozen=True)
class Step:
    """One step of the way, for components/steps.html."""

    label: str
    state: str
    words: str
    note: str = ""


@dataclass(frozen=True)
class Change:
    """A line of what changed since it was sent back."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Sheet:
    """`report` is None until something was written. `why_not`: what stands against handing it in now."""

    enrollment: StageEnrollment
    report: PracticeReport | None
    due_on: date | None
    comments: tuple[PracticeComment, ...]
    files: tuple[PracticeAttachment, ...]
    on: date
    why_not: tuple[str, ...] = ()
    may_withdraw: bool = False

    @property
    def status(self) -> str:
        return self.report.status if self.report else S.DRAFT

    @property
    def status_word(self) -> str:
        return self.report.get_status_display() if self.report else "まだ始めていません"

    @property
    def is_writing(self) -> bool:
        return self.status in (*practice_reports.THEME_STATES, *practice_reports.REPORT_STATES)

    @property
    def is_theme(self) -> bool:
        """The theme is what is in hand."""
        return self.status in (S.DRAFT, S.THEME_RETURNED, S.THEME_SUBMITTED)

    @property
    def is_returned(self) -> bool:
        return self.status in (S.THEME_RETURNED, S.RETURNED)

    @property
    def is_waiting(self) -> bool:
        return self.status in (S.THEME_SUBMITTED, S.SUBMITTED)

    @property
    def due(self) -> str:
        return words_until(self.due_on, self.on) if self.due_on else ""

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.due_on < self.on and self.status not in (S.SUBMITTED, S.APPROVED)

    @property
    def files_left(self) -> int:
        return practice_files.MOST - len(self.files)

    @property
    def changes(self) -> list[Change]:
        """What differs from what was sent back; nothing where it never was."""
        return list(_changes(self.report, self.files)) if self.report else []

    @property
    def steps(self) -> list[Step]:
        reached = REACHED.get(S(self.status), 0)
        state = {True: "done", False: "todo"}
        return [
            Step(label, "current" if number == reached else state[number < reached], self._word(number, reached))
            for number, label in enumerate(STEPS)
        ]

    def _word(self, number: int, reached: int) -> str:
        if number != reached:
            return "済み" if number < reached else "これから"
        return "差戻し" if self.is_returned else ("待っています" if self.is_waiting else "ご本人の番です")


def sheet(
    enrollment: StageEnrollment, report: PracticeReport | None, *, at: datetime, user: User | None = None
) -> Sheet:
    """Everything about one year. With `user`, what she may do as its writer. Six queries."""
    on = day_of(at)
    comments = tuple(report.comments.all()) if report and report.pk else ()
    kept = tuple(report.attachments.kept()) if report and report.pk else ()
    why_not: tuple[str, ...] = ()
    may_withdraw = False
    if report and user:
        name = practice_reports.SUBMITS.get(S(report.status), "submit_report")
        why_not = tuple(PRACTICE_REPORT.blockers(report, name, by=user, at=at))
        may_withdraw = not PRACTICE_REPORT.blockers(report, "withdraw_report", by=user, at=at)
    due_on = due_of(enrollment, report)
    return Sheet(enrollment, report, due_on, comments, kept, on, why_not, may_withdraw)


def due_of(enrollment: StageEnrollment, report: PracticeReport | None) -> date | None:
    """The day that the curriculum names, moved by leave (E5), or the own extension where that is later.

    None where nothing is asked for, or where the leave has no end yet.
    """
    extended = report.extended_to if report is not None else None
    if enrollment.curriculum is None:
        return extended
    item = enrollment.curriculum.items.filter(kind=ItemKind.PRACTICE).order_by("due_on").first()
    if item is None:
        return extended
    rows = Absence.objects.filter(employee=enrollment.promoter.employee_id).values_list("valid_from", "valid_to")
    away = [Away(first, until) for first, until in rows]
    due = moved(item.due_on or enrollment.curriculum.deadline, away, since=enrollment.started_on)
    return max(due, extended) if due and extended else due


def own_years(user: User, *, on: date) -> list[StageEnrollment]:
    """The years of the promoter behind the login, the newest first; none for everybody else."""
    rows = StageEnrollment.objects.filter(promoter__employee=roles.of(user, on).employee_id or 0)
    return list(rows.select_related("stage", "curriculum", "promoter__employee").order_by("-fiscal_year"))


def reports_of(enrollments: Iterable[StageEnrollment]) -> dict[int, PracticeReport]:
    """Year (id) → its report that stands."""
    rows = PracticeReport.objects.live().filter(enrollment__in=[row.pk for row in enrollments])
    return {row.enrollment_id: row for row in rows.select_related("department")}


def own(user: User, number: int, *, at: datetime) -> Sheet | None:
    """The own sheet of a fiscal year; None where this person has no such year."""
    years = [row for row in own_years(user, on=day_of(at)) if int(row.fiscal_year) == number]
    if not years:
        return None
    report = reports_of(years).get(years[0].pk)
    if report is not None:
        report.enrollment = years[0]
    return sheet(years[0], report, at=at, user=user)


def _changes(report: PracticeReport, kept: Iterable[PracticeAttachment]) -> Iterable[Change]:
    old: dict[str, Any] | None = report.as_returned
    if not old:
        return
    fields = {field.name: str(field.verbose_name) for field in PracticeReport._meta.concrete_fields}
    for name in EVERYTHING:
        before, after = old.get(name), getattr(report, name)
        if before != after:
            yield Change(fields[name], _said(before), _said(after))
    files = sorted(row.name for row in kept)
    if old.get("files", []) != files:
        yield Change("添付ファイル", "、".join(old.get("files", [])) or "なし", "、".join(files) or "なし")


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    return "(空欄)" if value in (None, "") else str(value)
