"""カリキュラム: a published version never changes; what is to change is the next version (R21, rule 8)."""

from datetime import date

import pytest

from aomori_dx.kernel.errors import RuleBroken
from staff.models import OfficeRole
from stages.models import CareerTrack, Curriculum, CurriculumItem, GrowthStage
from stages.services import curricula, curriculum_items
from tests.conftest import NOW
from tests.factories import staff, training
from tests.factories import stages as make_stages
from tests.factories.stages import R8

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


class TestRevisions:
    def test_a_revision_is_a_copy_with_a_reason(self, dx):
        first = curricula.publish(drafted(dx).pk, by=dx, at=NOW).curriculum
        row = curricula.revise(first.pk, reason=" 研修の入れ替え ", valid_from=date(2026, 10, 1), by=dx, at=NOW)
        assert (row.version, row.state, row.reason) == (2, "draft", "研修の入れ替え")
        assert [item.title for item in row.items.all()] == [item.title for item in first.items.all()]

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"reason": " "}, "改定の理由を入力してください。"),
            ({"valid_from": date(2027, 4, 1)}, "適用日.令和9年4月1日.は、令和8年度の日付"),
        ],
    )
    def test_it_needs_a_reason_and_a_day_of_the_year(self, dx, fields, words):
        first = curricula.publish(drafted(dx).pk, by=dx, at=NOW).curriculum
        given = {"reason": "改定", "valid_from": TODAY, **fields}
        with pytest.raises(RuleBroken, match=words):
            curricula.revise(first.pk, by=dx, at=NOW, **given)

    def test_one_revision_at_a_time(self, dx):
        first = curricula.publish(drafted(dx).pk, by=dx, at=NOW).curriculum
        given = {"reason": "改定", "valid_from": TODAY, "by": dx, "at": NOW}
        draft = curricula.revise(first.pk, **given)
        for pk in (first.pk, draft.pk):
            with pytest.raises(RuleBroken, match="第2版を作成中です。"):
                curricula.revise(pk, **given)
        curricula.publish(draft.pk, by=dx, at=NOW)
        with pytest.raises(RuleBroken, match="いちばん新しい版から改定してください。"):
            curricula.revise(first.pk, **given)

    def test_nobody_moves_by_itself(self, dx):
        """Rule 8: whoever is half-way keeps version 1; who starts later has version 2."""
        before = make_stages.enrollment()
        first = curricula.publish(drafted(dx).pk, by=dx, at=NOW).curriculum
        second = revised(dx, first)
        later = make_stages.enrollment(started_on=date(2026, 10, 1), status_on=date(2026, 10, 1))
        curricula.assign([later], on=TODAY)
        before.refresh_from_db()
        assert (before.curriculum, later.curriculum) == (first, second)

    def test_a_published_version_never_changes(self, dx):
        """Whatever is asked of it: no column, no item, not itself."""
        first = curricula.publish(drafted(dx).pk, by=dx, at=NOW).curriculum
        item = first.items.get()
        before = [list(rows.values()) for rows in (Curriculum.objects.all(), CurriculumItem.objects.all())]
        for act in (
            lambda: curricula.write(first.pk, by=dx, at=NOW, electives=1),
            lambda: curricula.discard(first.pk, by=dx, at=NOW),
            lambda: curriculum_items.add_courses(first.pk, [training.course()], by=dx, at=NOW),
            lambda: curriculum_items.add_other(first.pk, "practice", title="報告", by=dx, at=NOW),
            lambda: curriculum_items.change(item.pk, by=dx, at=NOW, title="別の名前"),
            lambda: curriculum_items.remove(item.pk, by=dx, at=NOW),
            lambda: curriculum_items.shift(item.pk, up=True, by=dx, at=NOW),
        ):
            with pytest.raises(RuleBroken, match="公開した版は変えられません。"):
                act()
        with pytest.raises(RuleBroken, match="「公開」からは「公開」にできません。"):
            curricula.publish(first.pk, by=dx, at=NOW)
        assert [list(rows.values()) for rows in (Curriculum.objects.all(), CurriculumItem.objects.all())] == before

    def test_the_guard_is_what_keeps_it(self, dx, monkeypatch):
        """Twin: without the check a published version would change."""
        first = curricula.publish(drafted(dx).pk, by=dx, at=NOW).curriculum
        monkeypatch.setattr(Curriculum, "is_published", False)
        curricula.write(first.pk, by=dx, at=NOW, electives=1)
        assert Curriculum.objects.get().electives == 1
