"""Asking for practice reports and examinations, always with a date; what a login may see of them is said here."""

from datetime import date
from typing import Any

from django.db.models import F, FloatField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast

from aomori_dx.kernel.text import fold
from staff.models.posting import Posting

WAITING = ("theme_submitted", "submitted")
"""With the head: a theme or a report to be approved."""
HANDED_IN = ("submitted", "approved")
HOURS_SAVED = (Cast("minutes_before", FloatField()) - Cast("minutes_after", FloatField())) * 12.0 / 60.0
"""削減時間 as `PracticeReport.hours_saved` has it: hours a year, below 0 where it takes longer; NULL until measured."""


class PracticeReportQuerySet(QuerySet):
    def live(self):
        """All but those that were withdrawn."""
        return self.exclude(status="withdrawn")

    def waiting(self):
        """A theme or a report that the head has to read."""
        return self.filter(status__in=WAITING)

    def with_hours(self):
        """With `hours`: the 削減時間 a year."""
        return self.annotate(hours=HOURS_SAVED)

    def posted_to(self, departments: Any, day: date):
        """Of promoters whose primary posting of `day` is to one of these departments (ids)."""
        here = Posting.objects.primary().on(day).filter(department__in=departments)
        return self.filter(enrollment__promoter__employee__in=here.values("employee"))

    def with_place(self, day: date):
        """With the 所属 of `day` of the promoter: `now` (name) and `now_pk`; both empty without a posting."""
        post = Posting.objects.primary().on(day).filter(employee=OuterRef("enrollment__promoter__employee"))
        return self.annotate(
            now=Subquery(post.values("department__name")[:1]), now_pk=Subquery(post.values("department")[:1])
        )

    def in_library(self):
        """事例集: approved, and its writer has not kept it out."""
        return self.filter(status="approved", is_private=False)

    def search(self, text: str):
        """Every word of `text` is in the report, however it is written: width, kana, case, variants."""
        found = self
        for word in text.split():
            found = found.filter(search_key__contains=fold(word))
        return found

    def visible_to(self, user: Any, on: date):
        """The own ones; those of the people who are posted on `on` where `user` is head or 代理, once they were handed
        in; all that were handed in for the offices and データ管理者. A head who is no more sees nothing."""
        who = user.roles_on(on)
        mine = Q(enrollment__promoter__employee=who.employee_id) if who.employee_id else Q(pk__in=[])
        handed_in = ~Q(submitted_at=None)
        if who.sees_everybody:
            return self.filter(mine | handed_in)
        if who.headed:
            here = Posting.objects.primary().on(on).filter(department__in=who.headed)
            mine |= handed_in & Q(enrollment__promoter__employee__in=here.values("employee"))
        return self.filter(mine)


class PracticeAttachmentQuerySet(QuerySet):
    def kept(self):
        """Not taken away; without the content, which only a download reads."""
        return self.filter(removed_at__isnull=True).defer("content")


class ExaminationQuerySet(QuerySet):
    def visible_to(self, user: Any, on: date):
        """The own ones; all for the offices and データ管理者."""
        who = user.roles_on(on)
        if who.sees_everybody:
            return self
        return self.filter(promoter__employee=who.employee_id) if who.employee_id else self.none()

    def for_list(self, day: date):
        """With what the list shows of each; the proof itself stays where it is."""
        post = Posting.objects.primary().on(day).filter(employee=OuterRef("promoter__employee"))
        rows = self.defer("proof").select_related("promoter__employee")
        return rows.annotate(
            number=F("promoter__employee__employee_number"),
            person=F("promoter__employee__name"),
            kana=F("promoter__employee__kana"),
            now=Subquery(post.values("department__name")[:1]),
        )
