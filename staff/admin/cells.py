"""How people and departments are named in a table: by 職員番号 and 所属コード."""

from datetime import date

from django.conf import settings
from django.db.models import QuerySet

from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.resources import Cell
from staff.models import Department, Employee

employee_number = cells.code(settings.EMPLOYEE_NUMBER_WIDTH)
department_code = cells.code(settings.DEPARTMENT_CODE_WIDTH)


def _employee(value: object) -> Employee:
    number = employee_number(value)
    found = Employee.objects.filter(employee_number=number).first()
    if found is None:
        raise ValueError(f"職員番号「{number}」の職員はいません。")
    return found


def employee_cell() -> Cell:
    """An employee by number; the leading zeros that Excel dropped come back."""
    return Cell(_employee, lambda employee: employee.employee_number, None)


class DepartmentCell(Cell):
    """A department by its code. A code that was used again is looked up on the row's own day.

    `day_column`: the column that says the day; `first_day` makes a date of its cell.
    """

    def __init__(self, day_column: str, first_day=cells.day) -> None:
        super().__init__(department_code, lambda department: department.code, None)
        self.day_column, self.first_day = day_column, first_day

    def clean(self, value, row=None, **kwargs):
        code = super().clean(value, row=row, **kwargs)
        return None if code is None else self._found(code, row or {})

    def _found(self, code: str, row: dict) -> Department:
        rows = list(Department.objects.filter(code=code)[:2])
        if len(rows) == 1:
            return rows[0]
        day = self._day(row) if rows else None
        found = Department.objects.on(day).filter(code=code).first() if day else None
        if found is None:
            raise ValueError(f"所属コード「{code}」の所属は{'この日には' if rows else ''}ありません。")
        return found

    def _day(self, row: dict) -> date | None:
        try:
            return self.first_day(row.get(self.day_column))
        except ValueError:
            return None


class BureauCell(Cell):
    """A 部局 by its name on the row's first day: bureaus have no code."""

    def __init__(self, day_column: str) -> None:
        super().__init__(cells.text, lambda bureau: bureau.name, None)
        self.day_column = day_column

    def clean(self, value, row=None, **kwargs):
        name = super().clean(value, row=row, **kwargs)
        if name is None:
            return None
        found = self._in_force(row or {}).filter(name=name).first()
        if found is None:
            raise ValueError(f"部局「{name}」はこの日にはありません。")
        return found

    def _in_force(self, row: dict) -> QuerySet[Department]:
        return Department.objects.on(cells.day(row.get(self.day_column))).bureaus()
