"""The columns of e-learning files, in the names that platforms and offices give them."""

from typing import Any

from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.reading import Column
from training.imports import elearning_cells as parse

WHO = "職員番号・メールアドレス・アカウント・氏名のどれか"


def _column(key: str, names: str, parser: cells.Parser, *, empty: Any = None, one_of: str = "") -> Column:
    """A column that may be missing; its names are parted by line breaks and commas."""
    labels = tuple(name for name in (part.strip() for part in names.replace("\n", ",").split(",")) if name)
    return Column(key, labels, parser, required=False, filled=False, empty=empty, one_of=one_of)


NUMBER = """職員番号, 職員No, 職員コード, 職員ID, IDナンバー, ID番号, ID number, idnumber, 社員番号, 従業員番号
employee_id, employee_number, user_external_id, External ID"""
EMAIL = (
    """メールアドレス, user_email, Email address, email, e-mail, メール, E-mailアドレス, ユーザーのメール, User email"""
)
ACCOUNT = """アカウント, ユーザーID, ユーザID, ログインID, ログイン名, ユーザー名, ユーザ名, username, login, user_id"""
NAME = """氏名, 職員氏名, 名前, 受講者名, 受講者, フルネーム, user_name, Name, Full name"""
TITLE = """研修名, コース名, 講座名, 研修, コース, 講座, 科目名, 教材名, item_title, Course name, course_title, course
Course full name, 学習コース名"""
ITEM = """研修コード, コースコード, コースID, 講座コード, 講座ID, item_id, course_id, Course ID, Course short name
shortname, コース省略名"""
STATE = """受講状況, 修了状況, 完了状況, 受講状態, 状況, 状態, ステータス, 修了区分, 合否, 結果, 修了, status
completion_status, Completion state, item_status"""
DONE_ON = """修了日, 完了日, 修了年月日, 修了日時, 完了日時, 受講完了日, 受講日, item_completion_time
item_completion_date, completion_time, completion_date, completed_at, timecompleted, Completion date
Date completed"""
STARTED_ON = """開始日, 受講開始日, 開始日時, 開始年月日, item_start_time, item_start_date, item_first_access_date
start_time, started_at, Date started"""

COLUMNS = (
    _column("number", NUMBER, cells.limited(40), empty="", one_of=WHO),
    _column("email", EMAIL, cells.limited(254), empty="", one_of=WHO),
    _column("account", ACCOUNT, cells.limited(254), empty="", one_of=WHO),
    _column("name", NAME, cells.limited(100), empty="", one_of=WHO),
    _column("kana", "氏名カナ, カナ, フリガナ, 氏名(カナ), カナ氏名", cells.limited(100), empty=""),
    _column("title", TITLE, cells.limited(200), empty=""),
    _column("item", ITEM, cells.limited(200), empty=""),
    _column("state", STATE, parse.state),
    _column("marked", "修了済, item_marked_complete, marked_complete, is_completed, completed", cells.flag),
    _column(
        "ratio",
        "進捗率, 進捗, 完了率, 受講率, item_completion_ratio, completion_ratio, progress, item_progress",
        parse.share,
    ),
    _column("done_on", DONE_ON, parse.moment),
    _column("started_on", STARTED_ON, parse.moment),
    _column(
        "score", "得点, 点数, スコア, 成績, 評点, テスト得点, score, item_score, grade, item_final_result", parse.score
    ),
)
