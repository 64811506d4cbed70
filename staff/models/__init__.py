"""The tables of the people: one noun a file."""

from staff.models.absence import Absence, AbsenceReason
from staff.models.change_set import (
    ChangeLine,
    ChangePage,
    ChangeSet,
    ChangeSetFile,
    ChangeSetState,
    LineOutcome,
)
from staff.models.department import Department, DepartmentKind, Succession, SuccessionKind
from staff.models.deputy import Deputy
from staff.models.employee import Employee, EmploymentType
from staff.models.former_number import FormerNumber
from staff.models.notice import Notice, NoticeLetter, NoticeReading
from staff.models.posting import Posting
from staff.models.service_gap import ServiceGap
from staff.models.standing import OfficeRole
from staff.models.user import OfficeRoleGrant, User

__all__ = [
    "Absence",
    "AbsenceReason",
    "ChangeLine",
    "ChangePage",
    "ChangeSet",
    "ChangeSetFile",
    "ChangeSetState",
    "Department",
    "DepartmentKind",
    "Deputy",
    "Employee",
    "EmploymentType",
    "FormerNumber",
    "LineOutcome",
    "Notice",
    "NoticeLetter",
    "NoticeReading",
    "OfficeRole",
    "OfficeRoleGrant",
    "Posting",
    "ServiceGap",
    "Succession",
    "SuccessionKind",
    "User",
]
