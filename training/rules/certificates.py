"""修了証: its codes, and what each kind says unless the office words it otherwise."""

import secrets

from aomori_dx.kernel import wording
from aomori_dx.kernel.eras import narrow
from training.models import Certificate, CertificateText

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which people take for each other."""
CODE_LENGTH = 16
"""80 bits: nobody finds one by trying."""

PLACEHOLDERS = ("氏名", "研修名", "時間数", "修了年月日", "年度", "番号")
DEFAULTS: dict[str, dict[str, str]] = {
    "completion": {
        "title": "修了証",
        "body": "　あなたは、青森県が実施した下記の研修の課程を修了したので、これを証します。",
        "issuer": "青森県総務部行政経営課長",
    },
}
WORDS = ("title", "body", "issuer")


def new_code() -> str:
    """One that cannot be guessed."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def code_as_typed(text: str) -> str:
    """What somebody means who types a code: any case, full width, with hyphens or spaces."""
    return "".join(sign for sign in narrow(text).upper() if sign.isascii() and sign.isalnum())


def kind_of(row: Certificate) -> str:
    """Which wording a certificate has: the first word of its subject."""
    return row.subject.partition(":")[0]


def text_of(kind: str) -> CertificateText:
    """The wording that counts: the office's, or that of the code (not saved)."""
    found = CertificateText.objects.filter(kind=kind).first()
    return found or CertificateText(kind=kind, **DEFAULTS.get(kind, DEFAULTS["completion"]))


def why_not(text: str) -> str | None:
    """Why a text cannot be used."""
    return wording.why_not(text, PLACEHOLDERS, kind="修了証")
