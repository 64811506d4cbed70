"""`manage.py import_successions FILE`: see staff/imports/successions.py."""

from aomori_dx.kernel.management.import_command import ImportCommand
from staff.imports.successions import KIND


class Command(ImportCommand):
    help = f"{KIND.title}を取り込みます。"
    kind = KIND
