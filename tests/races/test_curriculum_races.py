"""Two officers write one curriculum at the same moment: one wins, the other is told, what stands stays as it is."""

import os
from datetime import date
from functools import partial

import pytest

from aomori_dx.kernel.errors import RuleBroken
from staff.models import OfficeRole
from stages.models import Curriculum, StageEnrollment
from stages.services import curricula, curriculum_items
from stages.services.curriculum_switching import switch
from tests.conftest import NOW
from tests.factories import growth as make
from tests.factories import staff, training
from tests.factories import stages as make_stages
from tests.kernel.racing import Crossing, need_row_locks, together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
REPEATED = int(os.environ.get("RACES", "5"))
WHY = "研修の入れ替え"


def officers():
    return [staff.office(OfficeRole.DX) for _ in range(2)]


def revise(row: Curriculum, by) -> Curriculum:
    return curricula.revise(row.pk, reason=WHY, valid_from=date(2026, 10, 1), by=by, at=NOW)


def refusals(outcomes: list) -> list[str]:
    refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert {type(refusal) for refusal in refused} <= {RuleBroken}, outcomes
    return [str(refusal) for refusal in refused]


def test_two_officers_revise_one_version():
    """One draft of version 2, and the other officer reads that it is being written."""
    one, other = officers()
    for _ in range(REPEATED):
        first = make.curriculum(training.course())
        outcomes = together(partial(revise, first, one), partial(revise, first, other))
        assert refusals(outcomes) == ["第2版を作成中です。先にその版を公開するか、下書きを破棄してください。"]
        assert sorted(Curriculum.objects.in_line_with(first).values_list("version", flat=True)) == [1, 2]
        Curriculum.objects.in_line_with(first).filter(version=2).get().items.all().delete()
        Curriculum.objects.in_line_with(first).filter(version=2).delete()
        first.items.all().delete()
        first.delete()


def test_without_the_lock_the_constraint_still_refuses(monkeypatch):
    """Twin: both have seen version 1 alone before either writes; there is no second version 2."""
    need_row_locks()
    one, other = officers()
    first, crossing = make.curriculum(training.course()), Crossing()
    monkeypatch.setattr(curricula, "hold", lambda *args, **kwargs: None)
    write = curricula._written

    def meet_and_write(*args, **kwargs):
        crossing.meet()
        return write(*args, **kwargs)

    monkeypatch.setattr(curricula, "_written", meet_and_write)
    outcomes = together(partial(revise, first, one), partial(revise, first, other))
    assert refusals(outcomes) == ["このカリキュラムの同じ版がすでにあります。"]
    assert Curriculum.objects.filter(version=2).count() == 1


def test_nothing_is_added_to_what_has_been_published():
    """It is in the version that was published, or it is refused: never added afterwards."""
    one, other = officers()
    for _ in range(REPEATED):
        draft = make.curriculum(training.course(), state="draft", published_at=None)
        course = training.course()
        outcomes = together(
            partial(curricula.publish, draft.pk, by=one, at=NOW),
            partial(curriculum_items.add_courses, draft.pk, [course], by=other, at=NOW),
        )
        added = draft.items.filter(course=course).exists()
        assert refusals(outcomes) == ([] if added else [curricula.PUBLISHED_STAYS])
        draft.items.all().delete()
        draft.delete()


def test_two_officers_move_one_person():
    one, other = officers()
    first = make.curriculum(training.course())
    second = make.curriculum(training.course(), version=2, reason=WHY)
    for _ in range(REPEATED):
        row = make_stages.enrollment(curriculum=first)
        acts = [partial(switch, second.pk, [row.pk], reason=WHY, by=by, at=NOW) for by in (one, other)]
        (refusal,) = refusals(together(*acts))
        assert refusal.startswith("次の人は切り替えられません")
        assert StageEnrollment.objects.get(pk=row.pk).curriculum == second
