"""推薦依頼: written, copied, issued to the posts of those who owe an answer."""

from datetime import date

import pytest

from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import AuditEvent
from staff.models import Notice, OfficeRole, Succession
from stages.models import Exemption
from stages.services import calls
from stages.services.calls import Attachment
from tests.conftest import NOW
from tests.factories import nominations as make
from tests.factories import staff
from tests.factories import stages as make_stages
from tests.factories.stages import R8

pytestmark = pytest.mark.django_db
R9 = FiscalYear(2027)
STATED = {
    "title": "令和8年度の推薦",
    "body": "各所属から1名",
    "opens_on": date(2026, 11, 2),
    "closes_on": date(2026, 11, 30),
}


def test_it_goes_once_to_every_post_that_owes_an_answer():
    """R27, R28, R4: not to the exempt, not to those that do not nominate."""
    make_stages.plan()
    dx = staff.office(OfficeRole.DX)
    one, two = staff.department(), staff.department()
    staff.department(nominates=False)
    exempt = staff.department()
    Exemption.objects.create(department=exempt, fiscal_year=R8, reason="小規模所属")
    calls.write(R8, by=dx, at=NOW, **STATED)
    assert calls.issue(R8, by=dx, at=NOW) == calls.issue(R8, by=dx, at=NOW) == 2
    assert set(Notice.objects.values_list("department", "due")) == {
        (one.pk, date(2026, 11, 30)),
        (two.pk, date(2026, 11, 30)),
    }
    assert AuditEvent.objects.filter(action="issue").count() == 1


def test_the_successor_of_a_department_is_asked_and_a_new_one_is_not():
    """E1: the quota follows the successor."""
    make_stages.plan()
    june = date(2026, 6, 1)
    old = staff.department("税務課", valid_to=june)
    renamed = staff.department("税制課", valid_from=june)
    Succession.objects.create(predecessor=old, successor=renamed, on=june, kind="renamed")
    staff.department("新しい課", valid_from=june)
    assert calls.asked(R8, on=NOW.date()) == [renamed]


def test_last_years_is_copied_with_its_days_a_year_later():
    dx = staff.office(OfficeRole.DX)
    calls.write(R8, by=dx, at=NOW, attachment=Attachment("依頼.pdf", b"%PDF-1.7"), **STATED)
    copy = calls.copy(R9, by=dx, at=NOW)
    assert (copy.title, copy.opens_on, copy.closes_on) == ("令和9年度の推薦", date(2027, 11, 2), date(2027, 11, 30))
    assert (copy.attachment_name, copy.issued_at) == ("依頼.pdf", None)
    with pytest.raises(RuleBroken, match="すでにあります"):
        calls.copy(R9, by=dx, at=NOW)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("依頼.pdf", b"MZ\x90", "中身と名前が合っていません"),
        ("依頼.exe", b"%PDF-1.7", "中身と名前が合っていません"),
        ("依頼.pdf", b"%PDF-" + b"0" * (5 * 1024 * 1024), "5MBまで"),
    ],
)
def test_an_attachment_of_another_kind_or_too_large_is_refused(name, content, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        calls.write(R8, by=staff.office(OfficeRole.DX), at=NOW, attachment=Attachment(name, content), **STATED)


def test_only_the_dx_office_writes_and_issues():
    hr = staff.office(OfficeRole.HR)
    make.call()
    with pytest.raises(NotAllowed):
        calls.write(R8, by=hr, at=NOW, **STATED)
    with pytest.raises(NotAllowed):
        calls.issue(R8, by=hr, at=NOW)


def test_a_change_of_the_last_day_is_on_record():
    dx = staff.office(OfficeRole.DX)
    calls.write(R8, by=dx, at=NOW, **STATED)
    calls.write(R8, by=dx, at=NOW, **{**STATED, "closes_on": date(2026, 12, 7)})
    event = AuditEvent.objects.first()
    assert (event.before, event.after) == ({"closes_on": "2026-11-30"}, {"closes_on": "2026-12-07"})
