"""`/people/<number>/`: the record of a day and the line of time."""

from datetime import date, timedelta

import pytest

from aomori_dx.kernel import audit
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import AuditEvent
from staff import timeline
from staff.models import AbsenceReason, Employee, OfficeRole, User
from stages.models import StageStatus
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories import stages
from tests.staff.reading import text_of

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = timedelta(days=1)
REFORM = date(2025, 4, 1)


@pytest.fixture
def person() -> Employee:
    """Somebody whose department got another name, who has a 兼務, was away and changed the name."""
    row = make.employee("工藤　葵", kana="ｸﾄﾞｳ ｱｵｲ", former_name="髙橋　葵", employee_number="0012345")
    old = make.department("農林水産部", parent=make.bureau("中南地域県民局"), valid_to=REFORM)
    new = make.department("中南農林水産事務所", code="000480", parent=make.bureau("農林部"), valid_from=REFORM)
    make.posting(row, to=old, valid_to=REFORM, posted_on=date(2023, 4, 1))
    make.posting(row, to=new, valid_from=REFORM, posted_on=REFORM, title="主査", is_manager=True)
    make.posting(row, to=make.department("防災課"), is_primary=False, valid_from=date(2026, 5, 1))
    make.absence(row, AbsenceReason.CHILDCARE, valid_from=date(2025, 6, 1), valid_to=date(2026, 1, 1))
    names = {"before": {"氏名": "髙橋　葵"}, "after": {"氏名": "工藤　葵"}}
    audit.record(row, "roster_changed", by=None, at=NOW, **names)
    return row


def read(client, user: User, person: Employee, **query) -> str:
    client.force_login(user)
    answer = client.get(f"/people/{person.employee_number}/", query)
    assert answer.status_code == 200
    return text_of(answer)


def test_the_line_of_time_tells_a_life_under_the_names_of_then(client, person):
    page = read(client, make.office(OfficeRole.HR), person)
    for words in (
        "R7.4.1から 配属 農林部 中南農林水産事務所 主査、管理職",
        "R6.4.1からR7.3.31まで 配属 中南地域県民局 農林水産部 主事、R5.4.1着任",
        "R8.5.1から 兼務",
        "R7.6.1からR7.12.31まで 休職等 育児休業",
        "R8.11.23 氏名 氏名の変更 髙橋　葵 → 工藤　葵",
        "H22.4.1 採用 採用",
        "旧姓・旧氏名 髙橋　葵",
    ):
        assert words in page, words


def test_the_newest_comes_first(client, person):
    entries = timeline.of_employee(person, [], user=make.office(OfficeRole.HR), on=TODAY)
    assert [entry.on for entry in entries] == sorted((entry.on for entry in entries), reverse=True)


def test_the_record_is_that_of_the_day(client, person):
    office = make.office(OfficeRole.HR)
    past = read(client, office, person, on="R7.3.31").partition("これまでの記録")[0]
    assert "農林水産部 中南地域県民局" in past
    assert "中南農林水産事務所" not in past
    away = read(client, office, person, on="R7.12.31").partition("これまでの記録")[0]
    assert "休職等 育児休業" in away
    assert "この日には在職していません" in read(client, office, person, on="H20.4.1")


def test_the_programme_adds_appointment_stages_and_withdrawal(client, person):
    promoter = stages.promoter(
        person, cohort=FiscalYear(2024), department=make.department("税務課"), withdrawn_on=date(2026, 9, 1)
    )
    stages.enrollment(promoter, status=StageStatus.COMPLETED, status_on=date(2025, 3, 7))
    stages.enrollment(promoter, stage=2, fiscal_year=FiscalYear(2025))
    office = make.office(OfficeRole.HR)
    page = read(client, office, person)
    for words in (
        "R6.6.3 任命 DX推進員に任命(令和6年度、推薦枠) 推薦所属 税務課",
        "R6.6.3からR7.3.7まで 育成 ①業務効率化(令和6年度) 修了",
        "R7.6.3から 育成 ②業務改善(令和7年度) 受講中",
        "R8.9.1 辞退 DX推進員を辞退",
    ):
        assert words in page, words
    assert f'href="/promoters/{promoter.pk}/"' in client.get("/people/0012345/").content.decode()


def test_a_promoter_without_a_year_yet_is_told_too(client, person):
    stages.promoter(person)
    assert "DX推進員に任命(令和8年度、推薦枠)" in read(client, make.office(OfficeRole.HR), person)


def test_links_upstairs_are_for_those_who_may_follow_them(client, person):
    stages.promoter(person)
    client.force_login(make.user(person))
    assert "/promoters/" not in client.get("/people/0012345/").content.decode()


def test_a_deputyship_is_part_of_a_life(client, person):
    make.deputy(make.department("税務課"), person)
    make.deputy(make.department("会計課"), person, cancelled_at=NOW)
    page = read(client, make.office(OfficeRole.HR), person)
    assert "R8.11.1からR8.11.30まで 代理 税務課 所属長の代理" in page
    assert "会計課" not in page


@pytest.mark.parametrize(
    ("role", "told"),
    [(OfficeRole.HR, True), (OfficeRole.DX, False), (OfficeRole.INFO, False), (OfficeRole.ADMIN, False)],
)
def test_why_somebody_was_away_is_for_hr(client, person, role, told):
    page = read(client, make.office(role), person)
    assert "R7.6.1からR7.12.31まで 休職等" in page
    assert ("育児休業" in page) == told


def test_oneself_may_read_the_own_reason(client, person):
    assert "育児休業" in read(client, make.user(person), person)


def test_a_head_is_told_that_somebody_is_away_now_and_not_of_former_times(client, person):
    place = person.postings.get(valid_from=REFORM).department
    head = make.user(make.head_of(place))
    assert "R7.6.1" not in read(client, head, person)
    make.absence(person, AbsenceReason.SICK, valid_from=TODAY, valid_to=TODAY + DAY)
    page = read(client, head, person)
    assert "休職等" in page
    assert "病気" not in page
    assert "R8.11.23から " in page  # when it ends lies in the future


def test_the_future_is_for_those_who_prepare_it(client, person):
    """R10: 予定 is invisible to everybody else, its end dates too."""
    coming = date(2027, 4, 1)
    now = person.postings.get(valid_from=REFORM)
    now.valid_to = coming
    now.save()
    make.posting(person, to=make.department("秘書課", valid_from=coming), valid_from=coming)
    make.absence(person, AbsenceReason.LEAVE, valid_from=date(2027, 5, 1))
    person.left_on = date(2028, 4, 1)
    person.save()
    head = make.user(make.head_of(now.department))
    for user in (head, make.user(person), make.office(OfficeRole.INFO), make.office(OfficeRole.ADMIN)):
        page = read(client, user, person)
        for secret in ("秘書課", "R9.3.31", "R9.5.1", "R10.4.1", "令和10年4月"):
            assert secret not in page, (user, secret)
        assert "R7.4.1から 配属" in page
    for role in (OfficeRole.HR, OfficeRole.DX):
        page = read(client, make.office(role), person)
        for word in ("R7.4.1からR9.3.31まで 配属", "R9.4.1から 配属", "秘書課", "R9.5.1から", "R10.4.1 退職"):
            assert word in page, (role, word)
        assert "秘書課" in read(client, make.office(role), person, on="R9.4.1").partition("これまでの記録")[0]


def test_looking_at_somebody_elses_record_is_recorded(client, person):
    office = make.office(OfficeRole.HR)
    read(client, office, person)
    assert AuditEvent.objects.get(action="viewed").by_id == office.pk
    read(client, make.user(person), person)
    assert AuditEvent.objects.filter(action="viewed").count() == 1


def test_an_address_that_no_record_can_have_is_not_found(client):
    client.force_login(make.office(OfficeRole.HR))
    for number in ("%00", "a" * 300, "%E3%81%82", "..", "1 2"):
        assert client.get(f"/people/{number}/").status_code == 404, number


def test_a_finder_is_registered_once():
    before = list(timeline._of_people)
    timeline.register(timeline.coming_and_going)
    assert timeline._of_people == before


def test_the_page_asks_the_same_however_long_the_life(client, person, django_assert_max_num_queries):
    stages.enrollment(stages.promoter(person))
    client.force_login(make.office(OfficeRole.HR, person=make.posting().employee))

    def queries() -> int:
        with django_assert_max_num_queries(16) as found:
            client.get("/people/0012345/")
        return len(found)

    few = queries()
    for year in range(2011, 2024):
        day = date(year, 4, 1)
        make.posting(person, to=make.department(valid_from=day), valid_from=day, valid_to=date(year + 1, 4, 1))
    assert queries() == few
