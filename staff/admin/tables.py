"""The tables of people and departments."""

from import_export.fields import Field

from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.resources import Cell, CorrectionResource
from aomori_dx.kernel.text import is_mangled
from staff.admin.cells import BureauCell, DepartmentCell, department_code, employee_cell, employee_number
from staff.models import Department, Employee, Posting
from staff.services.corrections import hold_people


class EmployeeResource(CorrectionResource):
    """職員. A name that lost a character on its way never replaces a whole one."""

    natural_key = ("employee_number",)
    employee_number = Field("employee_number", "職員番号", Cell(employee_number))

    class Meta:
        model = Employee
        fields = (
            "id", "employee_number", "name", "kana", "former_name", "email", "employment_type", "hired_on", "left_on",
            "profile_as_of",
        )  # fmt: skip
        skip_unchanged = True
        clean_model_instances = True

    _NAMES = ("name", "kana", "former_name")

    def import_instance(self, instance, row, **kwargs):
        known = {name: getattr(instance, name) for name in self._NAMES}
        super().import_instance(instance, row, **kwargs)
        for name, old in known.items():
            if old and not is_mangled(old) and is_mangled(getattr(instance, name)):
                setattr(instance, name, old)


class DepartmentResource(CorrectionResource):
    """所属. A bureau has no code and is known by its name."""

    natural_key = ("code", "valid_from")
    code = Field("code", "所属コード", Cell(department_code))
    parent = Field("parent", "部局", BureauCell("開始日"))

    class Meta:
        model = Department
        fields = (
            "id", "code", "name", "short_name", "kind", "parent", "nominates", "sort_order", "valid_from", "valid_to",
        )  # fmt: skip
        skip_unchanged = True
        clean_model_instances = True

    def find(self, row):
        if cells.is_blank(row.get("所属コード")):
            return self.get_queryset().open().bureaus().filter(name=cells.text(row.get("名称"))).first()
        return super().find(row)


class PostingResource(CorrectionResource):
    """配属. The person's row is held, so that two primary postings cannot come about at once (rule 1)."""

    natural_key = ("employee", "department", "valid_from", "is_primary")
    employee = Field("employee", "職員番号", employee_cell())
    employee_name = Field("employee__name", "氏名", readonly=True)
    department = Field("department", "所属コード", DepartmentCell("開始日"))
    department_name = Field("department__name", "所属名", readonly=True)

    class Meta:
        model = Posting
        fields = (
            "id", "employee", "employee_name", "department", "department_name", "title", "is_primary", "is_head",
            "is_manager", "posted_on", "valid_from", "valid_to",
        )  # fmt: skip
        skip_unchanged = True
        clean_model_instances = True

    def lock(self, instance):
        hold_people([instance.employee_id])
