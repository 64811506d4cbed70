"""What the pages of practice reports show in the browser: one handed in, one in the library, an examination."""

from aomori_dx.kernel import clock
from staff.models import Department, OfficeRole
from stages.models import ExaminationResult, PracticeAttachment, PracticeComment, PracticeReport
from tests.factories import growth, staff
from tests.factories import stages as make

PAGES = [
    *((f"/me/progress/{page}", "promoter") for page in ("reports/", "reports/{year}/", "examinations/")),
    *((f"/department/reports/{page}", "head") for page in ("", "{report}/")),
    *((f"/promoters/reports/{page}", OfficeRole.DX) for page in ("", "remind/", "{practice_year}/")),
    *((f"/promoters/examinations/{page}", OfficeRole.DX) for page in ("", "{examination}/")),
    *((f"/library/{page}", "employee") for page in ("", "{case}/")),
]
"""Address → who looks at it."""
MEASURED = {"minutes_before": 1200, "minutes_after": 300, "people": 4, "lessons": "小さく始める。"}


def some(place: Department) -> None:
    """Of people who are posted to `place`."""
    for status in ("submitted", "approved"):
        who = make.promoter(staff.posting(to=place).employee)
        fields = {"submitted_at": clock.now(), "department": place, "approved_on": clock.today()}
        row = growth.report(make.enrollment(who), status=status, **MEASURED, **fields)
    row.as_returned = {"title": "前の題名", "files": []}
    row.save()
    file = {"content_type": "text/plain", "size": 3, "sha256": "2" * 64, "content": b"abc", "added_at": clock.now()}
    for report in PracticeReport.objects.all():
        PracticeAttachment.objects.create(report=report, name="記録.txt", **file)
        PracticeComment.objects.create(report=report, text="よい取組です。", by_name="課長", written_at=clock.now())
    growth.examination(who)


def addresses() -> dict[str, int]:
    """What the addresses of these pages name."""
    report = PracticeReport.objects.filter(status="submitted").earliest("pk")
    case = PracticeReport.objects.filter(status="approved").earliest("pk")
    examination = ExaminationResult.objects.earliest("pk")
    return {
        "report": report.pk,
        "practice_year": report.enrollment_id,
        "case": case.pk,
        "examination": examination.pk,
    }
