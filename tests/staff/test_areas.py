"""The areas of the prefecture, read from the names of the offices."""

import pytest

from staff import areas
from staff.models import Department
from tests.factories import staff as make

pytestmark = pytest.mark.django_db


def test_every_department_is_in_one_area_or_in_none():
    offices = ["東青保健所", "弘前環境管理事務所", "三八県税事務所", "むつ環境管理事務所"]
    for name in offices:
        make.department(name, kind="office")
    make.department("青森県史編さん課")
    found = {
        area: sorted(Department.objects.below_bureaus().filter(areas.within(area)).values_list("name", flat=True))
        for area, _ in areas.CHOICES
    }
    assert found == {
        "東青": ["東青保健所"],
        "中南": ["弘前環境管理事務所"],
        "三八": ["三八県税事務所"],
        "西北": [],
        "上北": [],
        "下北": ["むつ環境管理事務所"],
        areas.ELSEWHERE: ["青森県史編さん課"],
    }
