"""圏域: the six areas of the prefecture. The office's files do not say it; a 出先機関 carries its area in its name."""

from functools import reduce
from operator import or_

from django.db.models import Q

AREAS = {
    "東青": ("東青", "青森"),
    "中南": ("中南", "弘前", "黒石"),
    "三八": ("三八", "八戸"),
    "西北": ("西北", "五所川原"),
    "上北": ("上北", "十和田", "三沢"),
    "下北": ("下北", "むつ"),
}
"""Area → how the names of its 出先機関 begin."""
ELSEWHERE = "none"
CHOICES = [*((area, area) for area in AREAS), (ELSEWHERE, "本庁など")]


def within(area: str, department: str = "") -> Q:
    """The condition that a department (at the path `department`) is an office of the area, or of none of them."""
    if area == ELSEWHERE:
        return ~reduce(or_, (within(each, department) for each in AREAS))
    prefix = f"{department}__" if department else ""
    names = (Q(**{f"{prefix}name__startswith": word}) for word in AREAS[area])
    return Q(**{f"{prefix}kind": "office"}) & reduce(or_, names)
