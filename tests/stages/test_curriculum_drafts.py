"""カリキュラム: a draft is written, checked and published; items; copies of last year's (R18, R20)."""

from datetime import date
from decimal import Decimal

import pytest

from aomori_dx.kernel import closing
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import AuditEvent
from staff.models import OfficeRole
from stages.models import CareerTrack, Curriculum, CurriculumItem, GrowthStage
from stages.services import curricula, curriculum_items
from stages.services.curriculum_seen import ChangedMeanwhile
from stages.services.curriculum_switching import switch
from stages.signals import curricula_assigned
from tests.conftest import NOW
from tests.factories import growth as make
from tests.factories import staff, training
from tests.factories import stages as make_stages
from tests.factories.stages import R7, R8

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


class TestWriting:
    def test_a_draft_becomes_a_version_that_stands(self, dx):
        course = training.course(hours=Decimal("1.5"))
        row = drafted(dx, course)
        done = curricula.publish(row.pk, by=dx, at=NOW)
        assert (done.curriculum.state, done.curriculum.published_at, done.given) == ("published", NOW, 0)
        assert [(item.title, item.hours) for item in row.items.all()] == [(course.name, Decimal("1.5"))]
        assert curricula.current(stage(), None, R8, on=TODAY) == done.curriculum
        assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
            "created",
            "item_added",
            "publish",
        ]

    def test_publishing_gives_it_to_those_who_have_none(self, dx):
        mine, ended = make_stages.enrollment(), make_stages.enrollment(stage=2)
        row = drafted(dx)
        assert curricula.publish(row.pk, by=dx, at=NOW).given == 1
        mine.refresh_from_db()
        ended.refresh_from_db()
        assert (mine.curriculum, ended.curriculum) == (row, None)
        assert AuditEvent.objects.get(action="curriculum_assigned").object_pk == str(mine.pk)

    def test_whoever_keeps_the_progress_is_told(self, dx):
        told = []

        def hear(sender, *, enrollments, at, **kwargs):
            told.append((enrollments, at))

        mine, row = make_stages.enrollment(), drafted(dx)
        curricula_assigned.connect(hear)
        try:
            curricula.publish(row.pk, by=dx, at=NOW)
            switch(revised(dx, row).pk, [mine.pk], reason="改定", by=dx, at=NOW)
        finally:
            curricula_assigned.disconnect(hear)
        assert told == [([mine.pk], NOW)] * 2

    def test_last_years_is_copied_with_its_days_a_year_later(self, dx):
        """R18"""
        last = make.curriculum(
            training.course(), practice=True, fiscal_year=R7, deadline=date(2026, 2, 20), valid_from=date(2025, 4, 1)
        )
        make.item(last, training.course(), is_required=False, due_on=date(2025, 12, 1), skill="データ活用")
        Curriculum.objects.filter(pk=last.pk).update(electives=1)
        row = curricula.draft(stage(), None, R8, source=Curriculum.objects.get(pk=last.pk), by=dx, at=NOW)
        assert (row.valid_from, row.deadline, row.electives, row.state) == (APRIL, date(2027, 2, 20), 1, "draft")
        kept = list(row.items.values_list("kind", "is_required", "due_on", "skill"))
        assert kept == [
            ("course", True, None, ""),
            ("practice", True, None, ""),
            ("course", False, date(2026, 12, 1), "データ活用"),
        ]

    def test_everything_of_last_year_is_copied_at_once(self, dx):
        """R18: what the year has already stays as it is, and a second time there is nothing left."""
        days = {"fiscal_year": R7, "valid_from": date(2025, 4, 1), "deadline": date(2026, 2, 20)}
        old = make.curriculum(training.course(), **days)
        make.curriculum(*(training.course() for _ in range(2)), version=2, reason="改定", **days)
        make.curriculum(training.course(), stage=2, **days)
        make.curriculum(training.course(), stage=2, track=track(), **days)
        make.curriculum(training.course(), stage=3, state="draft", **days)
        kept = curricula.draft(stage(2), None, R8, by=dx, at=NOW)
        made = curricula.copy_year(R8, by=dx, at=NOW)
        assert [(row.stage.number, row.track, row.version, row.items.count()) for row in made] == [
            (1, None, 1, 2),
            (2, track(), 1, 1),
        ]
        assert curricula.copy_year(R8, by=dx, at=NOW) == []
        assert kept.items.count() == 0
        assert old.items.count() == 1

    def test_a_leap_day_moves_to_the_28th(self):
        leap, year = date(2028, 2, 29), FiscalYear(2027)
        assert curricula.moved(leap, year, year.next) == date(2029, 2, 28)

    def test_another_tracks_is_copied_as_a_draft(self, dx):
        source = make.curriculum(training.course(), stage=3)
        row = curricula.draft(stage(3), track(), R8, source=source, by=dx, at=NOW)
        assert (row.track, row.version, row.items.count()) == (track(), 1, 1)

    def test_there_is_one_line_of_versions(self, dx):
        drafted(dx)
        with pytest.raises(RuleBroken, match="がすでにあります。変えるときは、その画面から改定してください。"):
            curricula.draft(stage(), None, R8, by=dx, at=NOW)

    def test_others_may_not(self, dx):
        hr = staff.office(OfficeRole.HR)
        row = drafted(dx)
        for act in (
            lambda: curricula.draft(stage(2), None, R8, by=hr, at=NOW),
            lambda: curricula.publish(row.pk, by=hr, at=NOW),
            lambda: curricula.discard(row.pk, by=None, at=NOW),
        ):
            with pytest.raises(NotAllowed):
                act()
        assert Curriculum.objects.get().state == "draft"

    def test_a_closed_year_takes_none(self, dx):
        make.curriculum(fiscal_year=R7, valid_from=date(2025, 4, 1), deadline=date(2026, 2, 1))
        draft = curricula.draft(stage(2), None, R7, by=dx, at=NOW)
        closing.close(FiscalYear(2024), by=dx, at=NOW, reason="判定が済んだため")
        closing.close(R7, by=dx, at=NOW, reason="判定が済んだため")
        for act in (
            lambda: curricula.draft(stage(3), None, R7, by=dx, at=NOW),
            lambda: curricula.write(draft.pk, by=dx, at=NOW, electives=1),
            lambda: curriculum_items.add_courses(draft.pk, [training.course()], by=dx, at=NOW),
            lambda: curricula.publish(draft.pk, by=dx, at=NOW),
            lambda: curricula.discard(draft.pk, by=dx, at=NOW),
        ):
            with pytest.raises(RuleBroken, match="締められています"):
                act()

    def test_the_second_officer_is_told_what_the_first_changed(self, dx):
        row = drafted(dx)
        seen = curricula.curriculum_seen.of(row, curricula.STATED)
        curricula.write(row.pk, by=dx, at=NOW, seen=seen, deadline=date(2027, 2, 26))
        with pytest.raises(ChangedMeanwhile, match="「修了の期限」は、いま「令和9年2月26日」です。"):
            curricula.write(row.pk, by=dx, at=NOW, seen=seen, electives=2)
        assert Curriculum.objects.get().electives == 0

    def test_the_record_says_what_changed(self, dx):
        row = drafted(dx)
        curricula.write(row.pk, by=dx, at=NOW, electives=2, elective_hours=Decimal("6.0"))
        event = AuditEvent.objects.get(action="edited")
        assert (event.before, event.after) == (
            {"electives": 0, "elective_hours": "0.0"},
            {"electives": 2, "elective_hours": "6.0"},
        )

    def test_a_draft_can_be_thrown_away_and_the_record_says_what_it_asked_for(self, dx):
        course = training.course(name="DX基礎")
        row = drafted(dx, course)
        curricula.discard(row.pk, by=dx, at=NOW)
        assert not Curriculum.objects.exists()
        assert not CurriculumItem.objects.exists()
        assert AuditEvent.objects.get(action="draft_discarded").before["items"] == "DX基礎"


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"electives": 2}, "選択項目は1項目しかありませんが、2項目の受講を求めています。"),
            ({"elective_hours": Decimal("3.5")}, "選択項目は合計3時間ですが、3.5時間の受講を求めています。"),
        ],
    )
    def test_more_electives_than_there_are(self, dx, fields, words):
        row = drafted(dx, **fields)
        curriculum_items.add_courses(row.pk, [training.course(hours=3)], is_required=False, by=dx, at=NOW)
        with pytest.raises(RuleBroken, match=words):
            curricula.publish(row.pk, by=dx, at=NOW)

    def test_nothing_at_all(self, dx):
        row = curricula.draft(stage(), None, R8, by=dx, at=NOW)
        with pytest.raises(RuleBroken, match="項目がありません。"):
            curricula.publish(row.pk, by=dx, at=NOW)
        curriculum_items.add_courses(row.pk, [training.course()], is_required=False, by=dx, at=NOW)
        with pytest.raises(RuleBroken, match="何もしなくても修了になります。"):
            curricula.publish(row.pk, by=dx, at=NOW)

    def test_a_course_that_is_offered_no_more(self, dx):
        row = drafted(dx, training.course(name="旧研修", retired_on=TODAY))
        with pytest.raises(RuleBroken, match="案内を終えた研修があります: 「旧研修」"):
            curricula.publish(row.pk, by=dx, at=NOW)

    def test_days_of_another_year(self, dx):
        row = drafted(dx)
        with pytest.raises(RuleBroken, match=r"修了の期限.令和9年4月1日.は、令和8年度の日付"):
            curricula.write(row.pk, by=dx, at=NOW, deadline=date(2027, 4, 1))
        item = row.items.get()
        with pytest.raises(RuleBroken, match=r"修了の期限.令和9年2月28日.以前にしてください"):
            curriculum_items.change(item.pk, by=dx, at=NOW, due_on=date(2027, 3, 1))

    def test_a_deadline_before_the_day_of_an_item(self, dx):
        row = drafted(dx)
        curriculum_items.change(row.items.get().pk, by=dx, at=NOW, due_on=date(2027, 2, 1))
        curricula.write(row.pk, by=dx, at=NOW, deadline=date(2027, 1, 31))
        with pytest.raises(RuleBroken, match=r"令和9年1月31日.以前にしてください"):
            curricula.publish(row.pk, by=dx, at=NOW)


class TestItems:
    def test_a_course_stands_once(self, dx):
        course = training.course()
        row = drafted(dx, course)
        assert curriculum_items.add_courses(row.pk, [course], by=dx, at=NOW) == []
        assert row.items.count() == 1

    def test_there_is_one_practice_report(self, dx):
        row = drafted(dx)
        curriculum_items.add_other(row.pk, "practice", title="業務を1件効率化", by=dx, at=NOW)
        with pytest.raises(RuleBroken, match="実践報告は、1つのカリキュラムに1つまでです。"):
            curriculum_items.add_other(row.pk, "practice", title="もう1件", by=dx, at=NOW)
        curriculum_items.add_other(row.pk, "examination", title="ITパスポート", by=dx, at=NOW)
        with pytest.raises(RuleBroken, match="すでにカリキュラムにあります。"):
            curriculum_items.add_other(row.pk, "examination", title="ＩＴパスポート", by=dx, at=NOW)

    def test_they_change_places(self, dx):
        one, two, three = (training.course(name=name) for name in ("甲", "乙", "丙"))
        row = drafted(dx, one, two, three)

        def order():
            return "".join(row.items.order_by("position").values_list("title", flat=True))

        last = row.items.get(course=three)
        curriculum_items.shift(last.pk, up=True, by=dx, at=NOW)
        assert order() == "甲丙乙"
        curriculum_items.shift(last.pk, up=True, by=dx, at=NOW)
        curriculum_items.shift(last.pk, up=True, by=dx, at=NOW)
        assert order() == "丙甲乙"
        curriculum_items.shift(last.pk, up=False, by=dx, at=NOW)
        assert order() == "甲丙乙"

    def test_what_another_officer_has_taken_out_is_said(self, dx):
        row = drafted(dx)
        item = row.items.get()
        curriculum_items.remove(item.pk, by=dx, at=NOW)
        for act in (curriculum_items.remove, curriculum_items.change):
            with pytest.raises(RuleBroken, match="ほかの担当者が外しました"):
                act(item.pk, by=dx, at=NOW)
