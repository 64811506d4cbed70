"""カリキュラム on the site: a draft from last year's to its publication, two officers at it, a revision."""

from datetime import date

import pytest
from django.test import Client

from staff.models import OfficeRole
from stages.models import Curriculum, CurriculumItem
from stages.services import curricula, curriculum_items
from tests.factories import growth as make
from tests.factories import staff, training
from tests.factories import stages as make_stages
from tests.factories.stages import R7, R8

pytestmark = pytest.mark.django_db
URL = "/plan/curricula/"
MOST_QUERIES = 12
HEADER = {"valid_from": "R8.4.1", "deadline": "R9.2.28", "electives": "0", "elective_hours": "0"}


def browser(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def dx():
    make_stages.plan()
    return browser(staff.office(OfficeRole.DX, person=staff.posting().employee))


@pytest.fixture
def anybody():
    make_stages.stages()
    return browser(staff.user(staff.posting().employee))


def text(answer) -> str:
    return answer.content.decode()


def draft(*courses, **fields) -> Curriculum:
    return make.curriculum(*(courses or [training.course()]), state="draft", published_at=None, **fields)


class TestADraft:
    def test_from_last_years_to_its_publication(self, dx):
        """R18: what an officer does in March, step by step."""
        make.curriculum(
            training.course(), fiscal_year=R7, valid_from=date(2025, 4, 1), deadline=date(2026, 2, 20), electives=0
        )
        waits = make_stages.enrollment()
        page = text(dx.get(f"{URL}new/2026/1/"))
        source = Curriculum.objects.get().pk
        assert f'value="{source}" id="id_source_0" checked' in page or "令和7年度 共通 第1版を写す" in page
        answer = dx.post(f"{URL}new/2026/1/", {"source": source}, follow=True)
        row = Curriculum.objects.get(fiscal_year=R8)
        assert answer.redirect_chain[-1][0] == f"{URL}{row.pk}/edit/"
        course = training.course(name="加える研修", level=1)
        assert "加える研修" in text(dx.get(f"{URL}{row.pk}/edit/"))
        dx.post(f"{URL}{row.pk}/items/", {"course": [course.pk], "as": "elective"})
        dx.post(
            f"{URL}{row.pk}/items/", {"kind": "practice", "title": "業務を1件改善", "is_required": "True", "hours": 10}
        )
        assert list(row.items.values_list("is_required", flat=True)) == [True, False, True]
        page = text(dx.get(f"{URL}{row.pk}/publish/"))
        assert "カリキュラム未設定の1人に割り当てます。" in page
        answer = dx.post(f"{URL}{row.pk}/publish/", follow=True)
        assert "カリキュラム未設定の1人に割り当てました。" in text(answer)
        waits.refresh_from_db()
        assert waits.curriculum == row

    def test_what_cannot_be_published_says_why_and_changes_nothing(self, dx):
        row = draft(electives=3)
        page = dx.get(f"{URL}{row.pk}/publish/")
        assert "選択項目は0項目しかありませんが、3項目の受講を求めています。" in text(page)
        assert dx.post(f"{URL}{row.pk}/publish/").status_code == 409
        assert Curriculum.objects.get().state == "draft"

    def test_the_second_officer_loses_nothing_typed(self, dx):
        row = draft()
        seen = curricula.curriculum_seen.of(row, curricula.STATED)
        Curriculum.objects.filter(pk=row.pk).update(electives=1)
        typed = {**HEADER, "deadline": "R9.2.10", "seen": seen}
        answer = dx.post(f"{URL}{row.pk}/edit/", typed)
        assert answer.status_code == 409
        page = text(answer)
        assert "「選択項目の数」は、いま「1」です。" in page
        assert 'value="R9.2.10"' in page
        again = dict(typed, seen=curricula.curriculum_seen.of(Curriculum.objects.get(), curricula.STATED))
        assert dx.post(f"{URL}{row.pk}/edit/", again).status_code == 302
        assert Curriculum.objects.get().deadline == date(2027, 2, 10)

    def test_a_day_of_another_year_is_refused_beside_what_was_typed(self, dx):
        row = draft()
        seen = curricula.curriculum_seen.of(row, curricula.STATED)
        answer = dx.post(f"{URL}{row.pk}/edit/", {**HEADER, "deadline": "R9.5.1", "seen": seen})
        assert answer.status_code == 409
        assert "修了の期限(令和9年5月1日)は、令和8年度の日付" in text(answer)
        assert 'value="R9.5.1"' in text(answer)

    def test_an_item_is_changed_moved_and_taken_out(self, dx):
        row = draft(training.course(), training.course())
        one, two = row.items.order_by("position")
        url = f"{URL}{row.pk}/items/{two.pk}/"
        seen = curricula.curriculum_seen.of(two, curriculum_items.STATED)
        assert dx.post(url, {"title": "", "seen": seen}).status_code == 422
        typed = {
            "seen": seen,
            "title": "短縮版",
            "hours": "1.5",
            "is_required": "False",
            "due_on": "R8.12.25",
            "skill": "データ活用",
        }
        assert dx.post(url, typed)["Location"].endswith(f"/edit/#item-{two.pk}")
        two.refresh_from_db()
        assert (two.title, two.is_required, two.due_on) == ("短縮版", False, date(2026, 12, 25))
        dx.post(f"{url}up/")
        assert list(row.items.order_by("position").values_list("pk", flat=True)) == [two.pk, one.pk]
        dx.post(f"{url}remove/")
        assert list(row.items.values_list("pk", flat=True)) == [one.pk]
        assert dx.post(f"{url}remove/").status_code == 409

    def test_courses_are_found_by_their_name(self, dx):
        training.course(name="プレゼンテーション", level=4)
        row = draft()
        assert "プレゼンテーション" not in text(dx.get(f"{URL}{row.pk}/edit/"))
        assert "プレゼンテーション" in text(dx.get(f"{URL}{row.pk}/edit/?q=プレゼン"))
        assert "「無い」に合う" in text(dx.get(f"{URL}{row.pk}/edit/?q=無い"))

    def test_a_published_one_cannot_be_opened_for_writing(self, dx):
        row = make.curriculum(training.course())
        item = row.items.get().pk
        assert dx.get(f"{URL}{row.pk}/edit/").status_code == 409
        for url, typed in (
            (f"{URL}{row.pk}/edit/", HEADER),
            (f"{URL}{row.pk}/items/", {"course": training.course().pk}),
            (f"{URL}{row.pk}/items/{item}/remove/", {}),
            (f"{URL}{row.pk}/discard/", {}),
        ):
            assert dx.post(url, typed).status_code == 409
        assert CurriculumItem.objects.count() == 1

    def test_it_is_thrown_away(self, dx):
        row = draft()
        answer = dx.post(f"{URL}{row.pk}/discard/", follow=True)
        assert "の下書きを破棄しました。" in text(answer)
        assert not Curriculum.objects.exists()

    def test_a_revision_begins_with_why(self, dx):
        row = make.curriculum(training.course())
        assert dx.post(f"{URL}{row.pk}/revise/", {"valid_from": "R8.10.1", "reason": ""}).status_code == 422
        answer = dx.post(f"{URL}{row.pk}/revise/", {"valid_from": "R8.10.1", "reason": "研修の入れ替え"})
        new = Curriculum.objects.get(version=2)
        assert answer["Location"] == f"{URL}{new.pk}/edit/"
        assert dx.post(f"{URL}{row.pk}/revise/", {"valid_from": "R8.10.1", "reason": "二重"}).status_code == 409

    def test_the_page_takes_as_many_queries_for_many_as_for_few(self, dx, django_assert_max_num_queries):
        row = draft()
        with django_assert_max_num_queries(MOST_QUERIES) as few:
            dx.get(f"{URL}{row.pk}/edit/")
        for _ in range(20):
            make.item(row, training.course())
            training.course(level=1)
        with django_assert_max_num_queries(len(few)):
            dx.get(f"{URL}{row.pk}/edit/")


def test_last_years_are_copied_by_one_button(dx):
    make.curriculum(training.course(), fiscal_year=R7, valid_from=date(2025, 4, 1), deadline=date(2026, 2, 20))
    assert "前年度の1件をまとめて下書きに写す" in text(dx.get(URL))
    answer = dx.post(f"{URL}copy/2026/", follow=True)
    assert "令和7年度から1件の下書きを作りました。" in text(answer)
    assert Curriculum.objects.get(fiscal_year=R8).state == "draft"
