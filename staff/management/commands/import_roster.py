"""`manage.py import_roster FILE`: see staff/imports/roster.py."""

from aomori_dx.kernel.management.import_command import ImportCommand
from staff.imports.roster import KIND


class Command(ImportCommand):
    help = f"{KIND.title}を取り込みます。"
    kind = KIND
