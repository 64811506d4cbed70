"""What follows a move of a theme or report: what is kept beside it, and who is told."""

from datetime import datetime
from typing import Any

from aomori_dx.kernel.clock import day_of
from staff.models import Department, Notice, OfficeRole
from staff.services import notices
from staff.services.notices import Message
from stages import approvers
from stages.models import PracticeReport
from stages.models import PracticeStatus as S
from stages.rules.practice import EVERYTHING

HEADS_PAGE = "/department/reports/"
OFFICE_PAGE = "/promoters/reports/"


def own_page(report: PracticeReport) -> str:
    """Where its writer finds it."""
    return f"/me/progress/reports/{int(report.enrollment.fiscal_year)}/"


def note_submission(report: PracticeReport, *, by: Any, at: datetime) -> None:
    """When it was handed in, and in which 所属 the promoter was then."""
    report.submitted_at = at
    report.department = approvers.place_of(report.enrollment.promoter.employee_id, day_of(at))
    report.save(update_fields=["submitted_at", "department"])


def ask_the_head(report: PracticeReport, *, by: Any, at: datetime) -> None:
    """The post over the promoter reads next; DX推進担当 where nobody else holds it. Reminders to the promoter end."""
    person = report.enrollment.promoter.employee
    what = "実践テーマ" if report.status == S.THEME_SUBMITTED else "実践報告"
    title = f"{person.name}さんが{what}「{report.title}」を提出しました。承認か差戻しをお願いします。"
    place = approvers.place_of(person.pk, day_of(at))
    key = f"{waiting_key(report)}{report.status}:{at:%Y%m%d%H%M%S%f}"
    if place is not None and approvers.others(place, person.pk, day_of(at)):
        notices.write(Message(key, place, title, url=f"{HEADS_PAGE}{report.pk}/"), at=at)
    else:
        body = "所属長が不在か、ご本人が所属長です。所属長に代わって承認できます。"
        url = f"{OFFICE_PAGE}{report.enrollment_id}/"
        notices.write(Message(key, OfficeRole.DX, title, body, url), at=at)
    _cancel(reminder_key(report.enrollment_id), at)


def note_theme_approval(report: PracticeReport, *, by: Any, at: datetime) -> None:
    """From the day of the approval on the work may begin; what was sent back before is settled."""
    report.theme_approved_on = day_of(at)
    report.as_returned = None
    report.save(update_fields=["theme_approved_on", "as_returned"])


def keep_as_returned(report: PracticeReport, *, by: Any, at: datetime) -> None:
    """What it said when it was sent back, and which files were with it."""
    report.as_returned = as_kept(report)
    report.save(update_fields=["as_returned"])


def as_kept(report: PracticeReport) -> dict[str, Any]:
    """What the promoter wrote, and the names of the files."""
    files = list(report.attachments.kept().values_list("name", flat=True))
    return {**{name: getattr(report, name) for name in EVERYTHING}, "files": sorted(files)}


def forget_approval(report: PracticeReport, *, by: Any, at: datetime) -> None:
    """An approval that was taken back never was."""
    report.approved_on, report.approved_by_name = None, ""
    report.save(update_fields=["approved_on", "approved_by_name"])


def tell_of_theme(report: PracticeReport, *, by: Any, at: datetime) -> None:
    _tell(report, "theme", f"実践テーマ「{report.title}」が承認されました。実践を進め、報告を提出してください。", at)


def tell_of_approval(report: PracticeReport, *, by: Any, at: datetime) -> None:
    _tell(report, "approved", f"実践報告「{report.title}」が承認されました。", at)


def tell_of_return(report: PracticeReport, *, by: Any, at: datetime) -> None:
    what = "実践テーマ" if report.status == S.THEME_RETURNED else "実践報告"
    _tell(
        report, "returned", f"{what}「{report.title}」が差し戻されました。コメントを読み、直して提出してください。", at
    )


def call_off(report: PracticeReport, *, by: Any, at: datetime) -> None:
    """Nobody has to read what was withdrawn."""
    _cancel(waiting_key(report), at)


def _tell(report: PracticeReport, what: str, title: str, at: datetime) -> None:
    """The writer is told; the post needs no telling any more."""
    _cancel(waiting_key(report), at)
    key = f"practice:{report.pk}:{what}:{at:%Y%m%d%H%M%S%f}"
    notices.write(Message(key, report.enrollment.promoter.employee, title, url=own_page(report)), at=at)


def tell_post(report: PracticeReport, what: str, title: str, body: str, *, at: datetime) -> None:
    """The post over the promoter of the day, where there is one."""
    place: Department | None = approvers.place_of(report.enrollment.promoter.employee_id, day_of(at))
    if place is not None:
        key = f"practice:{report.pk}:{what}:{at:%Y%m%d%H%M%S%f}"
        notices.write(Message(key, place, title, body, f"{HEADS_PAGE}{report.pk}/"), at=at)


def waiting_key(report: PracticeReport) -> str:
    """How the keys of the notices begin that ask for an approval."""
    return f"practice:{report.pk}:waiting:"


def reminder_key(enrollment_id: int) -> str:
    """How the keys of the reminders of a year begin."""
    return f"practice-reminder:{enrollment_id}:"


def _cancel(prefix: str, at: datetime) -> None:
    rows = Notice.objects.kept().filter(key__startswith=prefix)
    notices.cancel(list(rows.values_list("key", flat=True)), at=at)
