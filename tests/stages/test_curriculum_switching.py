"""切替: what a revision changes for whom, and moving the chosen people to it (R21, rule 8, E19)."""

from datetime import date

import pytest
from django.test import Client

from aomori_dx.kernel import closing
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import AuditEvent
from staff.models import Notice, OfficeRole
from stages import curriculum_diff, curriculum_preview
from stages.models import CareerTrack, Curriculum, RulingKind, StageEnrollment
from stages.services.curriculum_switching import switch
from tests.conftest import NOW
from tests.factories import growth as make
from tests.factories import staff, training
from tests.factories import stages as make_stages
from tests.factories.stages import R7, R8

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
WHY = "研修の入れ替え"
MOST_QUERIES = 12
MEASURED = {"minutes_before": 60, "minutes_after": 30, "people": 2, "submitted_at": NOW}


@pytest.fixture
def dx():
    make_stages.plan()
    return staff.office(OfficeRole.DX, person=staff.posting().employee)


@pytest.fixture
def courses():
    return [training.course(name=name, hours=3) for name in ("残る研修", "なくなる研修", "加わる研修")]


@pytest.fixture
def versions(courses):
    stays, goes, comes = courses
    first = make.curriculum(stays, goes)
    return first, make.curriculum(stays, comes, version=2, reason=WHY, valid_from=date(2026, 10, 1))


def on_first(versions, **fields) -> StageEnrollment:
    return make_stages.enrollment(curriculum=versions[0], **fields)


def lines(curriculum: Curriculum) -> list[curriculum_preview.Line]:
    return curriculum_preview.of(curriculum, curriculum_preview.candidates(curriculum), on=TODAY)


class TestThePreview:
    def test_what_comes_what_goes_and_what_is_done(self, versions, courses):
        row = on_first(versions)
        stays, goes, comes = courses
        for course in (stays, goes):
            training.completion(row.promoter.employee, course)
        (line,) = lines(versions[1])
        assert [item.title for item in line.comes_open] == ["加わる研修"]
        assert [item.title for item in line.goes_done] == ["なくなる研修"]
        assert (line.done_before, line.done_after, line.verdict) == (2, 1, curriculum_preview.LOSES)
        training.completion(row.promoter.employee, comes)
        (line,) = lines(versions[1])
        assert ([item.title for item in line.comes_done], line.verdict) == (["加わる研修"], curriculum_preview.MET)

    def test_who_would_meet_it_now(self, versions, courses):
        row = on_first(versions)
        for course in (courses[0], courses[2]):
            training.completion(row.promoter.employee, course)
        assert lines(versions[1])[0].verdict == curriculum_preview.GAINS

    def test_the_elective_rule_is_measured(self, courses):
        first = make.curriculum(courses[0])
        second = make.curriculum(courses[0], version=2, reason=WHY, electives=1, elective_hours=3)
        for course in courses[1:]:
            make.item(second, course, is_required=False)
        row = make_stages.enrollment(curriculum=first)
        training.completion(row.promoter.employee, courses[0])
        assert lines(second)[0].verdict == curriculum_preview.LOSES
        training.completion(row.promoter.employee, courses[2])
        assert lines(second)[0].verdict == curriculum_preview.MET

    def test_what_becomes_required_is_told_apart(self, courses):
        first = make.curriculum(courses[0])
        make.item(first, courses[1], is_required=False)
        second = make.curriculum(courses[1], version=2, reason=WHY)
        make.item(second, courses[0], is_required=False)
        make_stages.enrollment(curriculum=first)
        (line,) = lines(second)
        assert ([item.title for item in line.hardens], [item.title for item in line.softens]) == (
            ["なくなる研修"],
            ["残る研修"],
        )
        assert line.comes == line.goes == []

    def test_practice_examinations_and_decisions_count(self):
        first = make.curriculum(training.course(), practice=True)
        second = make.curriculum(practice=True, version=2, reason=WHY)
        make.item(second, title="ＩＴパスポート")
        exempted = make.item(second, training.course())
        row = make_stages.enrollment(curriculum=first)
        make.report(row, status="approved", approved_on=TODAY, **MEASURED)
        make.examination(row.promoter, state="confirmed", confirmed_on=TODAY)
        assert lines(second)[0].verdict == curriculum_preview.OPEN
        make.ruling(row, exempted, kind=RulingKind.EXEMPT)
        assert lines(second)[0].verdict == curriculum_preview.GAINS
        make.ruling(row, exempted, kind=RulingKind.DENY)
        assert lines(second)[0].verdict == curriculum_preview.OPEN

    def test_revoked_and_later_facts_do_not_count(self, versions, courses):
        row = on_first(versions)
        person = row.promoter.employee
        training.completion(person, courses[0], revoked_at=NOW, revoked_reason="誤り")
        training.completion(person, courses[1], completed_on=date(2026, 12, 1))
        assert lines(versions[1])[0].done_before == 0

    def test_whom_it_is_about(self, versions):
        mine = on_first(versions)
        paused = on_first(versions, status="suspended")
        on_first(versions, status="completed")
        make_stages.enrollment()
        make_stages.enrollment(curriculum=versions[1])
        other_year = make_stages.promoter(cohort=R7)
        make_stages.enrollment(other_year, fiscal_year=R7)
        assert {line.enrollment.pk for line in lines(versions[1])} == {mine.pk, paused.pk}

    def test_a_tracks_own_is_offered_to_its_people_alone(self, courses):
        """R25"""
        data, ai = (CareerTrack.objects.create(code=code, name=code) for code in ("data", "ai"))
        common, own = make.curriculum(courses[0]), make.curriculum(courses[1], track=data)
        mine = make_stages.enrollment(curriculum=common, track=data)
        make_stages.enrollment(curriculum=common, track=ai)
        make_stages.enrollment(curriculum=common)
        revised = make.curriculum(courses[0], version=2, reason=WHY)
        assert [line.enrollment.pk for line in lines(own)] == [mine.pk]
        assert len(lines(revised)) == 3

    def test_the_difference_of_two_versions_in_words(self, versions):
        Curriculum.objects.filter(pk=versions[1].pk).update(deadline=date(2027, 2, 10), electives=1)
        old, new = (Curriculum.objects.get(pk=row.pk) for row in versions)
        found = [
            (line.word, line.title, line.label, line.before, line.after) for line in curriculum_diff.between(old, new)
        ]
        assert found == [
            ("変更", "全体", "修了の期限", "令和9年2月28日", "令和9年2月10日"),
            ("変更", "全体", "選択項目の数", "0", "1"),
            ("追加", "加わる研修", "", "", "集合研修、必修、3時間"),
            ("削除", "なくなる研修", "", "集合研修、必修、3時間", ""),
        ]


class TestTheMove:
    def test_those_who_are_chosen_move_and_are_told(self, dx, versions):
        mine, other = on_first(versions), on_first(versions)
        assert switch(versions[1].pk, [mine.pk], reason=WHY, by=dx, at=NOW) == [mine]
        mine.refresh_from_db()
        other.refresh_from_db()
        assert (mine.curriculum, other.curriculum) == (versions[1], versions[0])
        event = AuditEvent.objects.get(action="curriculum_switched")
        assert (event.before, event.after, event.reason) == (
            {"curriculum": str(versions[0])},
            {"curriculum": str(versions[1])},
            WHY,
        )
        notice = Notice.objects.get()
        assert notice.employee == mine.promoter.employee
        assert WHY in notice.body

    def test_they_can_be_moved_back(self, dx, versions):
        mine = on_first(versions)
        for version in (versions[1], versions[0]):
            switch(version.pk, [mine.pk], reason=WHY, by=dx, at=NOW)
        mine.refresh_from_db()
        assert mine.curriculum == versions[0]

    @pytest.mark.parametrize("status", ["completed", "not_completed", "withdrawn"])
    def test_who_was_judged_stays(self, dx, versions, status):
        mine, judged = on_first(versions), on_first(versions, status=status)
        with pytest.raises(RuleBroken, match="次の人は切り替えられません"):
            switch(versions[1].pk, [mine.pk, judged.pk], reason=WHY, by=dx, at=NOW)
        mine.refresh_from_db()
        assert mine.curriculum == versions[0]
        assert not Notice.objects.exists()

    def test_it_needs_somebody_and_a_reason(self, dx, versions):
        mine = on_first(versions)
        with pytest.raises(RuleBroken, match="切り替える人を選んでください。"):
            switch(versions[1].pk, [], reason=WHY, by=dx, at=NOW)
        with pytest.raises(RuleBroken, match="切り替える理由を入力してください。"):
            switch(versions[1].pk, [mine.pk], reason=" ", by=dx, at=NOW)

    def test_a_draft_is_no_place_to_move_to(self, dx, versions):
        mine = on_first(versions)
        draft = make.curriculum(version=3, reason=WHY, state="draft")
        with pytest.raises(RuleBroken, match="公開していない版には切り替えられません。"):
            switch(draft.pk, [mine.pk], reason=WHY, by=dx, at=NOW)

    def test_others_may_not_and_a_closed_year_stays(self, dx, versions):
        mine = on_first(versions)
        with pytest.raises(NotAllowed):
            switch(versions[1].pk, [mine.pk], reason=WHY, by=staff.office(OfficeRole.HR), at=NOW)
        after = NOW.replace(year=2027, month=5)
        for year in (FiscalYear(2024), R7, R8):
            closing.close(year, by=dx, at=after, reason="判定が済んだため")
        with pytest.raises(RuleBroken, match="締められています"):
            switch(versions[1].pk, [mine.pk], reason=WHY, by=dx, at=after)

    def test_it_takes_as_many_queries_for_many_as_for_few(self, dx, versions, django_assert_max_num_queries):
        one = on_first(versions)
        with django_assert_max_num_queries(40) as few:
            switch(versions[1].pk, [one.pk], reason=WHY, by=dx, at=NOW)
        rows = [on_first(versions).pk for _ in range(30)]
        with django_assert_max_num_queries(len(few)):
            switch(versions[1].pk, rows, reason=WHY, by=dx, at=NOW)


class TestThePage:
    @pytest.fixture
    def page(self, dx) -> Client:
        client = Client()
        client.force_login(dx, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def url(self, versions) -> str:
        return f"/plan/curricula/{versions[1].pk}/people/"

    def test_it_is_shown_confirmed_and_done(self, page, versions, courses):
        mine = on_first(versions)
        training.completion(mine.promoter.employee, courses[1])
        shown = page.get(self.url(versions)).content.decode()
        for words in ("加わる研修", "このうち済んでいるもの: なくなる研修", "1 → 0", "まだ満たしていない"):
            assert words in shown
        typed = {"which": "marked", "marked": [mine.pk], "reason": WHY, "count": "1"}
        asked = page.post(self.url(versions), typed)
        assert asked.status_code == 200
        assert "<strong>1人</strong>を「①業務効率化 R8 第2版」に切り替えます。" in asked.content.decode()
        mine.refresh_from_db()
        assert mine.curriculum == versions[0]
        done = page.post(self.url(versions), {**typed, "confirmed": "1"}, follow=True)
        assert "1人を「①業務効率化 R8 第2版」に切り替え、本人に知らせました。" in done.content.decode()
        mine.refresh_from_db()
        assert mine.curriculum == versions[1]

    def test_all_who_meet_the_conditions(self, page, versions):
        first = on_first(versions)
        on_first(versions)
        number = first.promoter.employee.employee_number
        typed = {"which": "all", "reason": WHY, "count": "1", "confirmed": "1"}
        page.post(f"{self.url(versions)}?q={number}", typed)
        assert StageEnrollment.objects.filter(curriculum=versions[1]).get() == first

    def test_all_are_those_that_were_shown(self, page, versions):
        on_first(versions)
        on_first(versions)
        answer = page.post(self.url(versions), {"which": "all", "reason": WHY, "count": "1", "confirmed": "1"})
        assert answer.status_code == 409
        assert "対象の人が変わりました" in answer.content.decode()
        assert not StageEnrollment.objects.filter(curriculum=versions[1]).exists()

    def test_nobody_chosen_is_said_and_the_reason_stays(self, page, versions):
        on_first(versions)
        answer = page.post(self.url(versions), {"which": "marked", "reason": WHY})
        assert answer.status_code == 422
        assert f"\n{WHY}</textarea>" in answer.content.decode()

    def test_who_was_judged_meanwhile_is_named(self, page, versions):
        mine = on_first(versions)
        StageEnrollment.objects.filter(pk=mine.pk).update(status="completed")
        typed = {"which": "marked", "marked": [mine.pk], "reason": WHY, "confirmed": "1"}
        answer = page.post(self.url(versions), typed)
        assert answer.status_code == 409
        assert mine.promoter.employee.name in answer.content.decode()

    def test_it_can_be_narrowed_and_taken_along(self, page, versions, courses):
        ahead, behind = on_first(versions), on_first(versions)
        for course in courses[:2]:
            training.completion(ahead.promoter.employee, course)
        shown = page.get(f"{self.url(versions)}?verdict=loses").content.decode()
        assert ahead.promoter.employee.employee_number in shown
        assert behind.promoter.employee.employee_number not in shown
        answer = page.get(f"{self.url(versions)}download/?verdict=loses&format=csv&charset=utf-8")
        text = b"".join(answer.streaming_content).decode().splitlines()
        assert len(text) == 2
        assert "要件を満たさなくなる" in text[1]

    def test_it_takes_as_many_queries_for_many_as_for_few(self, page, versions, courses, django_assert_max_num_queries):
        on_first(versions)
        with django_assert_max_num_queries(MOST_QUERIES) as few:
            page.get(self.url(versions))
        for _ in range(30):
            row = on_first(versions)
            training.completion(row.promoter.employee, courses[0])
        with django_assert_max_num_queries(len(few)):
            page.get(self.url(versions))
