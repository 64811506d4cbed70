"""所属の承継: what became what, and the 兼務 that follow."""

from datetime import date

import pytest

from aomori_dx.kernel.models import AuditEvent
from staff.models import Posting, Succession, SuccessionKind
from tests.factories.files import department, person, succession, transfer
from tests.factories.loading import (
    R6,
    R7,
    R8,
    contradictions,
    counts,
    errors,
    everything,
    load,
    loaded,
    reasons,
    state_on,
)  # fmt: skip

pytestmark = pytest.mark.django_db
OLD = ("011870", "地域健康福祉部")
FIRST, SECOND = ("012330", "保健所"), ("012350", "福祉事務所")
KEPT = ("010110", "人事課")


def departments(*pairs, as_of: date) -> None:
    loaded("departments", *(department(code, name) for code, name in pairs), as_of=as_of)


def a_split() -> None:
    """地域健康福祉部 ended on 1 April 2025; 0000002 of 人事課 was there as 兼務."""
    departments(OLD, KEPT, as_of=R6)
    loaded(
        "roster",
        person("0000001", code=OLD[0]),
        person("0000002", "弘前　花子", code=KEPT[0], 兼務所属コード=OLD[0]),
    )
    departments(FIRST, SECOND, KEPT, as_of=R7)


def concurrent_on(day: date) -> list[tuple[str, str]]:
    rows = Posting.objects.concurrent().on(day).select_related("employee", "department")
    return [(row.employee.employee_number, row.department.name) for row in rows]


class TestSuccession:
    def test_every_row_is_a_succession_in_the_order_of_the_file(self):
        a_split()
        assert counts(loaded("successions", succession(OLD, FIRST), succession(OLD, SECOND), as_of=R7)) == {
            "created": 2
        }
        rows = Succession.objects.order_by("rank")
        assert [(r.predecessor.name, r.successor.name, r.kind, r.rank) for r in rows] == [
            ("地域健康福祉部", "保健所", SuccessionKind.SPLIT, 1),
            ("地域健康福祉部", "福祉事務所", SuccessionKind.SPLIT, 2),
        ]

    def test_the_same_file_again_changes_nothing(self):
        a_split()
        rows = [succession(OLD, FIRST), succession(OLD, SECOND)]
        loaded("successions", *rows, as_of=R7)
        before = everything()
        assert counts(loaded("successions", *rows, as_of=R7)) == {"unchanged": 2}
        assert everything() == before

    def test_a_corrected_kind_is_told_with_its_audit(self):
        a_split()
        loaded("successions", succession(OLD, FIRST, "改称"), as_of=R7)
        report = loaded("successions", succession(OLD, FIRST, "統合"), as_of=R7)
        assert report.changed_fields() == {"区分": 1}
        event = AuditEvent.objects.filter(action="succeeded").latest("pk")
        assert (event.before["kind"], event.after["kind"]) == ("renamed", "merged")

    def test_a_rename_that_the_list_of_departments_told_already_is_no_news(self):
        departments(KEPT, as_of=R6)
        departments((KEPT[0], "人財課"), as_of=R7)
        row = succession(KEPT, (KEPT[0], "人財課"), "改称")
        assert counts(loaded("successions", row, as_of=R7)) == {"unchanged": 1}

    def test_the_part_of_a_split_that_goes_on_is_no_succession(self):
        departments(KEPT, as_of=R6)
        departments(KEPT, FIRST, as_of=R7)
        rows = [succession(KEPT, KEPT), succession(KEPT, FIRST)]
        assert counts(loaded("successions", *rows, as_of=R7)) == {"created": 1, "unchanged": 1}

    def test_a_department_merges_into_one_that_goes_on(self):
        departments(OLD, KEPT, as_of=R6)
        departments(KEPT, as_of=R7)
        rows = [succession(OLD, KEPT, "統合"), succession(KEPT, KEPT, "統合")]
        assert counts(loaded("successions", *rows, as_of=R7)) == {"created": 1, "unchanged": 1}


class TestRefusing:
    def test_unknown_codes_wrong_names_and_doubles_are_told_at_once(self):
        a_split()
        rows = [
            succession(("999999", "ない"), FIRST),
            succession(OLD, ("012330", "保健部")),
            succession(OLD, SECOND),
            succession(OLD, SECOND),
            succession(KEPT, KEPT, "改称"),
            succession(OLD, FIRST, "消滅"),
        ]
        report = load("successions", *rows, as_of=R7)
        assert errors(report) == [
            (2, "旧所属コード"),
            (3, "新所属名"),
            (5, "旧所属コード"),
            (6, "新所属コード"),
            (7, "区分"),
        ]
        assert not Succession.objects.exists()

    def test_the_list_of_departments_comes_first(self):
        departments(OLD, as_of=R6)
        assert "先に所属一覧を取り込んでください" in reasons(load("successions", succession(OLD, FIRST), as_of=R7))


class TestConcurrentPosts:
    def test_they_follow_the_successor_that_is_named_first(self):
        a_split()
        loaded("successions", succession(OLD, SECOND), succession(OLD, FIRST), as_of=R7)
        assert concurrent_on(date(2025, 3, 31)) == [("0000002", "地域健康福祉部")]
        assert concurrent_on(R7) == [("0000002", "福祉事務所")]
        assert AuditEvent.objects.get(action="moved_along").after == {"兼務": "福祉事務所"}

    def test_who_is_posted_there_needs_no_concurrent_post(self):
        departments(OLD, KEPT, FIRST, as_of=R6)
        loaded("roster", person("0000002", code=FIRST[0], 兼務所属コード=OLD[0]))
        departments(KEPT, FIRST, as_of=R7)
        loaded("successions", succession(OLD, FIRST, "統合"), as_of=R7)
        assert concurrent_on(R7) == []

    def test_who_is_posted_there_by_the_transfers_keeps_one_post(self):
        a_split()
        loaded("successions", succession(OLD, FIRST), as_of=R7)
        loaded(
            "transfers",
            transfer("0000001", "組織改編", FIRST[0]),
            transfer("0000002", code=FIRST[0], name="弘前　花子"),
        )
        assert concurrent_on(R7) == []
        assert state_on(R7)["0000002"][0] == FIRST[0]

    def test_who_left_does_not_follow(self):
        a_split()
        loaded("transfers", transfer("0000001", "退職"), transfer("0000002", "退職", name="弘前　花子"))
        loaded("successions", succession(OLD, FIRST), as_of=R7)
        assert concurrent_on(R7) == []

    def test_learned_late_they_end_where_the_service_or_the_department_ended(self):
        a_split()
        loaded("transfers", transfer("0000001", "組織改編", SECOND[0]))
        loaded("transfers", transfer("0000002", "退職", name="弘前　花子", 発令年月日="R7.10.01"))
        departments(SECOND, KEPT, as_of=R8)
        loaded("successions", succession(OLD, FIRST), as_of=R7)
        assert concurrent_on(date(2025, 9, 30)) == [("0000002", "保健所")]
        assert concurrent_on(date(2025, 10, 1)) == []
        assert contradictions() == []

    def test_what_somebody_ended_stays_ended_when_the_file_comes_again(self):
        a_split()
        rows = [succession(OLD, FIRST), succession(OLD, SECOND)]
        loaded("successions", *rows, as_of=R7)
        loaded("transfers", transfer("0000001", "組織改編", FIRST[0]))
        loaded("roster", person("0000001", code=FIRST[0]), person("0000002", "弘前　花子", code=KEPT[0]), as_of=R7)
        assert concurrent_on(R7) == []
        loaded("successions", *rows, as_of=R7)
        assert concurrent_on(R7) == []

    def test_a_post_that_ended_by_itself_on_that_day_does_not_follow_a_part_of_its_department(self):
        departments(OLD, KEPT, as_of=R6)
        loaded("roster", person("0000002", code=KEPT[0], 兼務所属コード=OLD[0]))
        departments(OLD, KEPT, FIRST, as_of=R7)
        loaded("roster", person("0000002", code=KEPT[0]), as_of=R7)
        loaded("successions", succession(OLD, OLD), succession(OLD, FIRST), as_of=R7)
        assert concurrent_on(R7) == []
