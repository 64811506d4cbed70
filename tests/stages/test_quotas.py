"""Snapshots: the same facts give the same row, an interruption loses and doubles nothing."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aomori_dx.kernel import progress
from aomori_dx.kernel.errors import DomainError, NotAllowed
from aomori_dx.kernel.models import Job, JobState
from staff.models import OfficeRole
from stages.models import PlanRevision, QuotaSnapshot
from stages.quota.facts import Facts
from stages.services import quotas
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import stages as make
from tests.factories.stages import R6, R7, R8, R9, R10
from tests.stages.facts import aomori

TODAY = date(2026, 11, 23)
LATER = NOW + timedelta(hours=1)

pytestmark = pytest.mark.django_db


def rows():
    """Everything that is kept, but for when it was last looked at."""
    return list(
        QuotaSnapshot.objects.order_by("pk").values(
            "pk", "fiscal_year", "as_of", "inputs_digest", "figures", "computed_at"
        )
    )


class TestCompute:
    def test_the_snapshot_keeps_figures_revision_and_digest(self):
        revision = make.plan()
        make.promoter()

        kept = QuotaSnapshot.objects.get(pk=quotas.compute(R8, as_of=TODAY, at=NOW).pk)

        assert (kept.revision, kept.fiscal_year, kept.as_of, kept.computed_at) == (revision, R8, TODAY, NOW)
        assert kept.figures["appointed"] == 1
        assert len(kept.inputs_digest) == 64

    def test_the_same_facts_give_the_same_row_confirmed_later(self):
        make.plan()
        first = quotas.compute(R8, as_of=TODAY, at=NOW)
        before = rows()

        again = quotas.compute(R8, as_of=TODAY, at=LATER)

        assert again.pk == first.pk
        assert rows() == before
        assert QuotaSnapshot.objects.get().confirmed_at == again.confirmed_at == LATER

    def test_a_late_worker_does_not_turn_the_confirmation_back(self):
        make.plan()
        quotas.compute(R8, as_of=TODAY, at=LATER)

        quotas.compute(R8, as_of=TODAY, at=NOW)

        assert QuotaSnapshot.objects.get().confirmed_at == LATER

    def test_changed_facts_give_a_new_row_and_the_old_one_stays(self):
        make.plan()
        old = quotas.compute(R8, as_of=TODAY, at=NOW)
        make.promoter()

        new = quotas.compute(R8, as_of=TODAY, at=LATER)

        assert (old.figures["appointed"], new.figures["appointed"]) == (0, 1)
        assert QuotaSnapshot.objects.count() == 2

    def test_a_new_revision_is_a_new_row_even_with_the_same_numbers(self):
        plan = make.plan().plan
        quotas.compute(R8, as_of=TODAY, at=NOW)
        PlanRevision.objects.create(
            plan=plan, number=2, decided_on=TODAY, effective_from=TODAY, reason="見直し", author="課"
        )

        assert quotas.compute(R8, as_of=TODAY, at=NOW).revision.number == 2

    def test_a_year_without_a_plan_is_refused_and_nothing_is_kept(self):
        make.plan()

        with pytest.raises(DomainError, match="期間"):
            quotas.compute(R10.next, as_of=TODAY, at=NOW)
        assert not QuotaSnapshot.objects.exists()

    def test_people_do_not_cost_queries(self):
        make.plan()

        def cost():
            with CaptureQueriesContext(
                connection,
            ) as asked:
                quotas.compute(R8, as_of=TODAY, at=NOW)
            return len(asked)

        make.promoter(department=staff.department())
        few = cost()
        for _ in range(30):
            make.enrollment(make.promoter())

        assert cost() == few


class TestDigest:
    def test_equal_facts_have_equal_digests(self):
        assert quotas.digest(aomori()) == quotas.digest(aomori())

    def test_any_difference_in_the_facts_shows(self):
        one = aomori()
        others = [
            aomori(as_of=date(2026, 11, 24)),
            aomori(people=one.people[:-1]),
            aomori(departments=one.departments[:-1]),
            Facts(**{**{name: getattr(one, name) for name in one.__dataclass_fields__}, "edition": one.edition + 1}),
        ]

        assert len({quotas.digest(told) for told in [one, *others]}) == 5


class TestLatest:
    def test_without_a_computation_there_is_none(self):
        assert quotas.latest(R8) is None

    def test_the_newest_day_counts_whenever_it_was_computed(self):
        make.plan()
        today = quotas.compute(R8, as_of=TODAY, at=NOW)
        quotas.compute(R8, as_of=date(2026, 9, 30), at=LATER)
        quotas.compute(R7, as_of=TODAY, at=LATER)

        assert quotas.latest(R8) == today

    def test_of_one_day_the_facts_that_were_seen_last_count(self):
        make.plan()
        place = staff.department()
        nobody = quotas.compute(R8, as_of=TODAY, at=NOW)
        mistaken = make.promoter(department=place)
        quotas.compute(R8, as_of=TODAY, at=NOW + timedelta(minutes=1))
        mistaken.delete()
        quotas.compute(R8, as_of=TODAY, at=LATER)

        assert quotas.latest(R8) == nobody

    def test_a_day_to_come_is_left_out_where_a_day_is_given(self):
        make.plan()
        today = quotas.compute(R8, as_of=TODAY, at=NOW)
        quotas.compute(R8, as_of=date(2027, 3, 31), at=NOW)

        assert quotas.latest(R8, on=TODAY) == today


class TestRefresh:
    def test_every_year_of_the_plan_is_computed_in_order(self):
        make.plan()
        told = []

        kept = quotas.refresh(at=NOW, report=lambda *step: told.append(step))

        assert [snapshot.fiscal_year for snapshot in kept] == [R6, R7, R8, R9, R10]
        assert {snapshot.as_of for snapshot in kept} == {TODAY}
        assert told[2] == (2, 5, "令和8年度を計算しています。")
        assert told[-1] == (5, 5, "計算が終わりました。")

    def test_a_year_and_a_day_can_be_chosen(self):
        make.plan()

        (kept,) = quotas.refresh(R7, as_of=date(2026, 3, 31), at=NOW)

        assert (kept.fiscal_year, kept.as_of) == (R7, date(2026, 3, 31))

    def test_after_the_plan_has_ended_its_years_are_still_computed(self):
        make.plan()

        assert len(quotas.refresh(as_of=date(2029, 6, 1), at=NOW)) == 5

    def test_today_is_the_day_in_japan(self):
        make.plan()
        last_evening = NOW.replace(month=4, day=1, hour=0, minute=30).astimezone(tz=None)

        (kept,) = quotas.refresh(R8, at=last_evening)

        assert kept.as_of == date(2026, 4, 1)


class TestRequest:
    @pytest.mark.parametrize("role", [OfficeRole.HR, OfficeRole.DX, OfficeRole.INFO, OfficeRole.ADMIN])
    def test_who_sees_the_figures_may_have_them_computed(self, role):
        officer = staff.office(role)

        job = quotas.request(by=officer, at=NOW)

        assert (job.kind, job.state, job.requested_by_id) == ("compute_quotas", JobState.QUEUED, officer.pk)
        assert job.params == {"as_of": "2026-11-23"}

    def test_others_may_not_and_nothing_is_queued(self):
        head = staff.user(staff.head_of(staff.department()))

        for person in (head, staff.office(OfficeRole.VIEWER)):
            with pytest.raises(NotAllowed, match="権限がありません"):
                quotas.request(by=person, at=NOW)
        assert not Job.objects.exists()

    def test_two_requests_wait_as_one_and_another_day_is_another(self):
        officer = staff.office(OfficeRole.DX)
        first = quotas.request(by=officer, at=NOW)

        assert quotas.request(by=None, at=LATER) == first
        assert quotas.request(by=None, at=NOW + timedelta(days=1)) != first

    def test_the_worker_computes_all_years_and_says_how_far_it_is(self):
        make.plan()
        job = quotas.request(by=None, at=NOW)

        assert progress.run(job.pk)

        job.refresh_from_db()
        assert (job.state, job.done, job.total) == (JobState.DONE, 5, 5)
        assert job.result == {"as_of": "2026-11-23", "snapshots": [row["pk"] for row in rows()]}

    def test_without_a_plan_the_job_says_why_it_failed(self):
        job = quotas.request(by=None, at=NOW)

        progress.run(job.pk)

        job.refresh_from_db()
        assert job.state == JobState.FAILED
        assert "load_policy" in job.error
