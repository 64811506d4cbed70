"""Files beside a report: added and taken away by its writer. What is in a file decides what it is, not its name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from staff.models import User
from stages import permissions as may
from stages.models import PracticeAttachment, PracticeReport, StageEnrollment
from stages.models import PracticeStatus as S
from stages.rules import files

MOST = 5
"""Files of one report."""
EDITABLE = (S.DRAFT, S.THEME_RETURNED, S.WORKING, S.RETURNED)
NOT_YOURS = "添付ファイルを変えられるのは、ご本人だけです。"
NOT_NOW = "提出中か承認済みのため、今は添付ファイルを変えられません。"


@dataclass(frozen=True)
class Upload:
    """A file as it came: its size is known before it is read."""

    name: str
    size: int
    read: Callable[[], bytes]


def looked_at(upload: Upload) -> tuple[str, str, bytes]:
    """Cleaned name, media type and content of an upload; raises RuleBroken (`rules.files.checked`)."""
    if upload.size > files.LARGEST:
        raise RuleBroken(
            f"「{upload.name[:50]}」は大きすぎます。1つのファイルは{files.LARGEST // 1024 // 1024}MBまでです。"
        )
    content = upload.read()
    try:
        name, media_type = files.checked(upload.name, content)
    except RuleBroken as refusal:
        raise RuleBroken(f"「{upload.name[:50]}」: {refusal}") from refusal
    return name, media_type, content


@transaction.atomic
def add(report_id: int, upload: Upload, *, by: User, at: datetime) -> PracticeAttachment:
    """Keep a file beside the report. The same file a second time is there once.

    Raises NotAllowed, or RuleBroken: no accepted file, too many, the report is with the head, the year is closed.
    """
    name, media_type, content = looked_at(upload)
    report = _held(report_id, by, at)
    kept = list(report.attachments.kept())
    digest = sha256(content).hexdigest()
    if same := next((row for row in kept if row.sha256 == digest), None):
        return same
    if len(kept) >= MOST:
        raise RuleBroken(f"添付できるのは{MOST}個までです。不要なファイルを外してください。")
    row = PracticeAttachment(
        report=report,
        name=name,
        content_type=media_type,
        size=len(content),
        sha256=digest,
        content=content,
        added_at=at,
    )
    with constraints_as_rules():
        row.save()
    audit.record(report, "file_added", by=by, at=at, after={"name": name, "size": len(content), "sha256": digest})
    return row


@transaction.atomic
def remove(report_id: int, attachment_id: int, *, by: User, at: datetime) -> None:
    """Take a file away; its row stays. Twice is once. Raises NotAllowed or RuleBroken as `add`."""
    report = _held(report_id, by, at)
    row = report.attachments.kept().filter(pk=attachment_id).first()
    if row is None:
        return
    row.removed_at = at
    row.save(update_fields=["removed_at"])
    audit.record(report, "file_removed", by=by, at=at, before={"name": row.name, "sha256": row.sha256})


def _held(report_id: int, by: User, at: datetime) -> PracticeReport:
    """The report, its year and itself held, where this person may change it now."""
    year = PracticeReport.objects.values_list("enrollment", flat=True).get(pk=report_id)
    list(StageEnrollment.objects.select_for_update().filter(pk=year).values_list("pk"))
    rows = PracticeReport.objects.select_for_update(of=("self",)).select_related("enrollment__promoter")
    report = rows.get(pk=report_id)
    if not may.write_practice(by, report, at):
        raise NotAllowed(NOT_YOURS)
    closing.ensure_open(report.enrollment.fiscal_year)
    if report.status not in EDITABLE:
        raise RuleBroken(NOT_NOW)
    return report
