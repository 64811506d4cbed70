"""掘り起こし (R41): who showed interest and was never appointed."""

from datetime import date

import pytest

from staff.models import EmploymentType, OfficeRole
from stages import prospects
from tests.architecture.people import log_in
from tests.conftest import NOW
from tests.factories import nominations as make
from tests.factories import staff, training
from tests.factories import stages as make_stages
from tests.factories.stages import R7, R8
from tests.staff.reading import text_of

pytestmark = pytest.mark.django_db


def finished(method: str = "elearning", **fields):
    person = staff.posting(staff.employee(**fields)).employee
    training.booking(training.run(training.course(method=method)), person, status="completed")
    return person


def applied():
    where = make.house()
    make.nomination(where, route="self", fiscal_year=R7, submitted_at=NOW)
    return where.person


def found() -> set:
    return {row.pk for row in prospects.people(R8, on=NOW.date())}


def test_who_applied_or_learned_and_was_never_appointed_is_listed():
    assert found() == set()
    one, two = applied(), finished()
    staff.posting()
    assert found() == {one.pk, two.pk}


def test_who_cannot_or_need_not_be_invited_is_not():
    finished(method="classroom")
    finished(employment_type=EmploymentType.ANNUAL)
    finished(left_on=date(2026, 10, 1))
    staff.absence(finished())
    make_stages.promoter(applied())
    make.call()
    again = make.house()
    make.nomination(again, route="self", fiscal_year=R7, submitted_at=NOW)
    make.nomination(again, route="self", status="submitted")
    assert found() == set()


def test_the_page_and_the_file_say_what_was_shown(client, django_assert_max_num_queries):
    log_in(client, staff.office(OfficeRole.DX))
    assert "該当する職員はいません" in text_of(client.get("/nominations/prospects/"))
    person = applied()
    for number in (1, 8):
        for _ in range(number):
            finished()
        with django_assert_max_num_queries(15):
            page = text_of(client.get("/nominations/prospects/"))
    assert f"{person.name}" in page
    assert "R7に自薦" in page
    file = client.get("/nominations/prospects/download/?format=csv")
    assert "R7に自薦" in b"".join(file.streaming_content if file.streaming else [file.content]).decode("utf-8-sig")
