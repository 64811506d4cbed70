"""Asking for courses, runs and who takes them, always with a date."""

from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, FilteredRelation, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from aomori_dx.kernel.text import fold
from staff import posts

SEATED = ("confirmed", "attended", "absent", "completed", "failed")
PRESENT = ("attended", "completed", "failed")


class CourseQuerySet(QuerySet):
    def offered_on(self, day: date):
        """In the catalogue on `day`."""
        return self.filter(Q(retired_on__isnull=True) | Q(retired_on__gt=day))

    def search(self, text: str):
        """By code, name, content, provider or what to bring, whatever the way of writing; every word must be there.

        A catalogue has some hundreds of courses: they are read and compared here.
        """
        words = [key for word in text.split() if (key := fold(word))]
        rows = self.order_by().values_list("pk", "code", "name", "description", "provider", "to_bring")
        keys = {pk: fold(" ".join(texts)) for pk, *texts in rows}
        return self.filter(pk__in=[pk for pk, key in keys.items() if all(word in key for word in words)])

    def serving(self, track: str):
        """Meant for this career track, or for all."""
        rows = self.order_by().values_list("pk", "tracks")
        return self.filter(pk__in=[pk for pk, codes in rows if not codes or track in codes])

    def fitting(self, employment_type: str, *, manager: bool):
        """Which a person of this 職員区分, 管理職 or not, may take (E9)."""
        rows = self.order_by().values_list("pk", "employment_types", "audience")
        fits = [
            pk
            for pk, types, audience in rows
            if (manager or audience != "managers") and (not types or not employment_type or employment_type in types)
        ]
        return self.filter(pk__in=fits)

    def by_level(self):
        """Those for all staff first, then by step."""
        return self.order_by(F("level").asc(nulls_first=True), "code")


class CourseRunQuerySet(QuerySet):
    def open_on(self, day: date):
        """Taking bookings on `day`."""
        return self.filter(status="open", opens_on__lte=day, closes_on__gte=day)

    def upcoming(self, at: datetime):
        """Neither held nor cancelled, with a meeting yet to come, or without any."""
        return (
            self.filter(status__in=("draft", "open", "closed"))
            .filter(Q(sessions__ends_at__gte=at) | Q(sessions__isnull=True))
            .distinct()
        )

    def below_minimum(self):
        """With fewer people than they need to take place."""
        return self.filter(status__in=("open", "closed"), seats_taken__lt=F("minimum"))

    def closing_by(self, first: date, last: date):
        """Whose last day of booking is one of these days, both included."""
        return self.filter(closes_on__gte=first, closes_on__lte=last)

    def search(self, text: str):
        """By course, venue or instructor, whatever the way of writing."""
        words = [key for word in text.split() if (key := fold(word))]
        rows = self.order_by().values_list("pk", "course__code", "course__name", "venue", "instructor")
        keys = {pk: fold(" ".join(texts)) for pk, *texts in rows}
        return self.filter(pk__in=[pk for pk, key in keys.items() if all(word in key for word in words)])

    def with_seats(self):
        """`free`: seats that nobody has; `waiting`: people on the waiting list; `first_at`: when it begins."""
        waiting = Count("enrollments", filter=Q(enrollments__status="waitlisted"), distinct=True)
        return self.annotate(
            free=F("capacity") - F("seats_taken"), waiting=waiting, first_at=Min("sessions__starts_at")
        )


class EnrollmentQuerySet(QuerySet):
    def confirmed(self):
        return self.filter(status="confirmed")

    def waitlisted(self):
        return self.filter(status="waitlisted")

    def seated(self):
        """With a seat of the run, whatever came of it."""
        return self.filter(status__in=SEATED)

    def attended(self):
        """Who was there, of runs that were held: by the state, and with some minutes where minutes were taken."""
        relation: Any = self.model._meta.get_field("attendances")
        taken = relation.related_model._default_manager.filter(enrollment=OuterRef("pk"))
        there = ~Exists(taken) | Exists(taken.filter(minutes__gt=0))
        return self.filter(there, status__in=PRESENT, run__status="held")

    def first_come(self):
        """In the order of the waiting list."""
        return self.order_by("requested_at", "pk")

    def visible_to(self, user: Any, on: date):
        """All for the offices and データ管理者; for a head those of the department's people; for everybody the own."""
        who = user.roles_on(on)
        if who.sees_everybody:
            return self
        relation: Any = self.model._meta.get_field("employee")
        people = relation.related_model._default_manager.visible_to(user, on)
        return self.filter(employee__in=people)


class CompletionQuerySet(QuerySet):
    def standing(self):
        """Not revoked: these count."""
        return self.filter(revoked_at__isnull=True)

    def visible_to(self, user: Any, on: date):
        """As bookings are."""
        who = user.roles_on(on)
        if who.sees_everybody:
            return self
        relation: Any = self.model._meta.get_field("employee")
        people = relation.related_model._default_manager.visible_to(user, on)
        return self.filter(employee__in=people)

    def for_list(self, day: date):
        """With what lists show of each: the person, the course, the primary post of `day`, when the run began.

        One row a completion: there is one primary posting at a time.
        """
        still = Q(employee__postings__valid_to__gt=day) | Q(employee__postings__valid_to__isnull=True)
        in_force = Q(employee__postings__is_primary=True, employee__postings__valid_from__lte=day) & still
        seat: Any = self.model._meta.get_field("enrollment")
        run = seat.related_model._meta.get_field("run").related_model
        meetings = run._meta.get_field("sessions").related_model._default_manager
        first = meetings.filter(run__enrollments=OuterRef("enrollment")).order_by("starts_at").values("starts_at")[:1]
        return self.annotate(
            post=FilteredRelation("employee__postings", condition=in_force),
            number=F("employee__employee_number"),
            name=F("employee__name"),
            department=F("post__department__name"),
            department_code=F("post__department__code"),
            bureau=Coalesce("post__department__parent__name", "post__department__name"),
            course_code=F("course__code"),
            course_name=F("course__name"),
            method=F("course__method"),
            begins=Subquery(first),
        )


class FollowUpQuerySet(QuerySet):
    def open_on(self, day: date):
        """Answers are taken and may be changed."""
        return self.filter(closes_on__gte=day)

    def waiting(self):
        """Not answered yet."""
        return self.filter(answered_at__isnull=True)

    def answered_by(self, user: Any, on: date):
        """Of the posts that `user` holds on `on`, as head or 代理, and of those that have come to them by
        reorganisation; never about oneself."""
        who = user.roles_on(on)
        if not who.headed:
            return self.none()
        return self.filter(department__in=posts.inherited(who.headed, on)).exclude(enrollment__employee=who.employee_id)


class CertificateQuerySet(QuerySet):
    def valid(self):
        """Not revoked: what it says still counts."""
        return self.filter(revoked_on__isnull=True)

    def visible_to(self, user: Any, on: date):
        """As completions are."""
        who = user.roles_on(on)
        if who.sees_everybody:
            return self
        relation: Any = self.model._meta.get_field("employee")
        people = relation.related_model._default_manager.visible_to(user, on)
        return self.filter(employee__in=people)
