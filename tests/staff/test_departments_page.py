"""`/departments/`: the organisation of any day, one department, where it comes from, and who heads it."""

from datetime import date, timedelta

import pytest

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff import marks
from staff.models import AbsenceReason, Department, OfficeRole, Posting, Succession, SuccessionKind
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories import stages
from tests.staff.reading import names, text_of

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = timedelta(days=1)
REFORM = date(2025, 4, 1)


@pytest.fixture
def hr(client):
    client.force_login(make.office(OfficeRole.HR))
    return client


@pytest.fixture
def reformed() -> Department:
    """R2: what became of 中南地域県民局地域農林水産部 in 2025."""
    old = make.department(
        "中南地域県民局地域農林水産部", code="012400", parent=make.bureau("中南地域県民局"), valid_to=REFORM
    )
    new = make.department("中南農林水産事務所", code="012480", parent=make.bureau("農林水産部"), valid_from=REFORM)
    succeed(old, new, SuccessionKind.RENAMED_MOVED)
    return new


def succeed(old: Department, new: Department, kind: str, on: date = REFORM) -> None:
    Succession.objects.create(predecessor=old, successor=new, on=on, kind=kind)


def test_yesterdays_tree_differs_from_todays(hr, reformed):
    """R1"""
    before, after = (hr.get("/departments/", {"on": day}) for day in ("2025-03-31", "2025-04-01"))
    assert "中南地域県民局地域農林水産部" in names(before)
    assert "中南農林水産事務所" in names(after)
    assert "中南地域県民局地域農林水産部" not in text_of(after)


def test_departments_stand_in_official_order_below_their_bureaus(hr):
    second, first = make.bureau("後の部", sort_order=9002), make.bureau("先の部", sort_order=9001)
    make.department("四", parent=second, sort_order=1)
    make.department("三", parent=first, sort_order=9)
    make.department("二", parent=first, sort_order=1, code="900002")
    make.department("一", parent=first, sort_order=1, code="900001")
    page = hr.get("/departments/")
    assert names(page) == ["一", "二", "三", "四"]
    assert text_of(page).index("先の部 3所属") < text_of(page).index("後の部 1所属")


def test_counts_are_of_the_day_and_the_main_postings(hr):
    """R7, E7: head-count uses the main posting; who is away is counted among them."""
    place = make.department("道路課")
    head = make.head_of(place)
    make.absence(make.posting(to=place).employee)
    make.posting(make.posting().employee, to=place, is_primary=False)
    make.posting(to=place, valid_from=TODAY + DAY)
    make.posting(to=place, valid_to=TODAY)
    stages.promoter(head, cohort=FiscalYear(2024))
    stages.promoter(make.posting(to=place).employee, withdrawn_on=date(2026, 10, 1))
    row = text_of(hr.get("/departments/", {"q": "道路課"})).partition("所属 区分 所属長")[2]
    assert f"道路課 {place.code} 課・室 {head.name} 課長 3 1 1 1" in row


def test_the_list_is_narrowed_by_bureau_name_and_code(hr):
    place = make.department("道路課", parent=make.bureau("県土整備部"))
    make.department("税務課")
    for query in ({"bureau": "県土整備部"}, {"q": "道路"}, {"q": place.code}):
        assert names(hr.get("/departments/", query)) == ["道路課"], query
    assert "この条件に合う所属はありません" in text_of(hr.get("/departments/", {"q": "ない課"}))
    assert names(hr.get("/departments/", {"on": "x"})) == []


def test_a_head_who_is_missing_or_away_is_found(hr):
    """R12"""
    missing, away, present = (make.department(name) for name in ("無人課", "休職課", "出勤課"))
    make.posting(make.head_of(missing, valid_to=TODAY), valid_from=TODAY)
    make.absence(make.head_of(away), AbsenceReason.SICK)
    make.head_of(present)
    page = hr.get("/departments/", {"head": "vacant", "bureau": ""})
    assert set(names(page)) >= {"無人課", "休職課"}
    assert "出勤課" not in names(page)
    assert "所属長が不在です" in text_of(page)
    assert "代理者を決める" in text_of(page)
    assert "病気" not in text_of(page)


def test_a_second_head_at_work_is_enough(hr):
    place = make.department("二人課")
    make.absence(make.head_of(place))
    make.head_of(place)
    assert "二人課" not in names(hr.get("/departments/", {"head": "vacant"}))


def test_vacancies_are_for_the_offices(client):
    client.force_login(make.user(make.head_of(make.department())))
    answer = client.get("/departments/", {"head": "vacant"})
    assert answer.status_code == 403
    assert "絞り込めるのは" in text_of(answer)


def test_that_a_head_is_away_is_no_business_of_the_staff(client):
    place = make.department("休職課")
    make.absence(make.head_of(place))
    make.deputy(place, make.posting(make.employee("代理　者"), to=place).employee)
    client.force_login(make.user(make.posting().employee))
    for address in ("/departments/", f"/departments/{place.code}/"):
        page = text_of(client.get(address))
        assert "休職等" not in page.replace("休職課", "")
        assert "代理 代理　者(R8.11.30まで)" in page


def test_the_future_is_not_in_the_tree_of_the_staff(client, hr):
    make.department("未来課", valid_from=TODAY + DAY)
    assert "未来課" not in names(hr.get("/departments/"))
    assert "未来課" in names(hr.get("/departments/", {"on": str(TODAY + DAY)}))


def test_a_department_tells_where_it_comes_from(hr, reformed):
    """R2: 「R7.4.1 …から改称・移管」, with a way to the former name on its last day."""
    page = hr.get("/departments/012480/")
    assert "R7.4.1 中南地域県民局地域農林水産部 から改称・移管" in text_of(page)
    assert 'href="/departments/012400/?on=2025-03-31"' in page.content.decode()
    back = hr.get("/departments/012400/", {"on": "2025-03-31"})
    assert "R7.4.1 農林水産部 中南農林水産事務所 へ改称・移管" in text_of(back)


def test_history_under_old_names_is_listed_with_them(hr, reformed):
    old = Department.objects.get(code="012400")
    head = make.head_of(old, valid_to=REFORM)
    stages.promoter(make.employee("推進　員"), cohort=FiscalYear(2024), department=old)
    page = text_of(hr.get("/departments/012480/"))
    assert f"R6.4.1からR7.3.31まで 所属長 課長 {head.name} 中南地域県民局地域農林水産部" in page
    assert "推進　員をDX推進員に任命(令和6年度、推薦枠) 推薦所属 中南地域県民局地域農林水産部" in page


def test_splits_and_mergers_are_told_generation_by_generation(hr):
    first = make.department("甲課", valid_to=REFORM)
    second, third = (
        make.department("乙課", valid_from=REFORM, valid_to=date(2026, 4, 1)),
        make.department("丙課", valid_from=REFORM),
    )
    other = make.department("丁課", valid_to=date(2026, 4, 1))
    last = make.department("戊課", valid_from=date(2026, 4, 1))
    for new in (second, third):
        succeed(first, new, SuccessionKind.SPLIT)
    for old in (second, other):
        succeed(old, last, SuccessionKind.MERGED, date(2026, 4, 1))
    page = text_of(hr.get(f"/departments/{last.code}/"))
    for words in ("乙課 を統合", "丁課 を統合", "R7.4.1 乙課は"):
        assert words in page, words
    assert "から分割" in page
    back = text_of(hr.get(f"/departments/{first.code}/", {"on": "R7.3.31"}))
    assert "へ分割" in back
    assert "R8.4.1 乙課が" in back
    assert "へ統合" in back


def test_what_becomes_of_a_department_next_year_is_told_to_those_who_prepare_it(client, hr):
    place = make.department("現在課", valid_to=date(2027, 4, 1))
    new = make.department("未来課", valid_from=date(2027, 4, 1))
    succeed(place, new, SuccessionKind.RENAMED, date(2027, 4, 1))
    assert "未来課" in text_of(hr.get(f"/departments/{place.code}/"))
    for user in (make.office(OfficeRole.INFO), make.user(make.head_of(place)), make.user(make.posting().employee)):
        client.force_login(user)
        page = text_of(client.get(f"/departments/{place.code}/"))
        assert "未来課" not in page
        assert "R9" not in page


def test_a_code_that_was_used_again_is_resolved_by_the_day(hr):
    old = make.department("旧課", code="001234", valid_to=REFORM)
    make.department("新課", code="001234", valid_from=date(2026, 4, 1))
    assert "旧課" in text_of(hr.get("/departments/001234/", {"on": "R7.3.31"})).partition("沿革")[0]
    now = text_of(hr.get("/departments/001234/"))
    assert "新課" in now.partition("沿革")[0]
    assert "旧課 (R6.4.1からR7.3.31まで)" in now
    between = hr.get("/departments/001234/", {"on": "R7.12.1"})
    assert between.status_code == 404
    assert "R6.4.1からR7.3.31まで 旧課" in text_of(between)
    assert old.name == "旧課"


def test_a_code_of_another_time_does_not_exist_for_the_staff(client):
    make.department("旧課", code="001234", valid_to=REFORM)
    client.force_login(make.user(make.posting().employee))
    answer = client.get("/departments/001234/")
    assert answer.status_code == 404
    assert "旧課" not in text_of(answer)
    assert client.get("/departments/999999/").status_code == 404


def test_a_head_sees_the_department_whole_and_the_staff_names_only(client):
    place = make.department("道路課")
    head = make.head_of(place)
    person = make.posting(make.employee("推進　員", employee_number="0012345"), to=place, title="主査").employee
    stages.promoter(person, cohort=FiscalYear(2024))
    make.posting(make.posting(make.employee("兼務　員")).employee, to=place, is_primary=False)
    client.force_login(make.user(head))
    whole = text_of(client.get(f"/departments/{place.code}/"))
    assert "0012345 推進　員 アオモリ タロウ 主査 正規 DX推進員(R6)" in whole
    assert "兼務　員" in whole
    client.force_login(make.user(make.posting().employee))
    plain = text_of(client.get(f"/departments/{place.code}/"))
    assert "推進　員" in plain
    for hidden in ("0012345", "主査", "DX推進員(R6)", "兼務　員", place.code, "これまでの記録"):
        assert hidden not in plain, hidden


def test_an_address_that_no_department_can_have_is_not_found(hr):
    for code in ("%00", "a" * 300, "%E3%81%82", "1 2"):
        assert hr.get(f"/departments/{code}/").status_code == 404, code
        assert hr.get(f"/departments/{code}/deputies/").status_code == 404, code


@pytest.mark.parametrize("who", ["hr", "employee"])
def test_the_number_of_queries_does_not_move_with_departments_or_people(client, django_assert_max_num_queries, who):
    own = make.posting().employee
    client.force_login(make.office(OfficeRole.HR, person=own) if who == "hr" else make.user(own))
    place = make.department()

    def queries(address: str) -> int:
        with django_assert_max_num_queries(15) as found:
            client.get(address)
        return len(found)

    def some(number: int) -> None:
        for _ in range(number):
            make.head_of(make.department())
            person = make.posting(to=place).employee
            make.absence(person)
            stages.promoter(person, department=place)

    addresses = ["/departments/", f"/departments/{place.code}/"]
    some(3)
    few = [queries(address) for address in addresses]
    some(27)
    assert [queries(address) for address in addresses] == few


def test_promoters_of_a_department_are_counted_as_they_are_marked(hr):
    """Two ways to the same number: the tree counts rows, the department's page marks people."""
    place = make.department()
    for cohort in (2024, 2025, 2026):
        stages.promoter(make.posting(to=place).employee, cohort=FiscalYear(cohort))
    gone = make.posting(to=place, valid_to=TODAY).employee
    stages.promoter(gone)
    stages.promoter(make.posting(make.posting().employee, to=place, is_primary=False).employee)
    (mark,) = marks.all_marks()
    people = Posting.objects.primary().on(TODAY).filter(department=place).values_list("employee", flat=True)
    assert mark.count(TODAY)[place.pk] == len(mark.words(list(people), TODAY)) == 3


def test_who_works_in_the_bureau_itself_breaks_no_page(client):
    """A 部局 has no 所属コード, and no page of its own."""
    bureau = make.bureau("総務部")
    chief = make.head_of(bureau, title="部長")
    make.posting(chief, to=make.department("防災課", parent=bureau), is_primary=False)
    make.posting(make.posting(to=make.department()).employee, to=bureau, is_primary=False)
    readers = [make.office(role) for role in OfficeRole.values] + [make.user(chief), make.user(make.posting().employee)]
    for user in readers:
        client.force_login(user)
        for address in ("/", "/people/", "/people/?bureau=総務部", "/people/?sort=-place", "/departments/"):
            assert client.get(address).status_code in {200, 403}, (user, address)
        assert client.get(f"/people/{chief.employee_number}/").status_code in {200, 404}
    client.force_login(readers[0])
    assert "総務部" in text_of(client.get(f"/people/{chief.employee_number}/"))
    assert "うち部局に直接配属1人" in text_of(client.get("/departments/"))


def test_a_bureau_without_departments_is_listed_with_its_people(hr):
    make.head_of(make.bureau("理事部"), title="理事")
    make.posting()
    page = hr.get("/departments/")
    assert "理事部 0所属、1人" in text_of(page)
    assert page.context["members"] == 2
    narrowed = hr.get("/departments/", {"head": "vacant"}).context["branches"]
    assert "理事部" not in [branch.bureau.name for branch in narrowed]
