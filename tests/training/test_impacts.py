"""What a transfer means for the seats that people have."""

from datetime import date

import pytest

from staff import impacts
from tests.factories import staff
from tests.factories import training as make

pytestmark = pytest.mark.django_db
DECEMBER = date(2026, 12, 1)


def move(person, *, to, on=DECEMBER):
    person.postings.update(valid_to=on)
    staff.posting(person, to=to, valid_from=on)


def found() -> list[str]:
    return [row.sentence for row in impacts.find(DECEMBER) if row.kind == "run_elsewhere"]


def test_who_moves_before_a_run_on_site_is_named_with_the_place():
    stays, moves, at_home, later = (staff.posting(staff.employee(f"職員　{n}")).employee for n in "一二三四")
    run = make.run(make.course(name="RPA入門"))
    for person in (stays, moves):
        make.booking(run, person, status="confirmed")
    make.booking(make.run(is_online=True), at_home, status="confirmed")
    make.booking(make.run(), later, status="cancelled")
    for person in (moves, at_home, later):
        move(person, to=staff.department("八戸の事務所"))
    assert found() == [
        f"職員　二は{moves.postings.first().department.name}から八戸の事務所へ異動しますが、"
        "RPA入門(R8.12.15、県庁西棟8階、東青)に申し込んでいます(確定)。"
    ]


def test_a_run_that_is_over_before_the_move_matters_no_more():
    person = staff.posting().employee
    make.booking(make.run(meets=make.MEETS.replace(month=11, day=25)), person, status="confirmed")
    move(person, to=staff.department())
    assert found() == []
