"""Whose records may be seen: sixteen people, and every list, search, file and count against an independent reading."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Absence, Department, Deputy, Employee, OfficeRole, Posting, User
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories import stages
from tests.staff.reading import count, names

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = timedelta(days=1)
TOMORROW, YESTERDAY = TODAY + DAY, TODAY - DAY
OFFICES = {"hr", "dx", "info", "admin"}
PLANNERS = {"hr", "dx"}


@dataclass
class Prefecture:
    """A small prefecture with a past and a future; `numbers` of 職員 by what they are."""

    place: Department
    users: dict[str, User] = field(default_factory=dict)

    def see(self, who: str) -> User:
        """The login, as a request finds it."""
        return User.objects.get(pk=self.users[who].pk)


def login(person: Employee) -> User:
    return make.user(person)


def _promoter(place: Department) -> Employee:
    promoter = stages.promoter(make.posting().employee, cohort=FiscalYear(2024), department=place)
    return promoter.employee


def _moved(place: Department, on: date) -> Employee:
    """Head of the place until the day before `on`, then elsewhere."""
    person = make.head_of(place, valid_to=on)
    make.posting(person, valid_from=on)
    return person


@pytest.fixture
def prefecture() -> Prefecture:
    bureau = make.bureau("県土整備部")
    place = make.department("道路課", parent=bureau)
    head = make.head_of(place)
    colleague = make.posting(to=place).employee
    concurrent = make.posting().employee
    make.posting(concurrent, to=place, is_primary=False)
    people = {
        "head": head,
        "colleague": colleague,
        "concurrent": concurrent,
        "former head": _moved(place, TODAY),
        "head from tomorrow": make.posting(make.head_of(place, valid_from=TOMORROW), valid_to=TOMORROW).employee,
        "sibling's head": make.head_of(make.department(parent=bureau)),
        "parent's head": make.head_of(bureau),
        "stranger": make.posting().employee,
        "promoter of a past year": _promoter(place),
        "unplaced": make.employee(),
        "retired": make.posting(make.employee(left_on=TODAY), to=place, valid_to=TODAY).employee,
    }
    found = Prefecture(place, {who: login(person) for who, person in people.items()})
    deputies = {"deputy": {}, "deputy until yesterday": {"valid_to": TODAY}, "deputy from tomorrow": {}}
    dates = {"deputy from tomorrow": {"valid_from": TOMORROW, "valid_to": TOMORROW + DAY}}
    for who in deputies:
        person = make.posting().employee
        chosen = {"valid_from": TODAY, "valid_to": TOMORROW} if who == "deputy" else dates.get(who, {"valid_to": TODAY})
        make.deputy(place, person, **chosen)
        found.users[who] = login(person)
    found.users["disabled"] = make.user(make.head_of(make.department()), is_active=False)
    for role in OfficeRole:
        found.users[role.name.lower()] = make.office(role)
    make.absence(colleague, valid_from=YESTERDAY, valid_to=TOMORROW)
    make.absence(colleague, valid_from=TODAY + 9 * DAY)
    make.absence(head, valid_from=date(2025, 4, 1), valid_to=date(2025, 6, 1))
    make.posting(make.employee(hired_on=TODAY + 9 * DAY), to=place, valid_from=TODAY + 9 * DAY)
    make.department("未来課", parent=bureau, valid_from=TOMORROW)
    make.department("過去課", parent=bureau, valid_to=TODAY)
    return found


EVERYBODY = [
    "head", "colleague", "concurrent", "former head", "head from tomorrow", "sibling's head", "parent's head",
    "stranger", "promoter of a past year", "unplaced", "retired", "deputy", "deputy until yesterday",
    "deputy from tomorrow", "disabled", *(role.name.lower() for role in OfficeRole),
]  # fmt: skip
LOGINS = [who for who in EVERYBODY if who != "disabled"]
NOBODY_HERE = {"retired", "disabled", "viewer"}
HEADING = {"head", "deputy", "sibling's head", "parent's head"}


def places_of(prefecture: Prefecture, who: str) -> set[int]:
    """Departments over which the person has a head's powers today, read row by row."""
    if who in {"retired", "disabled"}:
        return set()
    mine = prefecture.users[who].employee_id
    headed = {
        row.department_id for row in Posting.objects.all() if row.employee_id == mine and holds(row) and row.is_head
    }
    lent = {row.department_id for row in Deputy.objects.all() if row.employee_id == mine and holds(row)}
    return headed | lent


def holds(row, day: date = TODAY) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day < row.valid_to)


def serves(person: Employee) -> bool:
    return (person.hired_on is None or person.hired_on <= TODAY) and (person.left_on is None or person.left_on > TODAY)


def whole_records(prefecture: Prefecture, who: str) -> set[int]:
    """The people whose record this person may open, by an independent reading of the rule."""
    if who in PLANNERS:
        return {row.pk for row in Employee.objects.all()}
    if who in OFFICES:
        return {row.pk for row in Employee.objects.all() if row.hired_on is None or row.hired_on <= TODAY}
    places = places_of(prefecture, who)
    people = {row.employee_id for row in Posting.objects.all() if holds(row) and row.department_id in places}
    user = prefecture.users[who]
    return people | ({user.employee_id} if user.employee and serves(user.employee) and user.is_active else set())


def test_the_prefecture_has_the_people_that_matter(prefecture):
    assert set(EVERYBODY) == prefecture.users.keys()
    assert len(EVERYBODY) >= 16
    assert {who for who in EVERYBODY if places_of(prefecture, who)} == HEADING


def test_records_are_seen_by_those_who_may(prefecture):
    for who in EVERYBODY:
        seen = Employee.objects.visible_to(prefecture.see(who), TODAY)
        assert set(seen.values_list("pk", flat=True)) == whole_records(prefecture, who), who


def test_postings_follow_the_records_and_never_lie_in_the_future(prefecture):
    for who in EVERYBODY:
        people = whole_records(prefecture, who)
        rows = [row for row in Posting.objects.all() if row.employee_id in people or who in OFFICES]
        expected = {row.pk for row in rows if who in PLANNERS or row.valid_from <= TODAY}
        seen = Posting.objects.visible_to(prefecture.see(who), TODAY)
        assert set(seen.values_list("pk", flat=True)) == expected, who


def test_that_somebody_is_away_is_told_on_the_day(prefecture):
    for who in EVERYBODY:
        people, own = whole_records(prefecture, who), prefecture.users[who].employee_id
        mine = own if own in people else None
        expected = {
            row.pk
            for row in Absence.objects.all()
            if who in PLANNERS
            or (row.valid_from <= TODAY and (who in OFFICES or row.employee_id == mine))
            or (row.employee_id in people and holds(row))
        }
        seen = Absence.objects.visible_to(prefecture.see(who), TODAY)
        assert set(seen.values_list("pk", flat=True)) == expected, who


def test_departments_of_today_are_seen_by_everybody_who_works_here(prefecture):
    for who in EVERYBODY:
        knows = who not in NOBODY_HERE
        expected = {
            row.pk
            for row in Department.objects.all()
            if who in PLANNERS or (who in OFFICES and row.valid_from <= TODAY) or (knows and holds(row))
        }
        seen = Department.objects.visible_to(prefecture.see(who), TODAY)
        assert set(seen.values_list("pk", flat=True)) == expected, who


def test_deputies_to_come_are_seen_by_the_head_and_the_offices(prefecture):
    for who in EVERYBODY:
        places = places_of(prefecture, who)
        expected = {
            row.pk
            for row in Deputy.objects.all()
            if who in OFFICES or (who not in NOBODY_HERE and holds(row)) or row.department_id in places
        }
        seen = Deputy.objects.visible_to(prefecture.see(who), TODAY)
        assert set(seen.values_list("pk", flat=True)) == expected, who


def test_a_record_opens_for_exactly_those_who_may(client, prefecture):
    """A stranger gets the page of one who does not exist."""
    near = Employee.objects.filter(postings__department=prefecture.place).distinct()
    for who in LOGINS:
        client.force_login(prefecture.see(who))
        may = whole_records(prefecture, who)
        for person in near:
            answer = client.get(f"/people/{person.employee_number}/").status_code
            assert answer == (200 if person.pk in may else 404), (who, person)


def in_roster(prefecture: Prefecture, who: str) -> set[int]:
    """Whom the list of whole records shows: people in service whom one may see as an office or a head."""
    seen = whole_records(prefecture, who)
    if who not in OFFICES:
        places = places_of(prefecture, who)
        seen &= {row.employee_id for row in Posting.objects.all() if holds(row) and row.department_id in places}
    return {row.pk for row in Employee.objects.filter(pk__in=seen) if serves(row)}


def test_the_list_its_search_and_its_count_agree(client, prefecture):
    near = Employee.objects.filter(postings__department=prefecture.place).distinct()
    for who in sorted(OFFICES | HEADING):
        client.force_login(prefecture.see(who))
        expected = in_roster(prefecture, who)
        page = client.get("/people/")
        assert count(page) == len(expected) == len(names(page)), who
        for person in near:
            found = client.get("/people/", {"q": person.employee_number})
            assert count(found) == (1 if person.pk in expected else 0), (who, person)


def test_the_file_has_the_rows_of_the_list(client, prefecture):
    for who in sorted(OFFICES):
        client.force_login(prefecture.see(who))
        answer = client.get("/people/download/", {"format": "csv"})
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[1:]
        people = Employee.objects.filter(pk__in=in_roster(prefecture, who))
        assert {line.split(",")[1] for line in lines} == set(people.values_list("employee_number", flat=True)), who


def test_the_directory_is_everybody_in_service_and_nothing_but_names(client, prefecture):
    working = [row for row in Employee.objects.all() if serves(row)]
    for who in set(LOGINS) - OFFICES - NOBODY_HERE:
        client.force_login(prefecture.see(who))
        page = client.get("/people/", {"scope": "all"})
        assert count(page) == len(working), who
        listed = page.content.decode().partition("<table")[2]
        assert not [row for row in Employee.objects.all() if row.employee_number in listed], who
        assert "課長" not in listed, who
        assert "休職" not in listed, who


def test_who_does_not_work_here_sees_no_directory(client, prefecture):
    """E6: access ends with service."""
    for who in NOBODY_HERE - {"disabled"}:
        client.force_login(prefecture.see(who))
        for address in ("/people/", "/departments/", f"/departments/{prefecture.place.code}/"):
            assert client.get(address).status_code == 403, (who, address)


@pytest.mark.parametrize("address", ["/people/", "/departments/", "/departments/{code}/", "/people/{number}/"])
def test_other_days_are_refused_with_a_sentence(client, prefecture, address):
    for who in set(LOGINS) - OFFICES - NOBODY_HERE:
        user = prefecture.see(who)
        client.force_login(user)
        place = address.format(code=prefecture.place.code, number=user.employee.employee_number)
        for day in (YESTERDAY, TOMORROW):
            answer = client.get(place, {"on": str(day)})
            assert answer.status_code == 403, (who, day)
            assert "今日現在の内容を表示します" in answer.content.decode(), (who, day)
        assert client.get(place, {"on": str(TODAY)}).status_code == 200, who


def test_the_offices_see_the_past_and_the_planners_the_future(client, prefecture):
    for who in OFFICES:
        client.force_login(prefecture.see(who))
        answers = [client.get("/people/", {"on": str(day)}).status_code for day in (YESTERDAY, TOMORROW)]
        assert answers == [200, 200 if who in PLANNERS else 403], who
