"""The tables of the schoolhouse: one noun a file."""

from training.models.attendance import NOT_PRESENT, Attendance, Presence
from training.models.calendar import CalendarFeed, DroppedMeeting
from training.models.certificate import Certificate, CertificateText
from training.models.change_request import ChangeRequest
from training.models.completion import Completion, CompletionSource
from training.models.course import Audience, CompletionRule, Course, Method
from training.models.elearning import CourseAlias, PlatformAccount, UnmatchedResult, UnmatchedState
from training.models.enrollment import BOOKED, SEATED, Enrollment, EnrollmentStatus, Interest
from training.models.follow_up import FollowUp, Usage
from training.models.invitation import Invitation
from training.models.requirement import Obligation, Obliged, Requirement
from training.models.run import CourseRun, RunSession, RunStatus, SeatHold
from training.models.run_message import Recipients, RunMessage
from training.models.survey import (
    Question,
    QuestionKind,
    Questionnaire,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyResponse,
)

__all__ = [
    "BOOKED",
    "NOT_PRESENT",
    "SEATED",
    "Attendance",
    "Audience",
    "CalendarFeed",
    "Certificate",
    "CertificateText",
    "ChangeRequest",
    "Completion",
    "CompletionRule",
    "CompletionSource",
    "Course",
    "CourseAlias",
    "CourseRun",
    "DroppedMeeting",
    "Enrollment",
    "EnrollmentStatus",
    "FollowUp",
    "Interest",
    "Invitation",
    "Method",
    "Obligation",
    "Obliged",
    "PlatformAccount",
    "Presence",
    "Question",
    "QuestionKind",
    "Questionnaire",
    "Recipients",
    "Requirement",
    "RunMessage",
    "RunSession",
    "RunStatus",
    "SeatHold",
    "Survey",
    "SurveyAnswer",
    "SurveyInvitation",
    "SurveyResponse",
    "UnmatchedResult",
    "UnmatchedState",
    "Usage",
]
