"""Who approves what a promoter hands in: the post over the promoter's 所属 of the day, and who holds it."""

from datetime import date

from staff.models import Absence, Department, Deputy, Employee, Posting


def place_of(employee_id: int, on: date) -> Department | None:
    """The 所属 of the primary posting of the day; None for who is posted nowhere (派遣 and the like)."""
    post = Posting.objects.primary().on(on).filter(employee=employee_id).select_related("department__parent").first()
    return post.department if post else None


def others(place: Department | None, employee_id: int, on: date) -> set[int]:
    """Who can act for the post on `on`: heads and 代理 (ids) in service, not away, and not this person herself."""
    if place is None:
        return set()
    serving = Employee.objects.in_service(on).exclude(pk=employee_id)
    serving = serving.exclude(pk__in=Absence.objects.on(on).values("employee"))
    heads = Posting.objects.heads().on(on).filter(department=place, employee__in=serving)
    found = set(heads.values_list("employee", flat=True))
    lent = Deputy.objects.filter(employee__in=serving).placed_on(on)
    return found | {row.employee_id for row in lent if row.place.pk == place.pk}
