"""通知書: what each kind says unless the office words it otherwise, and the placeholders it may use."""

from aomori_dx.kernel import wording
from stages.models import DocumentKind, DocumentText

PERSON = (
    "年度",
    "氏名",
    "職員番号",
    "部局",
    "所属",
    "補職名",
    "推薦所属",
    "枠",
    "決定年月日",
    "任命年月日",
    "推薦番号",
)
CALL = ("年度", "部局", "所属", "文書番号", "件名", "依頼文", "受付開始日", "締切日", "人数")
PLACEHOLDERS: dict[str, tuple[str, ...]] = {
    DocumentKind.DECISION: PERSON,
    DocumentKind.APPOINTMENT: PERSON,
    DocumentKind.DECLINED: tuple(name for name in PERSON if name != "任命年月日"),
    DocumentKind.CALL: CALL,
}
NUMBER, SENDER = "青行経第　　号", "青森県総務部行政経営課長"
DEFAULTS: dict[str, dict[str, str]] = {
    DocumentKind.DECISION: {
        "number": NUMBER,
        "sender": SENDER,
        "title": "{年度}DX推進員の決定について(通知)",
        "body": "　{年度}のDX推進員({枠})として、下記のとおり決定しましたので、通知します。\n\n記\n\n"
        "1　氏名　　　{氏名}\n2　所属　　　{所属}\n3　補職名　　{補職名}\n4　枠　　　　{枠}\n"
        "5　決定の日　{決定年月日}\n以上",
    },
    DocumentKind.APPOINTMENT: {
        "number": NUMBER,
        "sender": SENDER,
        "title": "{年度}DX推進員の任命について(通知)",
        "body": "　{任命年月日}付けで、DX推進員に任命します。\n"
        "　育成ステージ1「業務効率化」の研修を受け、所属の業務の改善に取り組んでください。",
    },
    DocumentKind.DECLINED: {
        "number": NUMBER,
        "sender": SENDER,
        "title": "{年度}DX推進員の選考の結果について(通知)",
        "body": "　{年度}のDX推進員({枠})について、選考の結果、今回は採用を見送ることになりましたので、通知します。\n"
        "　ご応募いただき、ありがとうございました。",
    },
    DocumentKind.CALL: {
        "number": "{文書番号}",
        "sender": SENDER,
        "title": "{件名}",
        "body": "{依頼文}\n\n記\n\n1　推薦人数　　{人数}人\n2　受付期間　　{受付開始日}から{締切日}まで\n"
        "3　回答の方法　システムの「推薦」から、推薦する職員を選ぶか、「推薦なし」と回答してください。\n以上",
    },
}


def text_of(kind: str) -> DocumentText:
    """The wording that counts: the office's, or that of the code (not saved)."""
    return DocumentText.objects.filter(kind=kind).first() or DocumentText(kind=kind, **DEFAULTS[kind])


def why_not(kind: str, text: str) -> str | None:
    """Why a text cannot be used: a placeholder that this kind does not have, or a brace without its other."""
    return wording.why_not(text, PLACEHOLDERS[kind], kind=DocumentKind(kind).label)
