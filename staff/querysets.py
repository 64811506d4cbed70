"""Asking for people and departments, always with a date; what a login may see of them is said here and only here."""

from datetime import date
from typing import Any

from django.db.models import Case, Exists, F, FilteredRelation, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from aomori_dx.kernel.clock import start_of
from aomori_dx.kernel.periods import PeriodQuerySet
from aomori_dx.kernel.text import fold


def _in_force(name: str, day: date) -> Q:
    """The condition of `on(day)` for rows of the relation `name`."""
    still = Q(**{f"{name}__valid_to__gt": day}) | Q(**{f"{name}__valid_to__isnull": True})
    return Q(**{f"{name}__valid_from__lte": day}) & still


class DepartmentQuerySet(PeriodQuerySet):
    def bureaus(self):
        return self.filter(parent__isnull=True)

    def below_bureaus(self):
        """The 所属: what people are posted to."""
        return self.filter(parent__isnull=False)

    def nominating(self):
        """所属 that owe one nomination a year (policy, 推薦枠)."""
        return self.filter(nominates=True)

    def in_official_order(self):
        """By bureau, 課室 before 出先機関, by code."""
        return self.order_by("parent__sort_order", "sort_order", "code", "pk")

    def visible_to(self, user: Any, on: date):
        """The offices see the past too, those who prepare 予定 also what is to come; the staff the present."""
        who = user.roles_on(on)
        if who.sees_plans:
            return self
        if who.sees_everybody:
            return self.filter(valid_from__lte=on)
        return self.on(on) if who.is_known_here else self.none()


class EmployeeQuerySet(QuerySet):
    def in_service(self, day: date):
        """在職 on `day`: hired, not gone, and not between leaving and coming back."""
        hired = Q(hired_on__isnull=True) | Q(hired_on__lte=day)
        staying = Q(left_on__isnull=True) | Q(left_on__gt=day)
        away = Exists(self._related("service_gaps").on(day).filter(employee=OuterRef("pk")))
        back = Q(rehired_on__isnull=True) | Q(rehired_on__lte=day) | ~Q(away)
        return self.filter(hired, staying, back)

    def unplaced(self, day: date):
        """In service on `day` without a primary posting: their department was dissolved."""
        placed = self._related("postings").filter(employee=OuterRef("pk"), is_primary=True).on(day)
        return self.in_service(day).filter(~Exists(placed))

    def search(self, text: str):
        """By 職員番号 (former ones too), name, kana or former name, whatever the way of writing."""
        key = fold(text)
        numbered = self._related("former_numbers").filter(number__contains=key)
        return self.filter(
            Q(employee_number__contains=key)
            | Q(pk__in=numbered.order_by().values("employee"))
            | Q(name_key__contains=key)
            | Q(kana_key__contains=key)
            | Q(former_name_key__contains=key)
        )

    def numbered(self, number: str):
        """Whose 職員番号 this is or was; the one who has it now first."""
        owned = self._related("former_numbers").filter(number=number)
        now = Case(When(employee_number=number, then=Value(0)), default=Value(1))
        return self.filter(Q(employee_number=number) | Q(pk__in=owned.order_by().values("employee"))).order_by(now)

    def search_directory(self, text: str):
        """By what everybody may know of a person: the name and how it is read."""
        key = fold(text)
        return self.filter(Q(name_key__contains=key) | Q(kana_key__contains=key))

    def visible_to(self, user: Any, on: date):
        """Whose record `user` may open on `on`; the directory (name and department) is another matter.

        Everybody's for the offices and データ管理者 (people who have yet to come only for those who prepare 予定),
        for a head or a deputy the people of their department, 兼務 included, for everybody the own.
        """
        who = user.roles_on(on)
        if who.sees_plans:
            return self
        if who.sees_everybody:
            return self.filter(Q(hired_on__isnull=True) | Q(hired_on__lte=on))
        here = self._related("postings").on(on).filter(department__in=who.headed)
        return self.filter(Q(pk=who.employee_id) | Q(pk__in=here.values("employee")))

    def posted_to(self, departments: Any, day: date):
        """With a posting, primary or 兼務, in one of `departments` on `day`."""
        here = self._related("postings").on(day).filter(employee=OuterRef("pk"), department__in=departments)
        return self.filter(Exists(here))

    def away(self, day: date):
        """休職等 on `day`."""
        return self.filter(Exists(self._related("absences").on(day).filter(employee=OuterRef("pk"))))

    def at_work(self, day: date):
        """Not 休職等 on `day`."""
        return self.filter(~Exists(self._related("absences").on(day).filter(employee=OuterRef("pk"))))

    def holding(self, day: date, **what: Any):
        """With a posting on `day` of which `what` is true: is_head=True, is_primary=False."""
        return self.filter(Exists(self._related("postings").on(day).filter(employee=OuterRef("pk"), **what)))

    def with_place(self, day: date):
        """`place`: the primary posting of `day` with its department and bureau, or None."""
        condition = Q(postings__is_primary=True) & _in_force("postings", day)
        rows = self.annotate(place=FilteredRelation("postings", condition=condition))
        return rows.select_related("place__department__parent")

    def with_state(self, day: date, *, reasons: bool):
        """`away` on `day` (with `reasons` also why, in a word: `away_word`), and `concurrent`: the 兼務 as a list."""
        absences = self._related("absences").on(day).filter(employee=OuterRef("pk"))
        concurrent = self._related("postings").concurrent().on(day).select_related("department").order_by("pk")
        rows = self.annotate(away=Exists(absences))
        if reasons:
            choices = self._related("absences").model._meta.get_field("reason").flatchoices
            words = Case(*(When(reason=code, then=Value(str(word))) for code, word in choices))
            rows = rows.annotate(away_word=Subquery(absences.order_by().annotate(word=words).values("word")[:1]))
        return rows.prefetch_related(Prefetch("postings", concurrent, to_attr="concurrent"))

    def by_place(self, *, descending: bool = False):
        """In the official order of the departments of `with_place`, the 部局 itself first; people without one last."""
        bureau = Coalesce("place__department__parent__sort_order", "place__department__sort_order")
        names = ("parent", "sort_order", "code")
        terms = [F(f"place__department__{name}") for name in names]
        order = [term.desc(nulls_last=True) if descending else term.asc(nulls_first=True) for term in terms]
        first = bureau.desc(nulls_last=True) if descending else bureau.asc(nulls_last=True)
        return self.order_by(first, *order, "employee_number")

    def _related(self, name: str) -> Any:
        relation: Any = self.model._meta.get_field(name)
        return relation.related_model._default_manager


class PostingQuerySet(PeriodQuerySet):
    def primary(self):
        return self.filter(is_primary=True)

    def concurrent(self):
        """兼務"""
        return self.filter(is_primary=False)

    def heads(self):
        return self.filter(is_head=True)

    def managers(self):
        return self.filter(is_manager=True)

    def visible_to(self, user: Any, on: date):
        """The postings of whose record `user` may open; those to come only for those who prepare 予定."""
        who = user.roles_on(on)
        if who.sees_plans:
            return self
        begun = self.filter(valid_from__lte=on)
        return begun if who.sees_everybody else begun.filter(employee__in=_people(self).visible_to(user, on))


class AbsenceQuerySet(PeriodQuerySet):
    def visible_to(self, user: Any, on: date):
        """That somebody is away: for the offices at any time, for a head today, for oneself from the first day.

        Why somebody is away is asked of `permissions.see_leave_reason`.
        """
        who = user.roles_on(on)
        if who.sees_plans:
            return self
        begun = self.filter(valid_from__lte=on)
        if who.sees_everybody:
            return begun
        now = Q(employee__in=_people(self).visible_to(user, on)) & _still(on)
        return begun.filter(Q(employee=who.employee_id) | now)


class DeputyQuerySet(PeriodQuerySet):
    def kept(self):
        """Not called off before they began."""
        return self.filter(cancelled_at__isnull=True)

    def on(self, day: date):
        """In force on `day`; one that was called off holds on no day."""
        return super().on(day).kept()

    def placed_on(self, day: date) -> list[Any]:
        """Those in force on `day`, each with its `place`: the department it stands for on that day.

        A department that was renamed or moved is the same place; one that was dissolved, split or merged has
        no deputy any more.
        """
        rows = list(self.on(day).select_related("department__parent", "employee"))
        for row in rows:
            row.place = row.department.continued_on(day)
        return [row for row in rows if row.place is not None]

    def of_place(self, department: Any):
        """Of the department, under whatever name and in whatever bureau it was."""
        return self.filter(department__in=[department, *department.earlier_selves(), *department.later_selves()])

    def visible_to(self, user: Any, on: date):
        """All for the offices; for the rest those in force, for a head all of the own department."""
        who = user.roles_on(on)
        if who.sees_everybody:
            return self
        if not who.is_known_here:
            return self.none()
        in_force = _still(on) & Q(valid_from__lte=on, cancelled_at__isnull=True)
        return self.filter(in_force | Q(department__in=who.headed))


class NoticeQuerySet(QuerySet):
    def kept(self):
        """Not taken back."""
        return self.filter(cancelled_at__isnull=True)

    def visible_to(self, user: Any, on: date):
        """Addressed to the person, to a post held on `on` (as head or 代理, under whatever name), or to the office."""
        who = user.roles_on(on)
        mine = Q(office__in=who.offices) if who.offices else Q(pk__in=[])
        if who.employee_id is not None:
            mine |= Q(employee=who.employee_id)
        if who.headed:
            relation: Any = self.model._meta.get_field("department")
            mine |= Q(department__in=relation.related_model.with_former_names(who.headed))
        return self.kept().filter(mine)

    def unread_by(self, user: Any, on: date):
        return self.filter(~self._read_by(user, on))

    def with_unread(self, user: Any, on: date):
        """`is_unread`: not opened by `user`, and for a post not by whoever held it before."""
        return self.annotate(is_unread=~self._read_by(user, on))

    def _read_by(self, user: Any, on: date) -> Q:
        """Opened by `user`. What came to the post before `user` held it is read where a predecessor opened it."""
        own = Q(Exists(user.readings.filter(notice=OuterRef("pk"))))
        since = user.roles_on(on).headed_since
        if since is None:
            return own
        relation: Any = self.model._meta.get_field("readings")
        before = relation.related_model.objects.filter(notice=OuterRef("pk"), read_at__lt=start_of(since))
        return own | Q(Exists(before), department__isnull=False)


def _still(day: date) -> Q:
    return Q(valid_to__gt=day) | Q(valid_to__isnull=True)


def _people(rows: QuerySet) -> Any:
    relation: Any = rows.model._meta.get_field("employee")
    return relation.related_model._default_manager
