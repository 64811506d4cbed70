"""The organisation, and one department of it, as of a day."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.web import only
from staff import descent, marks, organisation, roles, timeline
from staff import permissions as may
from staff.forms.departments import DepartmentsForm
from staff.models import Department
from staff.services import disclosures
from staff.views.days import Asked, asked

NOT_HERE = "組織を表示できるのは、在職している職員だけです。"
NOT_VACANCIES = (
    "所属長が不在の所属を絞り込めるのは、人財育成・人事担当、DX推進担当、情報政策担当とデータ管理者だけです。"
)
PLAIN_COLUMNS, WHOLE_COLUMNS = 4, 2


@require_safe
@only(may.see_directory, reason=NOT_HERE)
def show_all(request: HttpRequest) -> HttpResponse:
    """`/departments/`"""
    today = clock.today()
    days = asked(request, today=today)
    vacancies = may.see_vacancies(request.user, today)
    if request.GET.get("head") and not vacancies:
        raise PermissionDenied(NOT_VACANCIES)
    bureaus = Department.objects.visible_to(request.user, today).bureaus().on(days.day).order_by("sort_order")
    form = DepartmentsForm(request.GET, bureaus=bureaus.values_list("name", flat=True), vacancies=vacancies)
    conditions = form.cleaned_data if form.is_valid() else {}
    vacant = conditions.get("head") == "vacant"
    readable = form.is_valid() and days.is_readable
    asked_for = {"bureau": conditions.get("bureau", ""), "text": conditions.get("q", ""), "vacant": vacant}
    branches = organisation.tree(request.user, days.day, **asked_for, on=today) if readable else []
    context = {
        "days": days,
        "form": form,
        "branches": branches,
        "count": sum(len(branch.lines) for branch in branches),
        "members": sum(branch.members for branch in branches),
        "vacant": vacant,
        "may_see_vacancies": vacancies,
        "may_reorganise": may.reorganise(request.user, today),
        "whole": may.see_people(request.user, today),
        "marks": marks.all_marks(),
        "columns": PLAIN_COLUMNS + WHOLE_COLUMNS + len(marks.all_marks()),
        "clear": "" if days.is_today else f"on={days.day}",
        "vacancies": f"?head=vacant{'' if days.is_today else f'&on={days.day}'}",
    }
    return render(request, "staff/departments.html", context)


@require_safe
@only(may.see_directory, reason=NOT_HERE)
def show(request: HttpRequest, code: str) -> HttpResponse:
    """`/departments/<code>/`: the department that has the code on the day."""
    at = clock.now()
    today = clock.day_of(at)
    days = asked(request, today=today)
    visible = Department.objects.visible_to(request.user, today).filter(code=code).select_related("parent")
    rows = list(visible.order_by("-valid_from"))
    former = [(row, descent.period_of(row, user=request.user, on=today)) for row in rows]
    department = next((row for row in rows if row.holds_on(days.day)), None)
    if department is None:
        return _not_on_this_day(request, code, days, former)
    lineage = descent.of(department, user=request.user, on=today)
    place = organisation.place(request.user, department, lineage.ancestors, days.day, on=today)
    context = {
        "days": days,
        "department": department,
        "line": place.line,
        "whole": place.line.known_whole,
        "members": place.members,
        "marks": list(zip(marks.all_marks(), place.line.marks, strict=False)),
        "descent": lineage,
        "former": former,
        "may_see_past": may.see_people(request.user, today),
        "may_see_deputies": may.see_deputies(request.user, department, today),
        "may_reorganise": may.reorganise(request.user, today),
        **_vacancy(request, department, place.line, days),
    }
    if place.line.known_whole:
        by = roles.acting_as(request.user, department, today)
        disclosures.members_shown(department, day=days.day, count=len(place.members), by=by, at=at)
        own = timeline.of_heads(place.heads_over_time)
        rows_of_place = [department, *lineage.ancestors]
        context["entries"] = timeline.of_departments(rows_of_place, own, user=request.user, on=today)
    return render(request, "staff/department.html", context)


def _vacancy(request: HttpRequest, department: Department, line: organisation.Line, days: Asked) -> dict[str, str]:
    """What to say where no head is at work, and where one does something about it."""
    if line.deputy:
        return {"vacancy": f"{line.deputy.employee.name}さんが代理者です。", "deputies_link": ""}
    sets = days.is_today and may.set_deputy(request.user, department, days.today)
    link = reverse("staff:deputies", args=[department.code]) if sets else ""
    return {"vacancy": "代理者も決まっていません。", "deputies_link": link}


def _not_on_this_day(request: HttpRequest, code: str, days: Asked, former: list) -> HttpResponse:
    """Who may see other days is told on which days the code was used; for the rest it does not exist."""
    if not former or not may.see_people(request.user, days.today):
        raise Http404
    context = {"days": days, "code": code, "former": former}
    return render(request, "staff/department_elsewhen.html", context, status=404)
