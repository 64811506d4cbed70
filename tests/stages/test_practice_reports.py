"""Practice reports: written, handed in, read by the head of the day, sent back, approved, kept out of the library."""

from datetime import date, timedelta

import pytest

from aomori_dx.kernel import closing
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import AuditEvent
from staff.models import Notice, OfficeRole, Posting
from stages import practice, practice_lists
from stages.models import PracticeReport
from stages.services import practice_reports as services
from tests.conftest import NOW
from tests.factories import growth, staff
from tests.factories import stages as make

pytestmark = pytest.mark.django_db

THEME = {"title": "照会のフォーム化", "current_work": "電話で受ける。", "tool": "kintone", "expected_effect": "半減"}
RESULT = {"minutes_before": 1200, "minutes_after": 300, "people": 4, "lessons": "小さく始める。", "cost": 0}


@pytest.fixture
def year():
    return make.enrollment(make.promoter(staff.posting().employee))


@pytest.fixture
def writer(year):
    return staff.user(year.promoter.employee)


@pytest.fixture
def head(year):
    return staff.user(staff.head_of(place_of(year)))


def place_of(year):
    return year.promoter.employee.postings.get().department


def told(person) -> list[str]:
    return list(Notice.objects.kept().filter(employee=person).order_by("pk").values_list("title", flat=True))


def asked_of(place) -> list[str]:
    return list(Notice.objects.kept().filter(department=place).order_by("pk").values_list("title", flat=True))


def handed_in(year, writer, head) -> PracticeReport:
    """With the head: the report."""
    row = services.write(year.pk, THEME, by=writer, at=NOW)
    services.submit(row.pk, by=writer, at=NOW)
    services.give_answer(row.pk, approves=True, comment="", by=head, at=NOW)
    services.write(year.pk, RESULT, by=writer, at=NOW)
    return services.submit(row.pk, by=writer, at=NOW)


def test_the_whole_way_from_a_draft_to_the_library(year, writer, head):
    row = services.write(year.pk, THEME, by=writer, at=NOW)
    assert (row.status, row.submitted_at) == ("draft", None)

    row = services.submit(row.pk, by=writer, at=NOW)
    assert (row.status, row.department) == ("theme_submitted", place_of(year))
    assert len(asked_of(place_of(year))) == 1

    row = services.give_answer(row.pk, approves=True, comment="よい着眼です。", by=head, at=NOW)
    assert (row.status, row.theme_approved_on) == ("working", NOW.date())
    assert not asked_of(place_of(year))

    services.write(year.pk, RESULT, by=writer, at=NOW)
    services.submit(row.pk, by=writer, at=NOW)
    row = services.give_answer(row.pk, approves=True, comment="", by=head, at=NOW)
    row.refresh_from_db()
    assert (row.status, row.approved_on, row.approved_by_name) == ("approved", NOW.date(), str(head))
    assert row.hours_saved == 180.0
    assert [(each.pk, each.hours) for each in practice_lists.library(NOW.date())] == [(row.pk, 180.0)]
    assert len(told(year.promoter.employee)) == 2


def test_every_act_twice_is_once(year, writer, head):
    row = handed_in(year, writer, head)
    for _ in range(2):
        services.submit(row.pk, by=writer, at=NOW)
        services.give_answer(row.pk, approves=False, comment="根拠を書いてください。", by=head, at=NOW)
        services.give_answer(row.pk, approves=False, comment="根拠を書いてください。", by=head, at=NOW)
        assert row.comments.count() == 1
        row = services.submit(row.pk, by=writer, at=NOW)
        row.comments.all().delete()
    services.give_answer(row.pk, approves=True, comment="", by=head, at=NOW)
    services.give_answer(row.pk, approves=True, comment="", by=head, at=NOW)
    assert AuditEvent.objects.filter(action="approve_report").count() == 1


def test_a_second_tab_is_told_and_overwrites_nothing(year, writer):
    row = services.write(year.pk, THEME, by=writer, at=NOW, seen="")
    shown = services.seen_of(row)
    services.write(year.pk, {**THEME, "tool": "RPA"}, by=writer, at=NOW, seen=shown)

    with pytest.raises(RuleBroken, match="別の画面で"):
        services.write(year.pk, {**THEME, "tool": "Excel"}, by=writer, at=NOW, seen=shown)
    row.refresh_from_db()
    assert row.tool == "RPA"


def test_what_is_missing_is_said_in_words(year, writer, head):
    row = services.write(year.pk, {"title": "照会"}, by=writer, at=NOW)

    with pytest.raises(RuleBroken, match="あと3項目が必要です: 現在の業務、手段・ツール、見込む効果"):
        services.submit(row.pk, by=writer, at=NOW)

    services.write(year.pk, THEME, by=writer, at=NOW)
    services.submit(row.pk, by=writer, at=NOW)
    services.give_answer(row.pk, approves=True, comment="", by=head, at=NOW)
    services.write(year.pk, {"minutes_before": 10, "is_reusable": True}, by=writer, at=NOW)
    with pytest.raises(
        RuleBroken, match="あと4項目が必要です: 改善後の時間、関係する人数、気づき・工夫、ほかの所属での使い方"
    ):
        services.submit(row.pk, by=writer, at=NOW)


def test_an_approved_theme_is_not_rewritten_with_the_report(year, writer, head):
    row = services.write(year.pk, THEME, by=writer, at=NOW)
    services.submit(row.pk, by=writer, at=NOW)
    with pytest.raises(RuleBroken, match="今は書き直せません"):
        services.write(year.pk, {"title": "別"}, by=writer, at=NOW)
    services.give_answer(row.pk, approves=True, comment="", by=head, at=NOW)

    row = services.write(year.pk, {"title": "別のテーマ", "people": 3}, by=writer, at=NOW)
    assert (row.title, row.people) == (THEME["title"], 3)


def test_the_next_reading_shows_what_changed_since_the_return(year, writer, head):
    row = handed_in(year, writer, head)
    services.give_answer(row.pk, approves=False, comment="測り直してください。", by=head, at=NOW)
    services.write(year.pk, {"minutes_after": 450}, by=writer, at=NOW)
    row = services.submit(row.pk, by=writer, at=NOW)

    found = practice.sheet(year, row, at=NOW).changes
    assert [(line.label, line.before, line.after) for line in found] == [("改善後(分/月)", "300", "450")]


def test_who_moves_is_read_by_the_new_head_and_no_more_by_the_former(year, writer, head):
    row = handed_in(year, writer, head)
    today = NOW.date()
    Posting.objects.filter(employee=year.promoter.employee).update(valid_to=today)
    new_place = staff.department()
    staff.posting(year.promoter.employee, to=new_place, valid_from=today)
    successor = staff.user(staff.head_of(new_place))

    assert [each.pk for each in practice_lists.rows_of_head(successor, on=today)] == [row.pk]
    assert not practice_lists.rows_of_head(head, on=today)
    assert not PracticeReport.objects.visible_to(head, today).exists()
    with pytest.raises(NotAllowed):
        services.give_answer(row.pk, approves=True, comment="", by=head, at=NOW)
    assert services.give_answer(row.pk, approves=True, comment="", by=successor, at=NOW).status == "approved"


def test_a_deputy_and_the_office_are_recorded_as_such(year, writer, head):
    row = services.write(year.pk, THEME, by=writer, at=NOW)
    services.submit(row.pk, by=writer, at=NOW)
    deputy = staff.user(staff.deputy(place_of(year)).employee)
    services.give_answer(row.pk, approves=True, comment="", by=deputy, at=NOW)
    assert AuditEvent.objects.get(action="approve_theme").by_name.endswith("(代理)")

    Posting.objects.filter(employee=head.employee).update(valid_to=NOW.date())
    place_of(year).deputies.all().delete()
    services.write(year.pk, RESULT, by=writer, at=NOW)
    services.submit(row.pk, by=writer, at=NOW)
    assert Notice.objects.kept().filter(office=OfficeRole.DX).count() == 1
    row = services.give_answer(row.pk, approves=True, comment="", by=staff.office(OfficeRole.DX), at=NOW)
    row.refresh_from_db()
    assert row.approved_by_name.endswith("(所属長不在のため代行)")


def test_a_head_answers_what_was_read_and_not_what_came_after(year, writer, head):
    row = handed_in(year, writer, head)
    shown = services.seen_of(row)
    services.give_answer(row.pk, approves=False, comment="もう少し。", by=head, at=NOW)
    services.write(year.pk, {"people": 9}, by=writer, at=NOW)
    services.submit(row.pk, by=writer, at=NOW)

    with pytest.raises(RuleBroken, match="表示したあとで"):
        services.give_answer(row.pk, approves=True, comment="", by=head, at=NOW, seen=shown)


def test_a_withdrawn_theme_makes_room_and_keeps_its_extension(year, writer, head):
    dx = staff.office(OfficeRole.DX)
    first = services.extend(year.pk, until=date(2027, 3, 10), reason="業務の繁忙", by=dx, at=NOW)
    assert (first.status, first.title) == ("draft", "")
    services.write(year.pk, THEME, by=writer, at=NOW)
    services.submit(first.pk, by=writer, at=NOW)
    services.withdraw(first.pk, by=writer, at=NOW)
    services.withdraw(first.pk, by=writer, at=NOW)
    assert not asked_of(place_of(year))[1:]  # the extension is told, the asking was called off

    second = services.write(year.pk, {"title": "別のテーマ"}, by=writer, at=NOW)
    assert second.pk != first.pk
    assert second.extended_to == date(2027, 3, 10)


@pytest.mark.parametrize(
    ("until", "reason", "refusal"),
    [
        (date(2026, 11, 22), "繁忙", "今日から"),
        (date(2028, 4, 1), "繁忙", "今日から"),
        (date(2027, 3, 1), " ", "延長の理由"),
    ],
)
def test_an_extension_is_to_come_and_has_a_reason(year, until, reason, refusal):
    with pytest.raises(RuleBroken, match=refusal):
        services.extend(year.pk, until=until, reason=reason, by=staff.office(OfficeRole.DX), at=NOW)


def test_only_the_office_extends_and_takes_back(year, writer, head):
    row = handed_in(year, writer, head)
    services.give_answer(row.pk, approves=True, comment="", by=head, at=NOW)
    for by in (writer, head, staff.office(OfficeRole.HR)):
        with pytest.raises(NotAllowed):
            services.extend(year.pk, until=date(2027, 3, 1), reason="繁忙", by=by, at=NOW)
        with pytest.raises(NotAllowed):
            services.revoke(row.pk, reason="誤り", by=by, at=NOW)

    row = services.revoke(row.pk, reason="根拠が足りない", by=staff.office(OfficeRole.DX), at=NOW)
    row.refresh_from_db()
    assert (row.status, row.approved_on, row.approved_by_name) == ("returned", None, "")
    assert not practice_lists.library(NOW.date()).exists()


def test_out_of_the_library_at_once_and_in_a_closed_year_too(year, writer, head):
    row = handed_in(year, writer, head)
    services.give_answer(row.pk, approves=True, comment="", by=head, at=NOW)
    later = NOW + timedelta(days=200)
    closing.close(year.fiscal_year, by=writer, at=later, reason="年度末")

    services.keep_out(row.pk, is_private=True, by=writer, at=later)
    assert not practice_lists.library(later.date()).exists()
    with pytest.raises(NotAllowed):
        services.keep_out(row.pk, is_private=False, by=head, at=later)
    with pytest.raises(RuleBroken, match="締められています"):
        services.revoke(row.pk, reason="誤り", by=staff.office(OfficeRole.DX), at=later)


def test_nobody_writes_for_another(year, writer, head):
    row = services.write(year.pk, THEME, by=writer, at=NOW)
    for by in (head, staff.office(OfficeRole.DX), staff.user(make.promoter(staff.posting().employee).employee)):
        for act in (
            lambda by=by: services.write(year.pk, {"title": "x"}, by=by, at=NOW),
            lambda by=by: services.submit(row.pk, by=by, at=NOW),
            lambda by=by: services.withdraw(row.pk, by=by, at=NOW),
        ):
            with pytest.raises(NotAllowed):
                act()


@pytest.mark.parametrize("status", ["completed", "not_completed", "withdrawn"])
def test_a_year_that_ended_takes_no_more_report(year, writer, status):
    row = services.write(year.pk, THEME, by=writer, at=NOW)
    type(year).objects.filter(pk=year.pk).update(status=status)

    with pytest.raises(RuleBroken, match="提出できません"):
        services.submit(row.pk, by=writer, at=NOW)


def test_words_go_to_the_other_side(year, writer, head):
    row = handed_in(year, writer, head)
    before = len(asked_of(place_of(year)))
    services.comment(row.pk, "測り方を教えてください。", by=head, at=NOW)
    services.comment(row.pk, "測り方を教えてください。", by=head, at=NOW)
    services.comment(row.pk, "一週間、記録しました。", by=writer, at=NOW)

    assert row.comments.count() == 2
    assert told(year.promoter.employee)[-1].endswith("コメントがあります。")
    assert len(asked_of(place_of(year))) == before + 1
    with pytest.raises(NotAllowed):
        services.comment(row.pk, "x", by=staff.office(OfficeRole.HR), at=NOW)


@pytest.mark.parametrize(("before", "after", "hours"), [(600, 0, 120.0), (0, 0, 0.0), (10, 25, -3.0), (5, 0, 1.0)])
def test_the_saving_is_the_same_in_the_row_and_in_the_query(year, before, after, hours):
    row = growth.report(year, minutes_before=before, minutes_after=after)

    assert row.hours_saved == hours
    assert PracticeReport.objects.with_hours().get().hours == pytest.approx(hours)


def test_the_library_is_found_however_it_is_written(year, writer, head):
    row = handed_in(year, writer, head)
    services.give_answer(row.pk, approves=True, comment="", by=head, at=NOW)

    for text in ("ＫＩＮＴＯＮＥ", "kintone 照会", "ﾌｫｰﾑ", "小さく　始める"):
        assert PracticeReport.objects.in_library().search(text).count() == 1, text
    assert not PracticeReport.objects.in_library().search("kintone 給与").exists()
