"""`manage.py import_departments FILE`: see staff/imports/departments.py."""

from aomori_dx.kernel.management.import_command import ImportCommand
from staff.imports.departments import KIND


class Command(ImportCommand):
    help = f"{KIND.title}を取り込みます。"
    kind = KIND
