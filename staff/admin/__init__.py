"""The people in the admin: departments, employees with their postings and absences, accounts with their roles."""

from staff.admin import accounts, departments, deputies, imports, notices, numbers, people

__all__ = ["accounts", "departments", "deputies", "imports", "notices", "numbers", "people"]
