"""From audit events to lines that a person reads: what the act was, what it changed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models

from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.fields import FiscalYearField
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.models import AuditEvent
from aomori_dx.kernel.wareki import format_date

ACTIONS = {
    "added": "追加",
    "corrected": "訂正",
    "removed": "削除",
    "status_corrected": "状態の訂正",
    "password_set": "パスワードの設定",
    "second_factor_reset": "二要素認証の解除",
    "exported": "ファイルへの出力",
    "viewed": "閲覧",
    "load_policy": "方針の登録",
    "year_closed": "年度の締め",
    "year_reopened": "締めの解除",
    "opened": "新設",
    "edited": "変更",
    "ended": "廃止",
    "voided": "取消",
    "succeeded": "承継",
    "unplaced": "所属の廃止",
    "moved_along": "所属の改編",
    "reorganised": "組織改正",
    "inherited": "引き継ぎ",
    "roster_created": "名簿による登録",
    "roster_changed": "名簿による変更",
    "roster_ended": "名簿による退職",
    "transfer_created": "異動による登録",
    "transfer_changed": "異動",
    "transfer_ended": "異動による退職",
    "account_created": "アカウントの作成",
    "role_granted": "役割の付与",
    "created": "登録",
    "renumbered": "職員番号の切替",
    "shortened": "期間の短縮",
    "cancelled": "取消",
    "appointed": "任命",
    "stage_recorded": "年度の育成の登録",
    "start": "開始",
    "complete": "修了",
    "end_without_completion": "未修了",
    "recognise": "認定",
    "repeat": "再履修",
    "carry_on": "継続",
    "stay_suspended": "中断の継続",
    "take_back": "判定の取消(状態)",
    "take_back_suspended": "判定の取消(状態)",
    "judgement_drafted": "判定案",
    "judgement_taken_back": "判定の取消",
    "issued": "案内",
    "suspend": "中断",
    "resume": "再開",
    "withdraw": "辞退",
    "withdraw_with_promoter": "辞退",
    "accept": "確認の完了",
    "refuse": "エラーの発見",
    "recheck": "再確認",
    "apply": "適用",
    "undo": "適用の取り消し",
    "discard": "破棄",
    "requested": "申込",
    "confirm": "確定",
    "queue": "キャンセル待ち",
    "reject": "却下",
    "cancel": "取消",
    "cancel_by_office": "取消(担当)",
    "cancel_with_run": "取消(開催中止)",
    "promote": "繰上げ確定",
    "turn_down_seat": "辞退",
    "confirm_moved": "確定(中止した回から)",
    "queue_moved": "キャンセル待ち(中止した回から)",
    "attend": "受講済",
    "miss": "欠席",
    "fail": "未修了",
    "reopen": "判定の訂正",
    "roll_taken": "出欠の記録",
    "roll_corrected": "出欠の訂正",
    "checked_in": "受付",
    "score_entered": "得点の登録",
    "substituted": "振替",
    "open": "募集開始",
    "close": "締切",
    "hold": "実施済",
    "training.courserun:cancel": "中止",
    "issue": "発出",
    "copied": "前年度からの写し",
    "take_up": "審査開始",
    "send_back": "差戻し",
    "submit": "提出",
    "endorse": "同意",
    "not_endorse": "不同意",
    "put_on_reserve": "補欠",
    "decline": "不採用",
    "withdraw_by_office": "取下げ(事務局)",
    "put_aside": "受け付けない",
    "move_up": "繰上げ決定",
    "turn_down": "辞退",
    "lapse": "回答期限切れ",
    "proposed": "選考案",
    "scored": "評点",
    "ordered": "補欠の順位",
    "asked": "繰上げの照会",
    "reminded": "催促",
    "printed": "通知書の出力",
    "clashed": "重複の検出",
    "merged": "併合",
    "cleared": "確認済み",
    "place_reopened": "再推薦の依頼",
    "declined_to_nominate": "推薦なし",
    "taken_back": "回答の取消",
    "promoter_withdrawn": "DX推進員の辞退",
    "survey_opened": "アンケートの開始",
    "answered": "回答",
    "publish": "公開",
    "item_added": "項目の追加",
    "item_changed": "項目の変更",
    "item_removed": "項目の削除",
    "items_ordered": "項目の並べ替え",
    "draft_discarded": "下書きの破棄",
    "curriculum_assigned": "カリキュラムの割当",
    "curriculum_switched": "カリキュラムの版の切替",
    "submit_theme": "テーマの提出",
    "approve_theme": "テーマの承認",
    "return_theme": "テーマの差戻し",
    "submit_report": "報告の提出",
    "approve_report": "報告の承認",
    "return_report": "報告の差戻し",
    "withdraw_report": "取下げ",
    "revoke_approval": "承認の取消",
    "commented": "コメント",
    "extended": "期限の延長",
    "kept_out": "事例集に載せない",
    "let_in": "事例集に載せる",
    "file_added": "ファイルの添付",
    "file_removed": "添付ファイルの取外し",
    "stages.examinationresult:confirm": "証明の確認",
    "stages.examinationresult:refused": "証明の確認ができない",
    "foreseen": "年度更新の確認",
    "stages.rollover:start": "実行",
    "stages.rollover:finish": "完了",
    "granted": "修了の登録",
    "revoked": "修了の取消",
    "admit": "当日受付",
    "match": "照合",
    "set_aside": "対象外",
    "training.unmatchedresult:take_back": "照合の取消",
    "training.surveyinvitation:asked": "回答の依頼",
    "training.followup:asked": "回答の依頼",
    "certified": "修了証の発行",
    "reissued": "修了証の再発行",
    "invalidated": "修了証の失効",
    "training.certificate:printed": "修了証の出力",
    "feed_opened": "カレンダーの配信の開始",
    "feed_stopped": "カレンダーの配信の停止",
    "finish": "修了(eラーニング)",
    "course_named": "研修の別名の登録",
    "account_matched": "アカウントの照合",
    "account_set_aside": "アカウントを対象外にする",
    "account_taken_back": "照合の取消",
    "assigned": "必修の割当",
    "ruled": "免除・認定・不認定",
    "ruling_revoked": "免除・認定・不認定の取消",
    "stages.nomination:accept": "決定",
    "stages.nomination:withdraw": "取下げ",
}
"""The word for an action. One that is not here is shown as it was written. An action that means something else for one
table stands a second time, behind the name of that table."""
EMPTY = "(空欄)"
HIDDEN = "(非表示)"


@dataclass(frozen=True)
class Change:
    """One line: `label` went from `before` to `after`."""

    label: str
    before: str
    after: str


def action_label(action: str, model: str = "") -> str:
    """`model`: the table of the row that was acted upon, as the audit event keeps it."""
    return ACTIONS.get(f"{model}:{action}") or ACTIONS.get(action, action)


def model_of(event: AuditEvent) -> type[models.Model] | None:
    """The model an event is about; None where it no longer exists."""
    try:
        return apps.get_model(event.model)
    except (LookupError, ValueError):
        return None


def changes(event: AuditEvent, *, hidden: Collection[str] = ()) -> list[Change]:
    """What the event changed, line by line. The fields named in `hidden` are not told."""
    if not isinstance(event.before or event.after, dict):
        return [] if event.before == event.after else [_line(event, "状態", "status")]
    before, after = event.before or {}, event.after or {}
    lines = []
    for name in dict.fromkeys([*before, *after]):
        field = _field(model_of(event), name)
        label = str(field.verbose_name) if field else name
        if name in hidden:
            lines.append(Change(label, HIDDEN, HIDDEN))
        else:
            lines.append(Change(label, _side(event.before, name, field), _side(event.after, name, field)))
    return lines


def _line(event: AuditEvent, label: str, name: str) -> Change:
    field = _field(model_of(event), name)
    return Change(label, shown(event.before, field), shown(event.after, field))


def _side(values: dict | None, name: str, field: models.Field | None) -> str:
    """A side that the event does not have (nothing before an addition) stays empty."""
    return "" if values is None else shown(values.get(name), field)


def _field(model: type[models.Model] | None, name: str) -> models.Field | None:
    found = [field for field in model._meta.concrete_fields if field.name == name] if model else []
    return found[0] if found else None


def shown(value: Any, field: models.Field | None) -> str:
    """A kept value in the words of the office."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if not isinstance(value, str):
        return str(FiscalYear.parse(value)) if isinstance(field, FiscalYearField) else str(value)
    words = dict(field.flatchoices) if field else {}
    try:
        return _dated(value, field) or str(words.get(value, value))
    except ValueError:
        return value


def _dated(value: str, field: models.Field | None) -> str:
    if isinstance(field, models.DateTimeField):
        local = datetime.fromisoformat(value).astimezone(TOKYO)
        return f"{format_date(local.date())} {local:%H:%M}"
    if isinstance(field, models.DateField):
        return format_date(date.fromisoformat(value))
    return str(FiscalYear.parse(value)) if isinstance(field, FiscalYearField) else ""
