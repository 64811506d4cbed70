"""Practice reports as lists: of a head's people, of everybody who owes one, of the library. Constant queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, FilteredRelation, FloatField, Min, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Coalesce

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff import roles
from staff.models import Department, User
from stages.models import CurriculumItem, ItemKind, PracticeReport, PracticeStatus, StageEnrollment
from stages.practice_querysets import WAITING

STANDING = [status for status in PracticeStatus.values if status != PracticeStatus.WITHDRAWN]
MOST_OLD = 100
SHOWN: dict[str, Any] = {
    "number": F("promoter__employee__employee_number"),
    "person": F("promoter__employee__name"),
    "kana": F("promoter__employee__kana"),
    "stage_number": F("stage__number"),
    "stage_name": F("stage__name"),
    "now": F("post__department__name"),
    "now_code": F("post__department__code"),
    "now_bureau": Coalesce("post__department__parent__parent__name", "post__department__parent__name"),
    "report_pk": F("report__pk"),
    "report_status": F("report__status"),
    "title": F("report__title"),
    "tool": F("report__tool"),
    "minutes_before": F("report__minutes_before"),
    "minutes_after": F("report__minutes_after"),
    "people": F("report__people"),
    "submitted_at": F("report__submitted_at"),
    "approved_on": F("report__approved_on"),
    "extended_to": F("report__extended_to"),
    "is_private": F("report__is_private"),
    "due": Coalesce("report__extended_to", "item_due", "curriculum__deadline"),
    "hours": (Cast("report__minutes_before", FloatField()) - Cast("report__minutes_after", FloatField())) * 12.0 / 60.0,
}
"""What the list of a year shows of each, beside the joins of `of_year`."""


@dataclass(frozen=True)
class OfHead:
    """What waits for the head, and what is under way or done, the newest first."""

    waiting: list[Any]
    others: list[Any]


def rows_of_head(user: User, *, on: date) -> Any:
    """What the people of the departments that `user` heads have handed in, without the own one. Former heads: none."""
    who = roles.of(user, on)
    rows = PracticeReport.objects.visible_to(user, on).posted_to(who.headed, on).exclude(submitted_at=None)
    rows = rows.exclude(enrollment__promoter__employee=who.employee_id or 0).with_place(on)
    related = ("enrollment__promoter__employee", "enrollment__stage", "enrollment__curriculum")
    return rows.select_related(*related)


def of_head(user: User, *, on: date) -> OfHead:
    """Two queries, and one for the former names of the departments."""
    rows = rows_of_head(user, on=on).live()
    waiting = list(rows.waiting().order_by("submitted_at", "pk"))
    return OfHead(waiting, list(rows.exclude(status__in=WAITING).with_hours()[:MOST_OLD]))


def waiting_for(user: User, departments: Iterable[Department], *, on: date) -> int:
    """How many of these departments wait for this head now."""
    rows = rows_of_head(user, on=on).posted_to([row.pk for row in departments], on)
    return rows.waiting().order_by().count()


def of_year(fiscal_year: FiscalYear, on: date) -> Any:
    """Every promoter's year that asks for a practice report or has one, with what the list shows of it.

    One row a year: one report stands at a time, one primary posting holds on a day. `report_pk` is empty where nothing
    was written; `due` is the own extension, else the item's day, else the curriculum's.
    """
    item = CurriculumItem.objects.filter(curriculum=OuterRef("curriculum"), kind=ItemKind.PRACTICE)
    post = "promoter__employee__postings"
    in_force = Q(**{f"{post}__is_primary": True, f"{post}__valid_from__lte": on})
    in_force &= Q(**{f"{post}__valid_to__gt": on}) | Q(**{f"{post}__valid_to__isnull": True})
    rows = StageEnrollment.objects.filter(fiscal_year=fiscal_year).annotate(
        report=FilteredRelation("practice_reports", condition=Q(practice_reports__status__in=STANDING)),
        post=FilteredRelation(post, condition=in_force),
        asks=Exists(item),
        item_due=Subquery(item.order_by().values("curriculum").annotate(first=Min("due_on")).values("first")),
    )
    rows = rows.filter(Q(asks=True) | Q(report__isnull=False))
    return rows.annotate(**SHOWN)


def library(on: date) -> Any:
    """事例集: every approved report that is not kept out, under the name of the 所属 of its day."""
    rows = PracticeReport.objects.in_library().with_hours()
    return rows.annotate(
        person=F("enrollment__promoter__employee__name"),
        fiscal_year=F("enrollment__fiscal_year"),
        stage_number=F("enrollment__stage__number"),
        stage_name=F("enrollment__stage__name"),
        place=F("department__name"),
        bureau=Coalesce("department__parent__parent__name", "department__parent__name", "department__name"),
    )
