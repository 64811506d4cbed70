"""`manage.py import_stage_enrollments FILE`: see stages/imports/stage_enrollments.py."""

from aomori_dx.kernel.management.import_command import ImportCommand
from stages.imports.stage_enrollments import KIND


class Command(ImportCommand):
    help = f"{KIND.title}を取り込みます。"
    kind = KIND
