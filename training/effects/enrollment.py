"""What follows a move of a booking: when it was confirmed, and what the person is told."""

from datetime import datetime
from typing import Any

from staff.services import notices
from staff.services.notices import Message
from training.models import Enrollment, EnrollmentStatus

WORDS = {
    EnrollmentStatus.CONFIRMED: "の席が確定しました。",
    EnrollmentStatus.WAITLISTED: "は満席のため、キャンセル待ちになりました。",
    EnrollmentStatus.REJECTED: "への申込は受け付けられませんでした。",
    EnrollmentStatus.CANCELLED: "への申込を取り消しました。",
}


def date_the_confirmation(enrollment: Enrollment, *, by: Any, at: datetime) -> None:
    enrollment.confirmed_at = at
    enrollment.save(update_fields=["confirmed_at"])


def tell(enrollments: list[Enrollment], *, by: Any, at: datetime) -> None:
    """Each is told in words what became of the booking."""
    notices.write_all(
        (
            Message(
                key=f"enrollment:{row.pk}:{row.status}:{at:%Y%m%dT%H%M%S%f}",
                to=row.employee,
                title=f"{row.run}{WORDS[EnrollmentStatus(row.status)]}",
                body=row.reason,
                url=f"/courses/{row.course.code}/",
            )
            for row in enrollments
        ),
        at=at,
    )
