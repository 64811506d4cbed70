"""カリキュラム: which version counts for whom (R21, R25, E19), and stages from data (R19)."""

from datetime import date

import pytest

from staff.models import OfficeRole
from stages.effects import appointment
from stages.models import CareerTrack, Curriculum, GrowthStage, Promoter, StageEnrollment
from stages.services import curricula, curriculum_items
from stages.services import progress as progress_service
from tests.admin_pages import address, client_of, typed
from tests.conftest import NOW
from tests.factories import growth as make
from tests.factories import staff, training
from tests.factories import stages as make_stages
from tests.factories.stages import R7, R8, R9

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
APRIL = date(2026, 4, 1)


@pytest.fixture
def dx():
    make_stages.plan()
    return staff.office(OfficeRole.DX)


def stage(number: int = 1) -> GrowthStage:
    return GrowthStage.objects.get(number=number)


def track(code: str = "data") -> CareerTrack:
    return CareerTrack.objects.get_or_create(code=code, defaults={"name": code})[0]


def drafted(dx, *courses, **fields) -> Curriculum:
    row = curricula.draft(stage(), None, R8, by=dx, at=NOW)
    curriculum_items.add_courses(row.pk, list(courses) or [training.course()], by=dx, at=NOW)
    return curricula.write(row.pk, by=dx, at=NOW, **fields) if fields else row


def revised(dx, of: Curriculum) -> Curriculum:
    row = curricula.revise(of.pk, reason="研修の入れ替え", valid_from=date(2026, 10, 1), by=dx, at=NOW)
    return curricula.publish(row.pk, by=dx, at=NOW).curriculum


class TestWhichCounts:
    def test_the_newest_published_version_in_force(self):
        first = make.curriculum()
        second = make.curriculum(version=2, reason="改定", valid_from=date(2026, 10, 1))
        make.curriculum(version=3, reason="改定", valid_from=date(2026, 10, 2), state="draft")
        assert curricula.current(stage(), None, R8, on=date(2026, 9, 30)) == first
        assert curricula.current(stage(), None, R8, on=date(2026, 10, 1)) == second
        assert curricula.current(stage(), None, R8, on=date(2026, 3, 31)) is None
        assert curricula.current(stage(), None, R9, on=TODAY) is None

    def test_a_tracks_own_counts_before_that_of_every_track(self):
        """R25: where a track has none, its people have the common one."""
        common, own = make.curriculum(), make.curriculum(track=track("data"))
        assert curricula.current(stage(), track("data"), R8, on=TODAY) == own
        assert curricula.current(stage(), track("ai"), R8, on=TODAY) == common
        assert curricula.current(stage(), None, R8, on=TODAY) == common

    def test_a_year_gets_the_version_of_the_day_on_which_it_was_started(self):
        """E19: whoever started on version 1 is judged by it, however late it is written down."""
        first = make.curriculum()
        make.curriculum(version=2, reason="改定", valid_from=date(2026, 10, 1))
        row = make_stages.enrollment()
        assert curricula.assign([row], on=TODAY) == [row]
        assert StageEnrollment.objects.get().curriculum == first

    def test_what_is_published_after_the_start_is_given_to_who_has_none(self):
        late = make.curriculum(valid_from=date(2026, 11, 1))
        row = make_stages.enrollment()
        curricula.assign([row], on=date(2026, 10, 31))
        assert row.curriculum is None
        curricula.assign([row], on=TODAY)
        assert row.curriculum == late

    def test_nobody_who_has_one_is_moved(self):
        first = make.curriculum()
        row = make_stages.enrollment(curriculum=first)
        make.curriculum(version=2, reason="改定")
        assert curricula.assign([row], on=TODAY) == []
        assert StageEnrollment.objects.get().curriculum == first

    def test_it_takes_as_many_queries_for_many_as_for_few(self, django_assert_num_queries):
        make.curriculum()
        for number in (3, 30):
            rows = [make_stages.enrollment() for _ in range(number)]
            with django_assert_num_queries(2):
                assert len(curricula.assign(rows, on=TODAY)) == number

    def test_whoever_is_appointed_has_one(self):
        known = make.curriculum()
        person, place = staff.posting().employee, staff.department()
        who = Promoter(employee=person, cohort=R8, route="self", department=place, appointed_on=TODAY)
        appointment.appoint_all([who], by=None, at=NOW, reason="")
        assert StageEnrollment.objects.get().curriculum == known

    def test_whoever_starts_a_stage_has_one(self, dx):
        known = make.curriculum(stage=2)
        who = make_stages.promoter(staff.posting().employee, cohort=R7)
        make_stages.enrollment(who, status="completed")
        row = progress_service.start(who.pk, stage=2, fiscal_year=R8, by=dx, at=NOW)
        assert StageEnrollment.objects.get(pk=row.pk).curriculum == known


def test_a_sixth_stage_needs_no_code(dx):
    """R19"""
    sixth = GrowthStage.objects.create(number=6, name="全国への展開")
    row = curricula.draft(sixth, None, R8, by=dx, at=NOW)
    curriculum_items.add_courses(row.pk, [training.course(level=6)], by=dx, at=NOW)
    curricula.publish(row.pk, by=dx, at=NOW)
    assert curricula.current(sixth, None, R8, on=TODAY) == row


def test_a_year_that_is_corrected_into_another_stage_is_judged_by_its_curriculum(dx):
    """In the admin; the office's list of years does the same (test_import_stage_enrollments)."""
    first, second = make.curriculum(), make.curriculum(stage=2)
    row = make_stages.enrollment(make_stages.promoter(staff.posting().employee, cohort=R7), fiscal_year=R8)
    StageEnrollment.objects.update(curriculum=first)
    client = client_of(staff.office(OfficeRole.ADMIN))
    page = client.get(address(row))
    assert client.post(address(row), typed(page, stage=stage(2).pk)).status_code == 302
    row.refresh_from_db()
    assert (row.stage.number, row.curriculum) == (2, second)
