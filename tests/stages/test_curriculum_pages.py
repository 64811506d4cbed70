"""カリキュラム on the site: the grid of a year, one version, both as a file."""

from datetime import date

import pytest
from django.test import Client

from staff.models import OfficeRole
from stages.models import CareerTrack, Curriculum, GrowthStage, StageEnrollment
from tests.conftest import NOW
from tests.factories import growth as make
from tests.factories import staff, training
from tests.factories import stages as make_stages
from tests.factories.stages import R7

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


class TestTheGrid:
    def test_it_says_what_counts_how_long_it_takes_and_for_how_many(self, dx):
        row = make.curriculum(training.course(hours=2), training.course(hours=1.5))
        make_stages.enrollment(curriculum=row)
        page = text(dx.get(URL))
        assert f"{URL}{row.pk}/" in page
        assert "2項目、必修3.5時間" in page
        assert "期限 R9.2.28、1人" in page

    def test_what_is_missing_is_said_with_a_link_that_fills_it(self, dx):
        make.curriculum(fiscal_year=R7, valid_from=date(2025, 4, 1), deadline=date(2026, 2, 1))
        make_stages.enrollment()
        page = text(dx.get(URL))
        assert "1人がカリキュラム未設定です。" in page
        assert '<a href="/plan/curricula/new/2026/1/">①業務効率化のカリキュラムを前年度から写す</a>' in page
        assert '<a href="/plan/curricula/new/2026/2/">②業務改善のカリキュラムを作る</a>' in page

    def test_a_stage_that_nobody_can_be_in_is_not_missing(self, dx):
        """R22"""
        page = text(dx.get(f"{URL}?year=R8"))
        assert "この段階に進む人が出るのは、令和9年度から" in page
        assert "④データ利活用のカリキュラムを作る" not in page

    def test_it_says_how_far_each_cohort_comes(self, dx):
        page = text(dx.get(URL))
        for cohort, stage in (("R6", "⑤AI等活用"), ("R9", "②業務改善"), ("R10", "①業務効率化")):
            assert f"<dt>{cohort}任命</dt><dd>{stage}</dd>" in page

    def test_a_sixth_stage_is_a_row_of_its_own(self, dx):
        """R19"""
        GrowthStage.objects.create(number=6, name="全国への展開")
        page = text(dx.get(URL))
        assert "⑥全国への展開" in page
        assert "最終年度(R10)までに、この段階に進む人はいません" in page

    def test_anybody_in_service_sees_what_is_published_and_no_more(self, anybody):
        shown, hidden = make.curriculum(), draft(stage=2)
        page = text(anybody.get(URL))
        assert f"{URL}{shown.pk}/" in page
        assert f"{URL}{hidden.pk}/" not in page
        assert "未設定" not in page
        assert "/plan/curricula/new/" not in page
        assert anybody.get(f"{URL}{hidden.pk}/").status_code == 404

    @pytest.mark.parametrize("query", ["year=R99", "year=x", "year=1900"])
    def test_a_year_that_cannot_be_is_not_there(self, dx, query):
        assert dx.get(f"{URL}?{query}").status_code == 404

    def test_it_takes_as_many_queries_for_many_as_for_few(self, dx, django_assert_max_num_queries):
        make.curriculum(training.course())
        with django_assert_max_num_queries(MOST_QUERIES) as few:
            dx.get(URL)
        for number in range(2, 6):
            row = make.curriculum(training.course(), training.course(), stage=number)
            for name in ("data", "ai"):
                track = CareerTrack.objects.get_or_create(code=name, defaults={"name": name})[0]
                make.curriculum(training.course(), stage=number, track=track)
            make_stages.enrollment(stage=number, curriculum=row)
        with django_assert_max_num_queries(len(few)):
            dx.get(URL)


class TestOneVersion:
    def test_everything_it_asks_for_by_the_way_it_is_done(self, anybody):
        row = make.curriculum(
            training.course(name="DX基礎", method="elearning", completion_rule="mark", hours=2), practice=True
        )
        make.item(row, training.course(name="RPA入門", method="hands_on"), is_required=False, skill="デジタル技術")
        make.item(row, title="ITパスポート", is_required=False)
        Curriculum.objects.filter(pk=row.pk).update(electives=1)
        page = text(anybody.get(f"{URL}{row.pk}/"))
        for words in (
            "DX基礎", "eラーニングの修了", "実践報告", "報告の承認", "ITパスポート", "資格・検定", "デジタル技術",
            "選択項目2項目のうち、1項目以上を修了します。", "必修</strong> 2項目、2時間", "令和9年2月28日",
        ):  # fmt: skip
            assert words in page
        assert "判定に使う人" not in page

    def test_the_change_from_the_version_before_with_its_reason(self, anybody):
        stays, goes, comes = (training.course(name=name) for name in ("残る研修", "なくなる研修", "加わる研修"))
        make.curriculum(stays, goes)
        row = make.curriculum(comes, version=2, reason="研修の入れ替え")
        make.item(row, stays, is_required=False)
        page = text(anybody.get(f"{URL}{row.pk}/"))
        assert "第1版からの変更" in page
        assert "理由: 研修の入れ替え" in page
        for words in ("加わる研修</th>", "なくなる研修</th>", "必修・選択</td><td>必修</td><td>選択</td>"):
            assert words in page

    def test_it_takes_as_many_queries_for_many_as_for_few(self, dx, django_assert_max_num_queries):
        row = make.curriculum(training.course())
        with django_assert_max_num_queries(MOST_QUERIES) as few:
            dx.get(f"{URL}{row.pk}/")
        for number in range(2, 5):
            last = make.curriculum(*(training.course() for _ in range(10)), version=number, reason="改定")
            make_stages.enrollment(curriculum=last)
        with django_assert_max_num_queries(len(few)):
            dx.get(f"{URL}{last.pk}/")

    def test_who_has_none_is_given_it_by_a_button(self, dx):
        row = make.curriculum()
        waits = make_stages.enrollment()
        assert "カリキュラム未設定の人が1人います" in text(dx.get(f"{URL}{row.pk}/"))
        assert dx.post(f"{URL}{row.pk}/give/").status_code == 302
        waits.refresh_from_db()
        assert waits.curriculum == row
        assert "カリキュラム未設定の人が" not in text(dx.get(f"{URL}{row.pk}/"))


class TestFiles:
    def test_an_item_a_row(self, anybody):
        row = make.curriculum(training.course(name="DX基礎", hours=1.5), practice=True)
        draft(stage=2)
        answer = anybody.get(f"{URL}download/?curriculum={row.pk}&format=csv&charset=utf-8")
        lines = b"".join(answer.streaming_content).decode().splitlines()
        assert len(lines) == 3
        assert lines[0].startswith("年度(西暦),年度(和暦),ステージ番号,")
        assert "DX基礎,1,90,出席" in lines[1]
        whole = anybody.get(f"{URL}download/?year=R8&format=csv&charset=utf-8")
        assert len(b"".join(whole.streaming_content).decode().splitlines()) == 3

    def test_a_draft_is_in_the_file_of_those_who_see_drafts(self, dx, anybody):
        row = draft()
        url = f"{URL}download/?curriculum={row.pk}"
        assert dx.get(url).status_code == 200
        assert anybody.get(url).status_code == 404
        assert anybody.get(f"{URL}download/?curriculum=x").status_code == 404

    def test_nobody_is_changed_by_looking(self, dx):
        row = make.curriculum(training.course())
        make_stages.enrollment()
        for url in (URL, f"{URL}{row.pk}/", f"{URL}{row.pk}/people/", f"{URL}download/"):
            dx.get(url)
        assert StageEnrollment.objects.get().curriculum is None
        assert Curriculum.objects.get().published_at == NOW
