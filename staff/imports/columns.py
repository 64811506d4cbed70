"""Columns that several of the office's files share."""

from django.conf import settings

from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.reading import Column
from staff.models import AbsenceReason, DepartmentKind, EmploymentType, SuccessionKind

TOTALS = ("unplaced",)
"""Counted with every file about people and departments: those whose department was dissolved, not yet placed."""

EMPLOYEE_NUMBER = Column(
    "number", ("職員番号", "職員No", "職員コード", "職員ID"), cells.code(settings.EMPLOYEE_NUMBER_WIDTH)
)
NAME = Column("name", ("氏名", "職員氏名", "名前"), cells.limited(100))
TITLE = Column("title", ("補職名", "職名", "新補職名", "職位"), cells.limited(50), filled=False)
IS_MANAGER = Column("is_manager", ("管理職", "管理職区分"), cells.flag, filled=False, empty=False)
IS_HEAD = Column("is_head", ("所属長", "所属長区分"), cells.flag, filled=False, empty=False)

department_code = cells.code(settings.DEPARTMENT_CODE_WIDTH)
department_codes = cells.codes(settings.DEPARTMENT_CODE_WIDTH)

DEPARTMENT_KINDS = {
    "課室": DepartmentKind.SECTION,
    "課・室": DepartmentKind.SECTION,
    "課": DepartmentKind.SECTION,
    "室": DepartmentKind.SECTION,
    "本庁": DepartmentKind.SECTION,
    "出先機関": DepartmentKind.OFFICE,
    "出先": DepartmentKind.OFFICE,
}
SUCCESSION_KINDS = {
    "改称": SuccessionKind.RENAMED,
    "移管": SuccessionKind.MOVED,
    "改称・移管": SuccessionKind.RENAMED_MOVED,
    "分割": SuccessionKind.SPLIT,
    "統合": SuccessionKind.MERGED,
}
EMPLOYMENT_TYPES = {
    "正規": EmploymentType.REGULAR,
    "正規職員": EmploymentType.REGULAR,
    "再任用": EmploymentType.REAPPOINTED,
    "再任用職員": EmploymentType.REAPPOINTED,
    "任期付": EmploymentType.FIXED_TERM,
    "任期付職員": EmploymentType.FIXED_TERM,
    "会計年度任用職員": EmploymentType.ANNUAL,
    "会計年度": EmploymentType.ANNUAL,
    "派遣受入": EmploymentType.SECONDED_IN,
    "派遣出": EmploymentType.SECONDED_OUT,
}
ABSENCE_REASONS = {
    "休職": AbsenceReason.LEAVE,
    "育児休業": AbsenceReason.CHILDCARE,
    "育休": AbsenceReason.CHILDCARE,
    "派遣": AbsenceReason.SECONDMENT,
    "病気休暇": AbsenceReason.SICK,
    "病休": AbsenceReason.SICK,
    "なし": "",
    "無": "",
    "-": "",
}
