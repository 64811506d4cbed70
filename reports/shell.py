"""What the frame of every page shows: who you are, the fiscal year, the menu, what the office must know."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from aomori_dx.kernel import clock, progress
from aomori_dx.kernel.fiscal_year import FiscalYear
from reports import permissions as may_read
from staff import permissions as may_staff
from staff import roles
from staff.models import Notice, User
from stages import permissions as may
from training import permissions as may_training

MOST_UNREAD = 99
SHORT_MENU = 10
"""Lines that are read at a glance: no headings."""


@dataclass(frozen=True)
class Entry:
    """A line of the menu: shown where the predicate says so and the address exists."""

    label: str
    url_name: str
    icon: str
    shown: Callable[[User, date], bool]


@dataclass(frozen=True)
class Section:
    """Entries that belong together, under a heading; without a label they come first, under none."""

    label: str
    entries: tuple[Entry, ...]


def everyone(user: User, on: date) -> bool:
    return True


def components(user: User, on: date) -> bool:
    return settings.SHOW_COMPONENTS and may_staff.run_the_system(user, on)


def certificates_of_others(user: User, on: date) -> bool:
    """The own ones stand on マイページ."""
    return roles.of(user, on).is_head or may_training.see_runs(user, on)


SECTIONS = (
    Section("", (Entry("ホーム", "reports:home", "house", everyone),)),
    Section(
        "自分",
        (
            Entry("マイページ", "training:me", "user", may_training.see_certificates),
            Entry("私の育成", "stages:my-progress", "gauge", may.apply_oneself),
            Entry("自薦", "stages:self-nomination", "pencil", may.apply_oneself),
            Entry("事例集", "stages:library", "search", may.see_library),
        ),
    ),
    Section(
        "所属長",
        (
            Entry("自分の所属", "stages:department", "list-checks", may.answer_calls),
            Entry("所属の必修研修", "training:department-training", "calendar", may_training.see_own_unfinished),
            Entry("活用の確認", "training:follow-ups", "list-checks", may_training.answer_follow_ups),
        ),
    ),
    Section(
        "育成",
        (
            Entry("ダッシュボード", "reports:dashboard", "gauge", may_read.see_dashboard),
            Entry("DX推進員", "stages:promoters", "users", may.see_promoters),
            Entry("実践報告", "stages:practices", "file-text", may.see_promoters),
            Entry("資格・検定", "stages:examinations", "check", may.see_promoters),
            Entry("修了判定", "stages:judgement", "circle-check", may.see_promoters),
            Entry("意向確認", "stages:wishes", "mail", may.see_promoters),
            Entry("カリキュラム", "stages:curricula", "file-text", may.see_curricula),
        ),
    ),
    Section(
        "推薦",
        (
            Entry("推薦と選考", "stages:nominations", "list-checks", may.see_nominations),
            Entry("推薦の状況", "reports:departments", "building-2", may.see_promoters),
            Entry("未回答への催促", "stages:reminders", "clock", may.see_nominations),
            Entry("通知書", "stages:documents", "file-text", may.see_nominations),
        ),
    ),
    Section(
        "研修",
        (
            Entry("研修の一覧", "training:courses", "calendar", may_training.see_catalogue),
            Entry("開催回", "training:runs", "list-checks", may_training.see_runs),
            Entry("受講の希望", "training:interests", "users", may_training.see_runs),
            Entry("必修研修", "training:requirements", "circle-check", may_training.see_requirements),
            Entry("修了者", "training:completions", "circle-check", may_training.see_completions),
            Entry("修了証", "training:certificates", "file-text", certificates_of_others),
            Entry("アンケートの結果", "training:survey-results", "gauge", may_training.see_survey_results),
        ),
    ),
    Section(
        "組織",
        (
            Entry("職員", "staff:people", "user", may_staff.see_directory),
            Entry("所属", "staff:departments", "network", may_staff.see_directory),
        ),
    ),
    Section(
        "管理",
        (
            Entry("ファイルの取込", "staff:imports", "file-up", may_staff.see_imports),
            Entry("メールの送信", "staff:letters", "mail", may_staff.see_letters),
            Entry("年度更新", "stages:rollover", "refresh-cw", may.see_rollover),
            Entry("年度の締め", "stages:years", "check", may.see_years),
            Entry("データの訂正", "admin:index", "file-pen", may_staff.open_admin),
            Entry("部品一覧", "ui", "blocks", components),
        ),
    ),
)
MENU = tuple(entry for section in SECTIONS for entry in section.entries)


def _address(entry: Entry) -> str:
    """Where the entry leads; empty where this installation does not have the screen."""
    try:
        return reverse(entry.url_name)
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class Line:
    """A menu entry as this page shows it."""

    label: str
    href: str
    icon: str
    here: bool
    within: bool


@dataclass(frozen=True)
class Part:
    """Lines of the menu under one heading."""

    label: str
    lines: list[Line]


class Shell:
    """Asked lazily: a fragment or a page without a frame costs no query."""

    def __init__(self, request: HttpRequest, at: datetime) -> None:
        self.request = request
        self.at = at
        self.on = at.date()
        self.user = getattr(request, "user", None)

    @property
    def known(self) -> bool:
        return self.user is not None and self.user.is_authenticated

    @cached_property
    def person(self) -> str:
        return self.user.get_full_name() if self.known else ""

    @property
    def account(self) -> str:
        """The 職員番号, or the login of an account that is no member of staff."""
        if not self.known:
            return ""
        employee = self.user.employee
        return f"職員番号 {employee.employee_number}" if employee else f"ログインID {self.user.username}"

    @property
    def place(self) -> str:
        posting = roles.of(self.user, self.on).primary if self.known else None
        return posting.department.name if posting else ""

    @property
    def title(self) -> str:
        posting = roles.of(self.user, self.on).primary if self.known else None
        return posting.title if posting else ""

    @cached_property
    def menu(self) -> list[Line]:
        if not self.known:
            return []
        shown = {entry: _address(entry) for entry in MENU if entry.shown(self.user, self.on)}
        above = [href for href in shown.values() if href != "/" and self.request.path.startswith(href or "?")]
        nearest = max(above, key=len, default="/" if self.request.path == "/" else "")
        return [
            Line(entry.label, href, entry.icon, here=href == self.request.path, within=href == nearest)
            for entry, href in shown.items()
            if href
        ]

    @cached_property
    def sections(self) -> list[Part]:
        """The menu under headings; a short one is one list."""
        if len(self.menu) <= SHORT_MENU:
            return [Part("", self.menu)]
        labels = {entry.label: section.label for section in SECTIONS for entry in section.entries}
        return [Part(label, list(lines)) for label, lines in groupby(self.menu, key=lambda line: labels[line.label])]

    @cached_property
    def unread(self) -> int:
        """How many notices wait to be opened, counted up to `MOST_UNREAD` + 1."""
        if not self.known:
            return 0
        rows = Notice.objects.visible_to(self.user, self.on).unread_by(self.user, self.on)
        return rows.order_by()[: MOST_UNREAD + 1].count()

    @property
    def unread_words(self) -> str:
        """99+ where there are more than can be read at a glance."""
        return f"{MOST_UNREAD}+" if self.unread > MOST_UNREAD else str(self.unread)

    @cached_property
    def notice(self) -> str:
        """For the offices: background work stands still."""
        if not self.known or not may_read.see_jobs(self.user, self.on):
            return ""
        seen = progress.worker_seen_at()
        if progress.is_alive(seen, at=self.at):
            return ""
        since = f"{seen.astimezone(clock.TOKYO):%-m月%-d日 %-H:%M}から" if seen else ""
        return (
            f"バックグラウンドの処理が{since}止まっています。"
            "計算や通知は、処理が再開されるまで待機します。画面の表示や入力には影響ありません。"
        )


def shell(request: HttpRequest) -> dict:
    """Context processor: `today`, `this_year` and `shell`."""
    at = clock.now()
    return {"today": at.date(), "this_year": FiscalYear.containing(at.date()), "shell": Shell(request, at)}
