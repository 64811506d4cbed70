"""Asking for plans, promoters, their years and what was computed, always with a date."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, FilteredRelation, FloatField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, Coalesce

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models.department import Department
from staff.models.standing import OfficeRole


class TrainingPlanQuerySet(QuerySet):
    def covering(self, fiscal_year: FiscalYear):
        """Plans whose period has `fiscal_year`."""
        return self.filter(first_year__lte=fiscal_year, last_year__gte=fiscal_year)


class PromoterQuerySet(QuerySet):
    def appointed_by(self, day: date):
        """Appointed on `day` or before, whatever happened later."""
        return self.filter(appointed_on__lte=day)

    def of_cohorts(self, first: FiscalYear, last: FiscalYear):
        """Of the cohorts from `first` to `last`, both included."""
        return self.filter(cohort__gte=first, cohort__lte=last)

    def holding_the_place(self, fiscal_year: FiscalYear, day: date):
        """Recommended promoters of the year who fill their department's place on `day`: who withdrew within the
        year left it."""
        until = min(day, fiscal_year.last_day)
        return self.appointed_by(day).filter(cohort=fiscal_year, route="recommended").exclude(withdrawn_on__lte=until)

    def trained_by(self, day: date):
        """Those who completed the first stage on `day` or before: the people of "1,000名以上を育成"."""
        return self.filter(
            enrollments__stage__number=1, enrollments__status="completed", enrollments__status_on__lte=day
        )

    def working_in(self, departments: Any, day: date):
        """Whose employee has a posting, primary or 兼務, in one of these departments (ids) on `day`."""
        relation: Any = self.model._meta.get_field("employee")
        people = relation.related_model._default_manager.posted_to(departments, day)
        return self.filter(employee__in=people)

    def nominated_from(self, bureau: int):
        """Nominated by a department of the bureau, as it was when it nominated."""
        return self.filter(Q(department__parent=bureau) | Q(department__parent__parent=bureau))

    def for_list(self, fiscal_year: FiscalYear, day: date):
        """With what the list shows of each: the person, the 推薦所属, the 所属 of `day`, the year in its stage.

        One row a promoter: there is one primary posting, one absence and one year of training at a time.
        """
        in_force = {name: _in_force(name, day) for name in ("employee__postings", "employee__absences")}
        primary = Q(employee__postings__is_primary=True)
        this_year = Q(enrollments__fiscal_year=fiscal_year, enrollments__started_on__lte=day)
        return self.annotate(
            post=FilteredRelation("employee__postings", condition=primary & in_force["employee__postings"]),
            absence=FilteredRelation("employee__absences", condition=in_force["employee__absences"]),
            training=FilteredRelation("enrollments", condition=this_year),
            number=F("employee__employee_number"),
            name=F("employee__name"),
            kana=F("employee__kana"),
            former_name=F("employee__former_name"),
            left_on=F("employee__left_on"),
            place=F("department__name"),
            place_code=F("department__code"),
            place_bureau=Coalesce("department__parent__parent__name", "department__parent__name"),
            now=F("post__department__name"),
            now_code=F("post__department__code"),
            now_bureau=Coalesce("post__department__parent__parent__name", "post__department__parent__name"),
            away=F("absence__pk"),
            stage_number=F("training__stage__number"),
            stage_name=F("training__stage__name"),
            status=F("training__status"),
        )


class StageEnrollmentQuerySet(QuerySet):
    def started_by(self, day: date):
        """Started on `day` or before, whatever became of it: the people of a cell of the matrix."""
        return self.filter(started_on__lte=day)

    def completed_by(self, day: date):
        """Completed on `day` or before."""
        return self.filter(self.completion(day))

    def for_judgement(self, fiscal_year: FiscalYear, day: date):
        """The years that were to be judged in a fiscal year, with what the board shows of each: the person, the 所属
        of `day`, how the conditions stand."""
        person, posting = "promoter__employee", "promoter__employee__postings"
        primary = Q(**{f"{posting}__is_primary": True})
        return self.filter(fiscal_year=fiscal_year).annotate(
            post=FilteredRelation(posting, condition=primary & _in_force(posting, day)),
            number=F(f"{person}__employee_number"),
            name=F(f"{person}__name"),
            kana_key=F(f"{person}__kana_key"),
            cohort=F("promoter__cohort"),
            stage_number=F("stage__number"),
            stage_name=F("stage__name"),
            now_pk=F("post__department"),
            now=F("post__department__name"),
            now_code=F("post__department__code"),
            now_bureau=Coalesce("post__department__parent__parent__name", "post__department__parent__name"),
            met_on=F("progress__met_on"),
            standing=F("progress__standing"),
            conditions=F("progress__conditions"),
            hours_done=F("progress__hours_done"),
            hours_asked=F("progress__hours_asked"),
        )

    @staticmethod
    def completion(day: date) -> Q:
        """The condition of `completed_by`, for counting beside others."""
        return Q(status="completed", status_on__lte=day)


class CurriculumQuerySet(QuerySet):
    def of_year(self, fiscal_year: FiscalYear):
        return self.filter(fiscal_year=fiscal_year)

    def published(self):
        """Those by which people are judged, and were."""
        return self.filter(state="published")

    def in_line_with(self, curriculum: Any):
        """All versions for the same stage, track and fiscal year, the newest first."""
        rows = self.filter(stage=curriculum.stage_id, fiscal_year=curriculum.fiscal_year)
        same_track = Q(track=curriculum.track_id) if curriculum.track_id else Q(track__isnull=True)
        return rows.filter(same_track).order_by("-version")

    def with_sums(self):
        """`parts`: its items; `required_hours` and `elective_hours_offered`: how many hours they take."""
        return self.annotate(
            parts=Count("items"),
            required_hours=Coalesce(Sum("items__hours", filter=Q(items__is_required=True)), Decimal(0)),
            elective_hours_offered=Coalesce(Sum("items__hours", filter=Q(items__is_required=False)), Decimal(0)),
        )

    def visible_to(self, user: Any, on: date):
        """All versions for the offices, データ管理者 and 閲覧者; the published ones for whoever is in service."""
        who = user.roles_on(on)
        if who.is_office or who.has(OfficeRole.ADMIN, OfficeRole.VIEWER):
            return self
        return self.published() if who.is_known_here else self.none()


class StageProgressQuerySet(QuerySet):
    def to_be_looked_at(self, fiscal_year: FiscalYear):
        """What goes on in the year, and what contradicts itself in whatever year."""
        going = Q(enrollment__fiscal_year=fiscal_year, enrollment__status__in=("in_progress", "suspended"))
        return self.filter(going | Q(standing="contradictory"))

    def with_people(self, day: date):
        """With what a list shows of each: the person, the 所属 of `day`, the year in its stage."""
        person, posting = "enrollment__promoter__employee", "enrollment__promoter__employee__postings"
        primary = Q(**{f"{posting}__is_primary": True})
        rank = Case(*(When(standing=code, then=Value(number)) for number, code in enumerate(WORST_FIRST)))
        return self.annotate(
            post=FilteredRelation(posting, condition=primary & _in_force(posting, day)),
            rank=rank,
            promoter=F("enrollment__promoter"),
            number=F(f"{person}__employee_number"),
            name=F(f"{person}__name"),
            kana=F(f"{person}__kana"),
            kana_key=F(f"{person}__kana_key"),
            cohort=F("enrollment__promoter__cohort"),
            fiscal_year=F("enrollment__fiscal_year"),
            stage_number=F("enrollment__stage__number"),
            stage_name=F("enrollment__stage__name"),
            status=F("enrollment__status"),
            now=F("post__department__name"),
            now_code=F("post__department__code"),
            now_bureau=Coalesce("post__department__parent__parent__name", "post__department__parent__name"),
        )


WORST_FIRST = ("contradictory", "stuck", "behind", "no_curriculum", "on_track", "met")


class NominationQuerySet(QuerySet):
    def of_year(self, fiscal_year: FiscalYear):
        return self.filter(fiscal_year=fiscal_year)

    def live(self):
        """Those that hold a place: rules 3 and 4."""
        return self.exclude(status__in=NOT_LIVE)

    def recommended(self):
        """推薦枠"""
        return self.filter(route="recommended")

    def self_nominated(self):
        """自薦枠"""
        return self.filter(route="self")

    def of_place(self, departments: Any):
        """Of these departments (ids), under whatever name they nominated."""
        return self.filter(department__in=Department.with_former_names(departments))

    def on_the_board(self):
        """What came to the office: all but drafts."""
        return self.exclude(status="draft")

    def undecided(self):
        """With the office, or sent back: points can be given."""
        return self.filter(status__in=("submitted", "endorsed", "not_endorsed", "in_review", "returned"))

    def in_line(self):
        """補欠, and those that are proposed to be."""
        return self.filter(Q(status="reserve") | Q(status="in_review", proposal="reserve"))

    def for_board(self, day: date):
        """With what the board shows of each: the person, the 推薦所属, the post of `day`, the average of the points.

        One row a nomination: there is one primary posting and one absence at a time.
        """
        in_force = {name: _in_force(name, day) for name in ("nominee__postings", "nominee__absences")}
        primary = Q(nominee__postings__is_primary=True)
        either = Coalesce("score_first", "score_second") + Coalesce("score_second", "score_first")
        return self.annotate(
            post=FilteredRelation("nominee__postings", condition=primary & in_force["nominee__postings"]),
            absence=FilteredRelation("nominee__absences", condition=in_force["nominee__absences"]),
            number=F("nominee__employee_number"),
            name=F("nominee__name"),
            kana=F("nominee__kana"),
            department_name=F("department__name"),
            department_code=F("department__code"),
            bureau_name=Coalesce("department__parent__parent__name", "department__parent__name"),
            title=F("post__title"),
            is_manager=F("post__is_manager"),
            now=F("post__department__name"),
            now_pk=F("post__department"),
            away=F("absence__pk"),
            average=Cast(either, FloatField()) / 2,
        )

    def visible_to(self, user: Any, on: date):
        """All that was submitted for the offices and データ管理者; for a head or 代理 those of the department, its own
        drafts too and 自薦 once submitted; for everybody the own 自薦, and that one was nominated once it is decided.
        """
        who = user.roles_on(on)
        own = Q(nominee=who.employee_id, route="self")
        told = Q(nominee=who.employee_id, status__in=("accepted", "reserve", "turned_down"))
        mine = own | told if who.employee_id is not None else Q(pk__in=[])
        if who.headed:
            here = Q(department__in=Department.with_former_names(who.headed))
            mine |= here & (Q(route="recommended") | ~Q(submitted_at=None))
        if who.is_office or who.has(OfficeRole.ADMIN):
            mine |= ~Q(submitted_at=None) | Q(clashes_with__isnull=False)
        return self.filter(mine)

    def own_of(self, user: Any, on: date):
        """Of those that `user` sees the own, and those of the department that `user` heads, under whatever name."""
        who = user.roles_on(on)
        here = Department.with_former_names(who.headed) if who.headed else set()
        return self.visible_to(user, on).filter(Q(nominee=who.employee_id or 0) | Q(department__in=here))


NOT_LIVE = ("draft", "not_endorsed", "declined", "withdrawn", "turned_down")


class NominationDeclineQuerySet(QuerySet):
    def standing(self):
        """Not taken back."""
        return self.filter(taken_back_at__isnull=True)

    def of_place(self, departments: Any):
        """Of these departments (ids), under whatever name they answered."""
        return self.filter(department__in=Department.with_former_names(departments))


class QuotaSnapshotQuerySet(QuerySet):
    def of_year(self, fiscal_year: FiscalYear):
        """What was computed for the year, newest first: by day, then by when the facts were last looked at."""
        return self.filter(fiscal_year=fiscal_year).order_by("-as_of", "-confirmed_at", "-pk")


def _in_force(relation: str, day: date) -> Q:
    """The condition of `on(day)` for a relation, for joining."""
    return Q(**{f"{relation}__valid_from__lte": day}) & (
        Q(**{f"{relation}__valid_to__gt": day}) | Q(**{f"{relation}__valid_to__isnull": True})
    )
