"""The tables of the schoolhouse: one noun a file."""

from training.models.course import Audience, CompletionRule, Course, Method
from training.models.enrollment import BOOKED, SEATED, Enrollment, EnrollmentStatus, Interest
from training.models.run import CourseRun, RunSession, RunStatus, SeatHold

__all__ = [
    "BOOKED",
    "SEATED",
    "Audience",
    "CompletionRule",
    "Course",
    "CourseRun",
    "Enrollment",
    "EnrollmentStatus",
    "Interest",
    "Method",
    "RunSession",
    "RunStatus",
    "SeatHold",
]
