"""What the engine is told: who counts on which day, and how many questions that takes."""

from datetime import date

import pytest

from aomori_dx.kernel.errors import DomainError
from staff.models import AbsenceReason, DepartmentKind
from stages.models import AnnualTarget, Exemption, GrowthStage, PlanRevision, Route, StageStatus, TrainingPlan
from stages.quota import engine
from stages.quota.bureaus import by_bureau
from stages.services import quota_facts
from tests.factories import staff
from tests.factories import stages as make
from tests.factories.stages import R6, R7, R8, R9, R10

TODAY = date(2026, 11, 23)

pytestmark = pytest.mark.django_db


def load(fiscal_year=R8, as_of=TODAY):
    return quota_facts.load(fiscal_year, as_of=as_of)[1]


def revise(plan, number, effective_from, **targets):
    revision = PlanRevision.objects.create(
        plan=plan, number=number, decided_on=effective_from, effective_from=effective_from, reason="見直し", author="課"
    )
    for year, people in targets.items():
        AnnualTarget.objects.create(revision=revision, fiscal_year=year, new_promoters=people)
    return revision


class TestPlan:
    def test_without_a_plan_it_says_what_to_do(self):
        with pytest.raises(DomainError, match="load_policy"):
            load()

    @pytest.mark.parametrize("year", [R6.previous, R10.next])
    def test_a_year_outside_the_plan_is_refused_with_the_period(self, year):
        make.plan()

        with pytest.raises(DomainError, match=f"{year}は育成計画の期間.令和6年度から令和10年度まで.の外です"):
            load(year)

    def test_before_the_first_revision_there_is_no_plan_in_force(self):
        make.plan()

        with pytest.raises(DomainError, match="令和6年1月31日の時点で"):
            load(R6, date(2024, 1, 31))
        assert load(R6, date(2024, 2, 1)).plan.revision == 1

    def test_the_newest_revision_in_force_on_the_day_counts(self):
        plan = make.plan().plan
        revise(plan, 2, date(2026, 10, 1), R8=220, R9=220, R10=220)

        assert engine.target(load(R8, date(2026, 9, 30))).value == 200
        assert engine.target(load(R8, date(2026, 10, 1))).value == 220
        assert load(R8, date(2026, 10, 1)).plan.revision == 2

    def test_a_past_year_is_measured_by_the_plan_of_the_day_it_is_asked_on(self):
        plan = make.plan().plan
        revise(plan, 2, date(2026, 10, 1), R6=190)

        assert engine.target(load(R6, date(2025, 3, 31))).value == 200
        assert engine.target(load(R6)).value == 190

    def test_a_year_that_a_revision_leaves_out_keeps_its_target(self):
        plan = make.plan().plan
        revise(plan, 2, date(2026, 10, 1), R9=260)

        told = load()

        assert [(row.new_promoters, row.revision) for row in told.plan.targets] == [
            (200, 1),
            (200, 1),
            (200, 1),
            (260, 2),
            (200, 1),
        ]

    def test_a_year_without_any_target_is_named(self):
        make.plan()
        AnnualTarget.objects.filter(fiscal_year=R9).delete()

        with pytest.raises(DomainError, match="育成計画に令和9年度の目標がありません"):
            load()

    def test_of_two_plans_the_one_that_began_later_counts(self):
        make.plan()
        other = TrainingPlan.objects.create(code="r8-r9", name="新計画", first_year=R8, last_year=R9)
        revise(other, 1, date(2026, 4, 1), R8=300, R9=300)

        assert load(R8).plan.name == "新計画"
        assert load(R10).plan.name == "育成計画"

    def test_without_stages_it_says_what_to_do(self):
        make.plan()
        GrowthStage.objects.all().delete()

        with pytest.raises(DomainError, match="育成ステージがありません"):
            load()


class TestDepartments:
    def test_those_that_nominate_on_the_first_day_of_the_year_count(self):
        make.plan()
        bureau = staff.bureau()
        staff.department("まえからの課", parent=bureau)
        staff.department("前日まで", parent=bureau, valid_to=date(2026, 4, 1))
        staff.department("翌日から", parent=bureau, valid_from=date(2026, 4, 2))
        staff.department("推薦しない", parent=bureau, nominates=False)

        assert [row.name for row in load().departments] == ["まえからの課"]

    def test_a_reference_date_of_the_target_moves_the_count(self):
        make.plan()
        staff.department("6月から", valid_from=date(2026, 6, 1))

        AnnualTarget.objects.filter(fiscal_year=R8).update(reference_date=date(2026, 6, 1))

        assert load().reference_date == date(2026, 6, 1)
        assert [row.name for row in load().departments] == ["6月から"]

    def test_an_exemption_of_the_year_counts_and_one_of_another_year_does_not(self):
        make.plan()
        small, other = staff.department(), staff.department()
        Exemption.objects.create(department=small, fiscal_year=R8, reason="小規模所属")
        Exemption.objects.create(department=other, fiscal_year=R7, reason="小規模所属")

        assert {row.id: row.exempt for row in load().departments} == {small.pk: True, other.pk: False}
        assert engine.recommended_quota(load()).value == 1

    def test_only_a_recommended_promoter_of_this_year_fills_a_department(self):
        make.plan()
        filled, by_self, last_year, later = (staff.department() for _ in range(4))
        make.promoter(department=filled)
        make.promoter(department=by_self, route=Route.SELF)
        make.promoter(department=last_year, cohort=R7)
        make.promoter(department=later, appointed_on=date(2026, 12, 1))

        assert [row.id for row in load().departments if row.filled] == [filled.pk]

    def test_who_withdrew_within_the_year_leaves_the_department_unfilled(self):
        make.plan()
        place = staff.department()
        make.promoter(department=place, withdrawn_on=TODAY)

        assert not load().departments[0].filled
        assert load(as_of=date(2026, 11, 22)).departments[0].filled

    def test_who_withdrew_after_the_year_filled_it(self):
        make.plan()
        place = staff.department()
        make.promoter(department=place, cohort=R7, withdrawn_on=date(2026, 4, 1))

        assert load(R7).departments[0].filled

    def test_they_stand_in_the_official_order(self):
        make.plan()
        second, first = staff.bureau("乙部", sort_order=20), staff.bureau("甲部", sort_order=10)
        staff.department("三課", parent=second, sort_order=1)
        staff.department("二課", parent=first, sort_order=2, code="000002")
        staff.department("一課", parent=first, sort_order=2, code="000001")

        assert [row.name for row in load().departments] == ["一課", "二課", "三課"]
        assert [row.name for row in load().bureaus] == ["甲部", "乙部"]


class TestBureaus:
    def test_staff_are_counted_by_their_primary_posting_on_the_day(self):
        make.plan()
        here, there = staff.department(), staff.department()
        person = staff.posting(to=here).employee
        staff.posting(person, to=there, is_primary=False)
        staff.posting(staff.employee(left_on=TODAY), to=here)
        staff.posting(to=here, valid_to=TODAY)
        staff.absence(staff.posting(to=there).employee, AbsenceReason.CHILDCARE)  # 在職 all the same

        assert {row.id: row.in_service for row in load().bureaus} == {here.parent_id: 1, there.parent_id: 1}

    @pytest.mark.parametrize(
        ("as_of", "counted_on"),
        [(date(2026, 3, 31), date(2026, 4, 1)), (TODAY, TODAY), (date(2027, 8, 1), date(2027, 3, 31))],
    )
    def test_the_in_service_day_is_brought_into_the_year(self, as_of, counted_on):
        make.plan()

        assert load(R8, as_of).in_service_on == counted_on

    def test_every_bureau_with_a_department_a_promoter_or_staff_is_there(self):
        make.plan()
        nominating = staff.department()
        dissolved = staff.department(valid_to=date(2026, 4, 1))
        make.promoter(department=dissolved)
        working = staff.department(nominates=False)
        staff.posting(to=working)
        staff.bureau()  # an empty one is not

        assert {row.id for row in load().bureaus} == {nominating.parent_id, dissolved.parent_id, working.parent_id}

    def test_a_dissolved_department_stays_under_its_bureau_of_that_time(self):
        make.plan()
        old, new = staff.bureau("県民局"), staff.bureau("新部")
        dissolved = staff.department("県税部", parent=old, valid_to=date(2025, 4, 1))
        staff.department("県税事務所", parent=new, valid_from=date(2025, 4, 1))
        make.promoter(cohort=R6, department=dissolved)

        rows = {row.bureau: row for row in by_bureau(load(R6))}

        assert (rows["県民局"].appointed, rows["県民局"].unfilled) == (1, 0)
        assert "新部" not in rows

    def test_a_department_below_another_belongs_to_the_bureau_at_the_top(self):
        make.plan()
        office = staff.department(kind=DepartmentKind.OFFICE)
        branch = staff.department(parent=office, kind=DepartmentKind.OFFICE)
        make.promoter(department=branch)

        assert {row.bureau_id for row in load().people} == {office.parent_id}


class TestPeople:
    def test_appointment_and_withdrawal_count_from_their_day(self):
        make.plan()
        make.promoter(appointed_on=date(2026, 6, 3), withdrawn_on=date(2026, 9, 1))

        def counts(day):
            return [(row.appointed, row.withdrawn) for row in load(as_of=day).people]

        assert counts(date(2026, 6, 2)) == []
        assert counts(date(2026, 6, 3)) == [(1, 0)]
        assert counts(date(2026, 8, 31)) == [(1, 0)]
        assert counts(date(2026, 9, 1)) == [(1, 1)]

    def test_who_left_the_staff_is_not_in_service(self):
        make.plan()
        make.promoter(staff.employee(left_on=date(2026, 4, 1)), cohort=R7)
        make.promoter(cohort=R7)

        assert engine.still_in_service(load()).value == 1
        assert engine.still_in_service(load(as_of=date(2026, 3, 31))).value == 2

    def test_trained_is_who_completed_the_first_stage_by_the_day(self):
        make.plan()
        done = date(2027, 2, 20)
        make.enrollment(status=StageStatus.COMPLETED, status_on=done)
        make.enrollment()
        again = make.promoter(cohort=R7)
        make.enrollment(again, status=StageStatus.NOT_COMPLETED, status_on=date(2026, 3, 31))
        make.enrollment(again, fiscal_year=R8, status=StageStatus.COMPLETED, status_on=done)

        assert engine.trained(load()).value == 0
        assert engine.trained(load(R8, done)).value == 1
        assert engine.trained(load(R7, done)).value == 1
        assert engine.cumulative_trained(load(R8, done)).value == 2

    def test_the_matrix_counts_who_started_by_the_day_whatever_became_of_them(self):
        make.plan()
        climber = make.promoter(cohort=R7)
        make.enrollment(climber, status=StageStatus.COMPLETED, status_on=date(2026, 3, 1))
        make.enrollment(climber, stage=2, fiscal_year=R8)
        make.enrollment(status=StageStatus.WITHDRAWN, status_on=date(2026, 9, 1))
        make.enrollment(started_on=date(2026, 12, 1), status_on=date(2026, 12, 1))

        cells = [(int(c.cohort), int(c.fiscal_year), c.stage, c.people, c.completed) for c in load().cells]

        assert cells == [(2025, 2025, 1, 1, 1), (2025, 2026, 2, 1, 0), (2026, 2026, 1, 1, 0)]

    def test_who_repeats_a_stage_is_one_person_of_the_climb(self):
        make.plan()
        again = make.promoter(cohort=R7)
        make.enrollment(again, status=StageStatus.NOT_COMPLETED)
        make.enrollment(again, fiscal_year=R8)

        told = load()

        assert [(climb.stage, climb.people) for climb in told.climbs] == [(1, 1)]
        assert [cell.people for cell in told.cells] == [1, 1]


def a_year_of(number):
    bureau = staff.bureau()
    for _ in range(number):
        place = staff.department(parent=bureau)
        make.enrollment(make.promoter(staff.posting(to=place).employee, department=place))


@pytest.mark.parametrize("number", [3, 30])
def test_the_number_of_queries_does_not_depend_on_the_number_of_people(number, django_assert_num_queries):
    make.plan()
    a_year_of(number)

    with django_assert_num_queries(12):
        quota_facts.load(R8, as_of=TODAY)
