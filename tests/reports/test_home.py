"""The first page says what waits for a person today, by what that person is."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aomori_dx.kernel.models import Job, JobState
from reports.figures import home
from staff.models import OfficeRole, Succession
from stages.models import Exemption, Route, StageStatus
from stages.services import quotas
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import stages as make
from tests.factories.stages import R6, R7, R8

TODAY = date(2026, 11, 23)

pytestmark = pytest.mark.django_db


def page_of(client, user) -> str:
    client.force_login(user)
    response = client.get(reverse("reports:home"))
    assert response.status_code == 200
    return response.content.decode()


def job(state: str, **fields) -> Job:
    return Job.objects.create(
        **{"kind": "k", "key": "k", "state": state, "requested_by_name": "x", "queued_at": NOW, **fields}
    )


class TestOffices:
    def test_departments_without_a_promoter_are_counted_as_computed(self, client):
        make.plan()
        make.promoter(department=staff.department())
        Exemption.objects.create(department=staff.department(), fiscal_year=R8, reason="小規模")
        staff.department()
        staff.department()
        quotas.compute(R8, as_of=TODAY, at=NOW)

        for role in (OfficeRole.HR, OfficeRole.DX, OfficeRole.INFO, OfficeRole.ADMIN):
            today = home.today(staff.office(role), on=TODAY)
            assert (role, today.owing, today.waits) == (role, 2, True)
        assert "推薦による任命がまだの所属" in page_of(client, staff.office(OfficeRole.DX))

    def test_a_viewer_sees_the_figures_and_no_nominations(self, client):
        make.plan()
        staff.department()
        quotas.compute(R8, as_of=TODAY, at=NOW)

        today = home.today(staff.office(OfficeRole.VIEWER), on=TODAY)

        assert (today.owing, today.waits, today.computation.as_of) == (0, False, TODAY)

    def test_figures_that_were_never_computed_are_something_to_do(self, client):
        assert "まだ計算されていません" in page_of(client, staff.office(OfficeRole.HR))
        assert "まだ計算されていません" not in page_of(client, staff.user(staff.employee()))

    def test_the_newest_figures_of_this_year_are_shown_in_a_sentence(self, client):
        make.plan()
        quotas.compute(R8, as_of=date(2026, 5, 1), at=NOW)
        quotas.compute(R7, as_of=TODAY, at=NOW)
        newest = quotas.compute(R8, as_of=TODAY, at=NOW)

        page = page_of(client, staff.office(OfficeRole.DX))

        assert newest.figures["summary"] in page
        assert "令和8年11月23日 現在" in page

    def test_people_without_a_place_wait_for_hr_alone(self, client):
        staff.employee()
        staff.employee(left_on=date(2026, 4, 1))

        assert home.today(staff.office(OfficeRole.HR), on=TODAY).unplaced == 1
        assert home.today(staff.office(OfficeRole.DX), on=TODAY).unplaced is None

    def test_who_is_to_lose_the_department_waits_for_hr_too(self, client):
        """The queue 所属未定 of a reorganisation to come."""
        hr = staff.office(OfficeRole.HR)
        ending = staff.department(valid_to=date(2027, 4, 1))
        staff.posting(to=ending, valid_to=date(2027, 4, 1))
        staff.posting(staff.employee(left_on=date(2027, 4, 1)), valid_to=date(2027, 4, 1))
        staff.employee()

        today = home.today(hr, on=TODAY)
        assert (today.unplaced, today.to_be_unplaced.count, today.to_be_unplaced.on) == (1, 1, date(2027, 4, 1))
        page = page_of(client, hr)
        assert "これから配属先がなくなる職員" in page
        assert "/people/?flags=unplaced&amp;on=2027-04-01" in page
        assert home.today(staff.office(OfficeRole.DX), on=TODAY).to_be_unplaced is None

    def test_departments_without_a_head_at_work_wait_for_hr_alone(self, client):
        hr = staff.office(OfficeRole.HR)
        staff.head_of(staff.department())
        assert "所属長が不在の所属" not in page_of(client, hr)
        staff.absence(staff.head_of(staff.department("休職課")))
        staff.department("無人課")
        staff.deputy(staff.department("代理課"))
        staff.department(valid_to=TODAY)

        assert (home.today(hr, on=TODAY).vacancies.count, home.today(hr, on=TODAY).vacancies.uncovered) == (3, 2)
        page = page_of(client, hr)
        assert "うち2所属は、代理者も決まっていません。" in page
        assert 'href="/departments/?head=vacant"' in page
        assert client.get("/departments/?head=vacant").context["count"] == 3
        for role in (OfficeRole.DX, OfficeRole.INFO, OfficeRole.ADMIN, OfficeRole.VIEWER):
            assert home.today(staff.office(role), on=TODAY).vacancies is None

    def test_a_failed_job_waits_until_one_of_its_kind_is_done(self):
        info, hr = staff.office(OfficeRole.INFO), staff.office(OfficeRole.HR)
        job(JobState.FAILED, kind="a", key="a:1")
        job(JobState.FAILED, kind="b", key="b:1")
        assert home.today(info, on=TODAY).failed_jobs == 2
        assert home.today(hr, on=TODAY).failed_jobs is None

        job(JobState.DONE, kind="a", key="a:2", queued_at=NOW.replace(hour=11))

        assert home.today(info, on=TODAY).failed_jobs == 1


class TestHeads:
    def head(self, place):
        return staff.user(staff.head_of(place))

    def test_an_open_slot_is_something_to_do(self, client):
        place = staff.department("農林水産政策課")
        page = page_of(client, self.head(place))
        assert "推薦枠が空いています" in page
        assert "農林水産政策課の今年度の推薦枠" in page

    def test_a_filled_slot_says_by_whom(self, client):
        place = staff.department()
        make.promoter(staff.employee("弘前　花子"), department=place)

        page = page_of(client, self.head(place))

        assert "弘前　花子さん" in page
        assert "推薦枠が空いています" not in page

    @pytest.mark.parametrize(
        "fields",
        [{"cohort": R7}, {"route": Route.SELF}, {"withdrawn_on": date(2026, 9, 1)}],
        ids=["another year", "self-nominated", "withdrawn"],
    )
    def test_other_promoters_leave_the_slot_open(self, fields):
        place = staff.department()
        make.promoter(department=place, **fields)
        assert [slot.is_open for slot in home.today(self.head(place), on=TODAY).slots] == [True]

    def test_the_slot_follows_a_new_name(self):
        old = staff.department("税務課", valid_to=date(2026, 10, 1))
        heir = staff.department("税制課", parent=old.parent, code=old.code, valid_from=date(2026, 10, 1))
        link = Succession.objects.create(predecessor=old, successor=heir, on=date(2026, 10, 1), kind="renamed")
        make.promoter(staff.employee("弘前　花子"), department=old)
        head = self.head(heir)
        assert [slot.promoter for slot in home.today(head, on=TODAY).slots] == ["弘前　花子"]

        Succession.objects.filter(pk=link.pk).update(kind="merged")
        assert [slot.is_open for slot in home.today(head, on=TODAY).slots] == [True]

    def test_an_exempt_department_owes_nothing(self):
        place = staff.department()
        Exemption.objects.create(department=place, fiscal_year=R8, reason="小規模")
        today = home.today(self.head(place), on=TODAY)
        assert [(slot.owed, slot.is_open) for slot in today.slots] == [(False, False)]
        assert not today.waits

    def test_each_headed_department_has_its_slot_and_the_former_one_none(self):
        person = staff.employee()
        former, own, second = staff.department(), staff.department(), staff.department()
        staff.posting(person, to=former, is_head=True, valid_to=date(2026, 4, 1))
        staff.posting(person, to=own, is_head=True, valid_from=date(2026, 4, 1))
        staff.posting(person, to=second, is_head=True, is_primary=False)

        slots = home.today(staff.user(person), on=TODAY).slots

        assert {slot.department for slot in slots} == {own.name, second.name}


class TestPromoters:
    def test_the_ladder_says_what_is_done_and_where_one_is(self, client):
        promoter = make.promoter(cohort=R6)
        make.enrollment(promoter, stage=1, fiscal_year=R6, status=StageStatus.COMPLETED)
        make.enrollment(promoter, stage=2, fiscal_year=R7, status=StageStatus.NOT_COMPLETED)
        make.enrollment(promoter, stage=2, fiscal_year=R8)
        make.enrollment(make.promoter(cohort=R6), stage=3, fiscal_year=R8)
        user = staff.user(promoter.employee)

        climb = home.today(user, on=TODAY).climb

        assert [(step.state, step.words, step.note) for step in climb.steps] == [
            ("done", "修了", "令和6年度"),
            ("current", "受講中", "令和8年度"),
            ("todo", "これから", ""),
            ("todo", "これから", ""),
            ("todo", "これから", ""),
        ]
        assert "②業務改善" in page_of(client, user)

    def test_a_withdrawn_promoter_is_told_so(self, client):
        make.stages()
        promoter = make.promoter(withdrawn_on=date(2026, 9, 1))
        assert "辞退されています" in page_of(client, staff.user(promoter.employee))


class TestEveryone:
    def test_an_empty_day_says_so(self, client):
        assert "待っている手続きはありません" in page_of(client, staff.user(staff.employee()))

    def test_own_places_are_shown_primary_first(self, client):
        person = staff.employee()
        main, second = staff.department("人事課"), staff.department("財政課")
        staff.posting(person, to=second, is_primary=False, title="主幹")
        staff.posting(person, to=main, title="主査")

        places = home.today(staff.user(person), on=TODAY).places

        assert [(place.department, place.title) for place in places] == [("人事課", "主査"), ("財政課", "主幹")]

    def test_a_login_without_a_posting_is_told_whom_to_ask(self, client):
        assert "登録された配属がありません" in page_of(client, staff.user(display_name="試験用"))

    def test_the_page_is_closed_to_strangers(self, client):
        assert client.get("/").url == "/accounts/login/?next=/"


def test_the_page_asks_the_same_few_questions_at_any_size(client):
    make.plan()
    person = staff.head_of(staff.department())
    user = staff.user(person)
    staff.OfficeRoleGrant.objects.create(user=user, role=OfficeRole.HR, valid_from=date(2024, 4, 1))
    make.enrollment(make.promoter(person, cohort=R6), stage=1)
    quotas.compute(R8, as_of=TODAY, at=NOW)
    client.force_login(user)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/")
        return len(asked)

    small = questions()
    for number in range(10):
        place = staff.department()
        staff.posting(person, to=place, is_head=True, is_primary=False)
        make.promoter(department=place, cohort=R8 if number % 2 else R7)
        staff.employee()
        job(JobState.FAILED, key=f"{number}")
    quotas.compute(R8, as_of=TODAY, at=NOW)

    assert questions() == small
    assert small <= 30
