"""`/people/`: search, filters, order, pages, the day, the file, and what is recorded."""

from datetime import date, timedelta

import pytest

from aomori_dx.kernel.models import AuditEvent
from staff.models import AbsenceReason, EmploymentType, OfficeRole
from tests.conftest import NOW
from tests.factories import staff as make
from tests.staff.reading import count, names, text_of

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def hr(client):
    client.force_login(make.office(OfficeRole.HR))
    return client


def listed(client, **query) -> list[str]:
    return names(client.get("/people/", query))


@pytest.mark.parametrize(
    "query", [{"q": "\0"}, {"q": "a" * 101}, {"flags": "x"}, {"bureau": "ない部"}, {"on": "いつか"}]
)
def test_what_cannot_be_read_is_said_and_finds_nobody(hr, query):
    make.posting()
    page = hr.get("/people/", query)
    assert page.status_code == 200
    assert count(page) == 0
    assert "入力内容を確認してください" in text_of(page)
    assert hr.get("/people/download/", query).status_code == 409


def test_filters_narrow_and_join(hr):
    bureau = make.bureau("総務部")
    place = make.department("人事課", parent=bureau)
    head = make.head_of(place)
    make.absence(head, AbsenceReason.SICK)
    manager = make.posting(
        make.employee("管理　職子", employment_type="fixed_term"), to=place, is_manager=True
    ).employee
    concurrent = make.posting(make.employee("兼務　某"), to=make.department("道路課")).employee
    make.posting(concurrent, to=place, is_primary=False, is_head=True)
    unplaced = make.employee("未定　某")
    names_of = {"head": head.name, "manager": manager.name, "concurrent": concurrent.name, "unplaced": unplaced.name}
    expected = {
        "bureau=総務部": ["head", "manager"],
        "department=人事": ["head", "manager"],
        f"department={place.code}": ["head", "manager"],
        "employment=fixed_term": ["manager"],
        "leave=yes": ["head"],
        "leave=no": ["manager", "concurrent", "unplaced"],
        "flags=head": ["head", "concurrent"],
        "flags=manager": ["head", "manager"],
        "flags=concurrent": ["concurrent"],
        "flags=unplaced": ["unplaced"],
        "flags=head&flags=concurrent": ["concurrent"],
        "bureau=総務部&leave=no": ["manager"],
    }
    for query, people in expected.items():
        page = hr.get(f"/people/?{query}")
        assert names(page) == [names_of[who] for who in people], query
        assert count(page) == len(people)


def test_a_person_posted_to_the_bureau_itself_is_listed_with_it(hr):
    bureau = make.bureau("総務部")
    make.posting(make.employee("部長　一"), to=bureau, title="部長")
    make.posting(make.employee("課員　二"), to=make.department(parent=bureau))
    assert listed(hr, bureau="総務部", sort="place") == ["部長　一", "課員　二"]
    assert "部局に直接配属1人" in text_of(hr.get("/departments/"))


def test_columns_sort_both_ways(hr):
    early, late = make.bureau(sort_order=9000), make.bureau(sort_order=9001)
    one = make.employee("甲", kana="ｳ", employee_number="0000003", employment_type="annual")
    two = make.employee("乙", kana="ｱ", employee_number="0000001")
    three = make.employee("丙", kana="ｲ", employee_number="0000002")
    make.posting(one, to=make.department(parent=late), title="主事")
    make.posting(two, to=make.department(parent=early), title="主査")
    for sort, order in {
        "": "乙丙甲",
        "number": "乙丙甲",
        "-number": "甲丙乙",
        "name": "乙丙甲",
        "-name": "甲丙乙",
        "place": "乙甲丙",
        "-place": "甲乙丙",
        "employment": "甲乙丙",
        "nonsense": "乙丙甲",
    }.items():
        assert listed(hr, sort=sort) == list(order), sort
    assert three.name == "丙"


def test_the_list_is_turned_page_by_page_and_counts_once(hr):
    for _ in range(53):
        make.posting(to=None)
    first, second = hr.get("/people/"), hr.get("/people/", {"page": 2})
    assert (count(first), len(names(first)), len(names(second))) == (53, 50, 3)
    assert "51人目から53人目" in text_of(second)
    assert hr.get("/people/", {"page": "x"}).status_code == 200
    assert names(hr.get("/people/", {"page": 99})) == names(second)


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("2025-03-31", "中南地域県民局地域農林水産部"),
        ("R7.3.31", "中南地域県民局地域農林水産部"),
        ("R7.4.1", "中南農林水産事務所"),
        ("", "中南農林水産事務所"),
    ],
)
def test_the_list_speaks_of_the_day_that_is_asked_about(hr, typed, place):
    """R1: another day, another organisation."""
    person = make.employee("中南　一")
    reform = date(2025, 4, 1)
    make.posting(person, to=make.department("中南地域県民局地域農林水産部", valid_to=reform), valid_to=reform)
    make.posting(person, to=make.department("中南農林水産事務所", valid_from=reform), valid_from=reform)
    table = hr.get("/people/", {"on": typed}).content.decode().partition("<tbody")[2]
    assert place in table
    assert table.count("中南") - table.count("中南　一") == 1


def test_who_has_left_or_is_yet_to_come_is_no_member_of_staff(hr):
    make.posting(make.employee("退職　済", left_on=TODAY))
    make.posting(make.employee("明日　退", left_on=TODAY + DAY))
    make.posting(make.employee("明日　来", hired_on=TODAY + DAY), valid_from=TODAY + DAY)
    assert listed(hr) == ["明日　退"]
    assert listed(hr, on=str(TODAY + DAY)) == ["明日　来"]
    assert "予定の内容です" in text_of(hr.get("/people/", {"on": str(TODAY + DAY)}))


def test_why_somebody_is_away_is_for_hr_alone(client):
    """R92: the category, and to HR only."""
    make.absence(make.posting(make.employee("休職　中")).employee, AbsenceReason.SICK)
    for role, told in {
        OfficeRole.HR: True,
        OfficeRole.DX: False,
        OfficeRole.INFO: False,
        OfficeRole.ADMIN: False,
    }.items():
        client.force_login(make.office(role))
        page = text_of(client.get("/people/", {"q": "休職"}))
        answer = client.get("/people/download/", {"format": "csv"})
        file = b"".join(answer.streaming_content).decode("utf-8-sig")
        assert ("病気休暇" in page, "病気休暇" in file) == (told, told), role
        assert "休職　中" in file


def test_hidden_conditions_tell_a_colleague_nothing(client):
    """Numbers, titles, leave and former names are not to be found out by narrowing the directory."""
    person = make.employee("工藤　葵", former_name="髙橋　葵", employee_number="0012345")
    make.posting(person, title="課長", is_head=True)
    make.absence(person)
    client.force_login(make.user(make.posting(make.employee("八戸　海")).employee))
    everybody = ["工藤　葵", "八戸　海"]
    for query in ("leave=yes", "flags=head", "employment=annual", "sort=number", "sort=title"):
        assert sorted(listed(client, **dict([query.split("=")]))) == sorted(everybody), query
    assert listed(client, q="0012345") == listed(client, q="髙橋") == []
    assert listed(client, q="工藤") == ["工藤　葵"]


def test_a_head_sees_the_own_people_whole_and_all_in_the_directory(client):
    place = make.department("道路課")
    head = make.head_of(place)
    own = make.posting(make.employee("自所　員"), to=place).employee
    concurrent = make.posting(make.employee("兼務　員"), to=make.department("河川課")).employee
    make.posting(concurrent, to=place, is_primary=False)
    make.posting(make.employee("他所　員"))
    client.force_login(make.user(head))
    page = client.get("/people/")
    assert sorted(names(page)) == sorted([head.name, own.name, concurrent.name])
    assert own.employee_number in text_of(page)
    assert count(client.get("/people/", {"scope": "all"})) == 4
    assert own.employee_number not in client.get("/people/", {"scope": "all"}).content.decode().partition("<table")[2]


def test_an_empty_list_says_what_would_fill_it(hr):
    assert "この条件に合う職員はいません" in text_of(hr.get("/people/", {"q": "居ない"}))
    assert "職員名簿を取り込むと" in text_of(hr.get("/people/"))


@pytest.mark.parametrize("who", ["hr", "employee"])
def test_the_number_of_queries_does_not_move_with_the_rows(client, django_assert_max_num_queries, who):
    person = make.posting().employee
    user = make.office(OfficeRole.HR, person=person) if who == "hr" else make.user(person)
    client.force_login(user)

    def queries() -> int:
        with django_assert_max_num_queries(12) as found:
            client.get("/people/")
        return len(found)

    def some(number: int) -> None:
        for _ in range(number):
            someone = make.posting().employee
            make.posting(someone, is_primary=False)
            make.absence(someone)

    some(3)
    few = queries()
    some(27)
    assert queries() == few


def test_looking_at_whole_records_and_taking_them_away_is_recorded(hr):
    """R89: views and exports of personal lists."""
    make.posting(make.employee("髙橋　一郎"))
    hr.get("/people/", {"q": "高橋", "on": "R8.4.1"})
    viewed = AuditEvent.objects.get()
    assert (viewed.action, viewed.model, viewed.object_pk) == ("viewed", "staff.employee", "")
    assert viewed.object_label == "職員名簿(R8.4.1現在) 1人"
    assert viewed.after == {"q": ["高橋"], "on": "2026-04-01", "count": 1}
    b"".join(hr.get("/people/download/", {"q": "高橋", "format": "xlsx"}).streaming_content)
    assert AuditEvent.objects.filter(action="exported", model="staff.employee").count() == 1


def test_the_directory_of_names_is_not_recorded(client):
    client.force_login(make.user(make.posting().employee))
    client.get("/people/")
    assert not AuditEvent.objects.exists()


def test_the_file_keeps_leading_zeros_blanks_and_the_day(hr):
    """R80, R81: one value a cell, blanks stay blank, dates in ISO."""
    make.posting(
        make.employee("髙橋　一郎", employee_number="0000012", kana="ﾀｶﾊｼ", employment_type=EmploymentType.ANNUAL),
        to=make.department("人事課", code="000150", parent=make.bureau("総務部")),
    )
    make.employee("未定　某", employee_number="0000013", kana="")
    answer = hr.get("/people/download/", {"format": "csv", "on": "R8.11.1"})
    header, first, second = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert header.startswith(
        "基準日,職員番号,氏名,氏名カナ,旧姓・旧氏名,部局,所属コード,所属,補職名,職員区分コード,職員区分"
    )
    assert first == (
        "2026-11-01,0000012,髙橋　一郎,ﾀｶﾊｼ,,総務部,000150,人事課,主事,annual,会計年度任用職員,非該当,非該当,0,非該当,"
    )
    assert second == "2026-11-01,0000013,未定　某,,,,,,,regular,正規,,,0,非該当,"


def test_the_file_is_for_the_offices(client):
    head = make.head_of(make.department())
    client.force_login(make.user(head))
    answer = client.get("/people/download/")
    assert answer.status_code == 403
    assert "ファイルで取り出せるのは" in text_of(answer)
