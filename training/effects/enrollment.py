"""What follows a move of a booking: when it was confirmed, and what the person is told."""

from datetime import datetime
from typing import Any

from aomori_dx.kernel.wareki import format_date
from staff.services import notices
from staff.services.notices import Message
from training.models import Enrollment, EnrollmentStatus
from training.rules import booking as rules

WORDS = {
    EnrollmentStatus.CONFIRMED: "の席が確定しました。",
    EnrollmentStatus.WAITLISTED: "は満席のため、キャンセル待ちになりました。",
    EnrollmentStatus.REJECTED: "への申込は受け付けられませんでした。",
    EnrollmentStatus.CANCELLED: "への申込を取り消しました。",
}


def date_the_confirmation(enrollment: Enrollment, *, by: Any, at: datetime) -> None:
    enrollment.confirmed_at = at
    enrollment.save(update_fields=["confirmed_at"])


def ask_for_the_answer(enrollment: Enrollment, *, by: Any, at: datetime) -> None:
    """E14: until when the person may decline the seat."""
    enrollment.answer_by = rules.answer_by(enrollment.run, at)
    enrollment.save(update_fields=["answer_by"])


def tell(enrollments: list[Enrollment], *, by: Any, at: datetime) -> None:
    """Each is told in words what became of the booking."""
    _write(enrollments, at, lambda row: (WORDS[EnrollmentStatus(row.status)], row.reason))


def tell_of_the_seat(enrollments: list[Enrollment], *, by: Any, at: datetime) -> None:
    """Who was moved up learns of the seat, and until when it can be declined."""
    _write(enrollments, at, lambda row: (WORDS[EnrollmentStatus.CONFIRMED], _may_decline(row)))


def tell_of_the_answer(enrollments: list[Enrollment], *, by: Any, at: datetime) -> None:
    _write(enrollments, at, lambda row: ("の席を辞退しました。", row.reason))


def _may_decline(row: Enrollment) -> str:
    until = f"{format_date(row.answer_by)}まで" if row.answer_by else ""
    return (
        f"キャンセル待ちから繰り上がりました。受講できないときは、{until}に研修の画面の「辞退する」を押してください"
        "(始まったあとは辞退できません)。次の人に席を譲ります。"
    )


def _write(rows: list[Enrollment], at: datetime, words: Any) -> None:
    """One notice a person: what happened, and more of it."""
    told = [(row, *words(row)) for row in rows]
    notices.write_all(
        (
            Message(
                key=f"enrollment:{row.pk}:{row.status}:{at:%Y%m%dT%H%M%S%f}",
                to=row.employee,
                title=f"{row.run}{title}",
                body=body,
                url=f"/courses/{row.course.code}/",
            )
            for row, title, body in told
        ),
        at=at,
    )
