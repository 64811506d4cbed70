"""`manage.py import_transfers FILE`: see staff/imports/transfers.py."""

from aomori_dx.kernel.management.import_command import ImportCommand
from staff.imports.transfers import KIND


class Command(ImportCommand):
    help = f"{KIND.title}を取り込みます。"
    kind = KIND
