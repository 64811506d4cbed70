"""`manage.py import_promoters FILE`: see stages/imports/promoters.py."""

from aomori_dx.kernel.management.import_command import ImportCommand
from stages.imports.promoters import KIND


class Command(ImportCommand):
    help = f"{KIND.title}を取り込みます。"
    kind = KIND
