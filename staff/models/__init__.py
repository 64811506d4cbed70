"""The tables of the people: one noun a file."""

from staff.models.absence import Absence, AbsenceReason
from staff.models.department import Department, DepartmentKind, Succession, SuccessionKind
from staff.models.employee import Employee, EmploymentType
from staff.models.posting import Posting
from staff.models.user import OfficeRole, OfficeRoleGrant, User

__all__ = [
    "Absence",
    "AbsenceReason",
    "Department",
    "DepartmentKind",
    "Employee",
    "EmploymentType",
    "OfficeRole",
    "OfficeRoleGrant",
    "Posting",
    "Succession",
    "SuccessionKind",
    "User",
]
