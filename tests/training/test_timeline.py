"""The courses of a person on the line of time."""

import pytest

from staff.models import OfficeRole
from tests.architecture.people import log_in
from tests.factories import staff
from tests.factories import training as make

pytestmark = pytest.mark.django_db


def test_the_line_of_time_tells_of_courses_taken_and_to_come(client):
    person = staff.posting().employee
    make.booking(make.run(make.course(name="RPA入門"), number=7), person, status="completed")
    make.booking(make.run(make.course(name="統計基礎")), person, status="cancelled")
    log_in(client, staff.office(OfficeRole.HR))
    page = client.get(f"/people/{person.employee_number}/").content.decode()
    assert "RPA入門 第7回" in page
    assert "修了、県庁西棟8階" in page
    assert "統計基礎" not in page
