"""資格・検定: reported with proof, confirmed or refused by the office with a reason; each act once."""

from datetime import date

import pytest

from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from staff.models import Notice, OfficeRole
from stages.models import ExaminationResult
from stages.services import examinations as services
from stages.services.practice_files import Upload
from tests.conftest import NOW
from tests.factories import staff
from tests.factories import stages as make

pytestmark = pytest.mark.django_db

PROOF = Upload("合格証.txt", 6, lambda: "合格".encode())


@pytest.fixture
def writer():
    return staff.user(make.promoter(staff.posting().employee).employee)


@pytest.fixture
def dx():
    return staff.office(OfficeRole.DX, person=staff.posting().employee)


def reported(writer, **given) -> ExaminationResult:
    said = {"name": "ITパスポート", "passed_on": date(2026, 10, 4), "result": "720点", "proof": PROOF, **given}
    return services.report(**said, by=writer, at=NOW)


def test_reported_once_and_confirmed_once(writer, dx):
    row = reported(writer)
    assert reported(writer).pk == row.pk
    assert (row.state, bytes(row.proof), row.proof_name) == ("reported", "合格".encode(), "合格証.txt")
    assert Notice.objects.filter(office=OfficeRole.DX).count() == 1

    for _ in range(2):
        row = services.answer(row.pk, confirms=True, note="", by=dx, at=NOW)
    assert (row.state, row.confirmed_on) == ("confirmed", NOW.date())
    assert Notice.objects.filter(employee=writer.employee).count() == 1


def test_refused_with_a_reason_and_reported_again(writer, dx):
    row = reported(writer)
    with pytest.raises(RuleBroken, match="理由"):
        services.answer(row.pk, confirms=False, note=" ", by=dx, at=NOW)
    services.answer(row.pk, confirms=False, note="氏名が読めません。", by=dx, at=NOW)

    assert reported(writer).pk != row.pk
    with pytest.raises(RuleBroken, match="もう一度報告"):
        services.answer(row.pk, confirms=True, note="", by=dx, at=NOW)


def test_a_confirmation_may_be_taken_back(writer, dx):
    row = services.answer(reported(writer).pk, confirms=True, note="", by=dx, at=NOW)
    row = services.answer(row.pk, confirms=False, note="別人の合格証でした。", by=dx, at=NOW)
    assert (row.state, row.confirmed_on) == ("refused", None)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"name": " "}, "名称"),
        ({"passed_on": date(2026, 11, 24)}, "今日より後"),
        ({"proof": None}, "証明するファイル"),
        ({"proof": Upload("a.html", 6, lambda: b"<html>")}, "添付できるのは"),
    ],
)
def test_what_is_refused(writer, given, refusal):
    with pytest.raises(RuleBroken, match=refusal):
        reported(writer, **given)
    assert not ExaminationResult.objects.exists()


def test_who_is_no_promoter_reports_nothing_and_who_is_no_officer_confirms_nothing(writer, dx):
    row = reported(writer)
    with pytest.raises(NotAllowed):
        reported(staff.user(staff.posting().employee))
    for by in (writer, staff.office(OfficeRole.HR), staff.user(staff.posting(is_head=True).employee)):
        with pytest.raises(NotAllowed):
            services.answer(row.pk, confirms=True, note="", by=by, at=NOW)

    own = make.promoter(dx.employee)
    mine = reported(dx)
    assert mine.promoter == own
    with pytest.raises(NotAllowed, match="ほかの担当者"):
        services.answer(mine.pk, confirms=True, note="", by=dx, at=NOW)
