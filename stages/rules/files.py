"""What a file that was sent really is, by its content; and a name for it that harms nobody. Pure.

Nothing is unpacked but a small table of contents with a limit of its own, so that no file costs more than its size.
"""

import lzma
import re
import struct
import unicodedata
import zipfile
import zlib
from io import BytesIO

from aomori_dx.kernel.errors import RuleBroken

LARGEST = 10 * 1024 * 1024
"""Bytes of one file."""
MOST_MEMBERS = 3000
LARGEST_UNPACKED = 300 * 1024 * 1024
LARGEST_CONTENTS = 1024 * 1024
LONGEST_NAME = 100
KINDS = "PDF、画像(PNG、JPEG)、Excel(xlsx)、Word(docx)、PowerPoint(pptx)、テキスト(txt、csv)"
WHAT_IS_TAKEN = f"添付できるのは、{KINDS}です。"
_OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "pptx": f"{_OFFICE}presentationml.presentation",
    "txt": "text/plain",
    "csv": "text/csv",
}
_MAIN_PARTS = {"xl/workbook.xml": "xlsx", "word/document.xml": "docx", "ppt/presentation.xml": "pptx"}
_ACTIVE_MEMBERS = re.compile(r"vbaproject|vbadata|activex|macrosheets|oleobject\d*\.bin|\.(exe|dll|js|vbs|scr|bat)$")
_ACTIVE_PDF = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")
_MARKUP = re.compile(r"<\s*(?:!doctype|\?xml|html|svg|script|body|iframe|head)", re.IGNORECASE)
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)")
MACROS = "マクロや埋め込みのプログラムを含むファイルは添付できません。マクロのない形式で保存し直してください。"
BROKEN = "ファイルが壊れているか、途中で切れています。開けることを確かめて、もう一度選んでください。"
BROKEN_ARCHIVE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, lzma.LZMAError),
    *(NotImplementedError, ValueError, OSError, EOFError, RuntimeError, LookupError),
)
"""What reading a damaged archive may end in."""


def checked(name: str, content: bytes) -> tuple[str, str]:
    """The cleaned name and the media type of a file, by what is in it.

    Raises RuleBroken: empty, too large, of no accepted kind, broken, cut off, more than one kind at once, with macros.
    """
    if not content:
        raise RuleBroken("ファイルが空です。")
    if len(content) > LARGEST:
        raise RuleBroken(f"1つのファイルは{LARGEST // 1024 // 1024}MBまでです。")
    kind = _kind(name, content)
    return clean_name(name, kind), TYPES[kind]


def _kind(name: str, content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(content)
    if content.startswith(b"\xff\xd8\xff"):
        return _jpeg(content)
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise RuleBroken(f"パスワード付きか古い形式のファイルは添付できません。{WHAT_IS_TAKEN}")
    return _text(name, content)


def _pdf(content: bytes) -> str:
    if b"%%EOF" not in content[-2048:]:
        raise RuleBroken(BROKEN)
    _ensure_nothing_behind(content)
    if any(word in content for word in _ACTIVE_PDF):
        raise RuleBroken("スクリプトや埋め込みファイルを含むPDFは添付できません。印刷し直したPDFを選んでください。")
    return "pdf"


def _png(content: bytes) -> str:
    """From chunk to chunk to the end, behind which there must be nothing."""
    place = 8
    while place + 12 <= len(content):
        size = int.from_bytes(content[place : place + 4])
        word = content[place + 4 : place + 8]
        if place == 8 and word != b"IHDR":
            break
        place += 12 + size
        if word == b"IEND" and place == len(content):
            return "png"
    raise RuleBroken(BROKEN)


def _jpeg(content: bytes) -> str:
    if not content.rstrip(b"\0").endswith(b"\xff\xd9"):
        raise RuleBroken(BROKEN)
    _ensure_nothing_behind(content)
    return "jpg"


def _ensure_nothing_behind(content: bytes) -> None:
    """No archive hangs behind the picture or the page: the same file would be another one to another program."""
    if zipfile.is_zipfile(BytesIO(content)):
        raise RuleBroken(f"2つの種類を兼ねるファイルは添付できません。{WHAT_IS_TAKEN}")


def _office(content: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _package(archive, content)
    except BROKEN_ARCHIVE as error:
        raise RuleBroken(BROKEN) from error


def _package(archive: zipfile.ZipFile, content: bytes) -> str:
    members = archive.infolist()
    names = {row.filename.lower() for row in members}
    if len(members) > MOST_MEMBERS or sum(row.file_size for row in members) > LARGEST_UNPACKED:
        raise RuleBroken("展開すると大きくなりすぎるファイルは添付できません。")
    found = [kind for part, kind in _MAIN_PARTS.items() if part in names]
    if len(found) != 1 or "[content_types].xml" not in names or len(names) != len(members):
        raise RuleBroken(f"圧縮ファイルは添付できません。{WHAT_IS_TAKEN}")
    if min(row.header_offset for row in members) != 0 or content[-22:-18] != b"PK\x05\x06":
        raise RuleBroken(BROKEN)
    if any(row.flag_bits & 1 for row in members):
        raise RuleBroken("パスワード付きのファイルは添付できません。")
    if any(_ACTIVE_MEMBERS.search(name) for name in names) or "macroenabled" in _contents(archive):
        raise RuleBroken(MACROS)
    return found[0]


def _contents(archive: zipfile.ZipFile) -> str:
    """The table of contents of the package, of which no more is read than it may have."""
    row = next(row for row in archive.infolist() if row.filename.lower() == "[content_types].xml")
    with archive.open(row) as file:
        read = file.read(LARGEST_CONTENTS + 1)
    if len(read) > LARGEST_CONTENTS:
        raise RuleBroken("展開すると大きくなりすぎるファイルは添付できません。")
    return read.decode("utf-8", "replace").lower()


def _text(name: str, content: bytes) -> str:
    text = _decoded(content)
    odd = any(unicodedata.category(letter) == "Cc" and letter not in "\t\r\n\f" for letter in text)
    if odd or _MARKUP.search(text):
        raise RuleBroken(WHAT_IS_TAKEN)
    return "csv" if name.lower().endswith(".csv") else "txt"


def _decoded(content: bytes) -> str:
    """UTF-8 or Shift_JIS; bytes that stand for nothing (Python reads them as U+F8F0 to U+F8F3) are no text."""
    for charset in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(charset)
        except UnicodeDecodeError:
            continue
        if not any("\uf8f0" <= letter <= "\uf8f3" for letter in text):
            return text
    raise RuleBroken(WHAT_IS_TAKEN)


def clean_name(name: str, kind: str) -> str:
    """The last part of the name without what a file system or a reader could mistake, ending as the content asks."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(
        letter for letter in last if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    )
    plain = re.sub(r'[<>:"|?*]', "_", plain).strip(" .")
    plain = _RESERVED.sub(r"_\1", plain) or "添付"
    stem, dot, ending = plain.rpartition(".")
    if dot and ending.lower() in ({"jpg", "jpeg"} if kind == "jpg" else {kind}):
        return f"{stem[: LONGEST_NAME - 6]}.{ending.lower()}"
    return f"{plain[: LONGEST_NAME - 6]}.{kind}"
