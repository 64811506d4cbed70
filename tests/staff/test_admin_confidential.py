"""Why somebody is away is kept from those who only watch: on pages, in lists, in records, in filters."""

import pytest

from aomori_dx.kernel import audit
from aomori_dx.kernel.clock import now
from aomori_dx.kernel.models import AuditEvent
from staff.models import Absence, ChangeLine
from tests.admin_pages import address, corrector, list_address, one_of_each, watcher
from tests.factories import staff as make

pytestmark = pytest.mark.django_db


def test_why_somebody_is_away_is_kept_from_who_only_watches():
    absence = make.absence(make.employee("青森　太郎"), reason="childcare")
    audit.record(absence, "corrected", by=None, at=now(), before={"reason": "sick"}, after={"reason": "childcare"})
    person = absence.employee
    audit.record(person, "roster_changed", by=None, at=now(), before={"休職等": ""}, after={"休職等": "育児休業"})
    events = list(AuditEvent.objects.all())
    seeing, watching = corrector(), watcher()
    pages = [
        list_address(Absence), address(absence), address(absence, "history"), address(person, "history"),
        list_address(AuditEvent), *(address(event) for event in events),
    ]  # fmt: skip
    for page in pages:
        told = watching.get(page)
        assert told.status_code == 200
        assert "育児休業" not in told.content.decode(), page
        assert "childcare" not in told.content.decode(), page
    assert all("育児休業" in seeing.get(page).content.decode() for page in pages)


def test_a_line_of_a_loaded_file_does_not_tell_it_either():
    one_of_each()
    line = ChangeLine.objects.get()
    assert "育児休業" in corrector().get(address(line)).content.decode()
    assert "育児休業" not in watcher().get(address(line)).content.decode()


@pytest.mark.parametrize("query", ["?reason=childcare", "?reason__exact=childcare", "?reason__startswith=c"])
def test_no_filter_tells_why_somebody_is_away(query):
    make.absence(make.employee(), reason="childcare")
    assert watcher().get(list_address(Absence) + query).status_code == 400
    assert corrector().get(list_address(Absence) + query).status_code == 200


@pytest.mark.parametrize("query", ["?before__reason=sick", "?after__reason=sick", "?object_label__contains=育児"])
def test_no_filter_of_the_audit_tells_it_either(query):
    absence = make.absence(make.employee(), reason="childcare")
    audit.record(absence, "corrected", by=None, at=now(), before={"reason": "sick"}, after={"reason": "childcare"})
    assert watcher().get(list_address(AuditEvent) + query).status_code == 400
    page = watcher().get(f"{list_address(AuditEvent)}?q=育児")
    assert page.context["cl"].result_count == 0
    assert corrector().get(f"{list_address(AuditEvent)}?q=育児").context["cl"].result_count == 1
