"""Files beside a report: what is in them decides, not their names; nothing of them is ever shown within the site."""

import random
import struct
import zipfile
import zlib
from io import BytesIO

import pytest

from aomori_dx.kernel.errors import DomainError, NotAllowed, RuleBroken
from stages.rules import files
from stages.services import practice_files as services
from stages.services.practice_files import Upload
from tests.conftest import NOW
from tests.factories import growth, staff
from tests.factories import stages as make

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x01" * 40 + b"\xff\xd9"
PARTS = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml", "pptx": "ppt/presentation.xml"}


def png() -> bytes:
    def chunk(word: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + word + content + struct.pack(">I", zlib.crc32(word + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def package(*parts: str, contents: bytes = b"<Types/>", **more: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", contents)
        for part in parts:
            archive.writestr(part, more.get("body", b"<x/>"))
    return made.getvalue()


GOOD = {
    "pdf": PDF,
    "png": png(),
    "jpg": JPEG,
    **{kind: package(part) for kind, part in PARTS.items()},
    "txt": "改善の記録\r\n一行目\t二列目\n".encode(),
    "csv": "品名,分\nりんご,30\n".encode("cp932"),
}


@pytest.mark.parametrize("kind", GOOD)
def test_what_is_accepted(kind):
    assert files.checked(f"記録.{kind}", GOOD[kind]) == (f"記録.{kind}", files.TYPES[kind])


@pytest.mark.parametrize("kind", [kind for kind in GOOD if kind not in ("txt", "csv")])
def test_the_content_decides_and_the_name_follows(kind):
    assert files.checked("run.exe", GOOD[kind]) == (f"run.exe.{kind}", files.TYPES[kind])
    assert files.checked("page.html", GOOD["txt"])[0] == "page.html.txt"


MACRO = package("xl/workbook.xml", "xl/vbaProject.bin")
REFUSED = {
    "empty": b"",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"  <!DOCTYPE html><html><body>x</body></html>",
    "html in a text": "表題\n<script>alert(1)</script>".encode(),
    "html behind a mark": b"\xef\xbb\xbf<html>",
    "xml": b"<?xml version='1.0'?><x/>",
    "utf-16": "あ".encode("utf-16"),
    "program": b"MZ\x90\x00\x03\x00\x00\x00",
    "script of bytes": b"#!/bin/sh\x00rm",
    "gif": b"GIF89a\x01\x00\x01\x00",
    "old office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "macro": MACRO,
    "macro by type": package("word/document.xml", contents=b"application/vnd.ms-word.document.macroEnabled.main+xml"),
    "activex": package("ppt/presentation.xml", "ppt/activeX/activeX1.xml"),
    "embedded program": package("word/document.xml", "word/embeddings/oleObject1.bin"),
    "plain zip": package("a.txt"),
    "two kinds of office": package("xl/workbook.xml", "word/document.xml"),
    "pdf with script": PDF.replace(b"<<>>\nendobj", b"<</S/JavaScript/JS(app.alert(1))>>\nendobj"),
    "pdf cut off": PDF[:20],
    "png cut off": png()[:-5],
    "png with something behind": png() + b"<script>",
    "jpeg cut off": JPEG[:-2],
    "jpeg and zip": JPEG[:-2] + package("a.txt") + b"\xff\xd9",
    "pdf and zip": PDF + package("a.txt") + b"%%EOF",
    "office behind something": b"PK\x03\x04junk" + package("xl/workbook.xml"),
    "office with something behind": package("xl/workbook.xml") + b"<html>",
    "office cut off": package("xl/workbook.xml")[:-30],
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_in_words(what):
    with pytest.raises(RuleBroken) as refusal:
        files.checked("記録.pdf", REFUSED[what])
    assert str(refusal.value).endswith("。")


def test_a_bomb_costs_nothing():
    """Hundreds of megabytes unpacked: refused by what the table of contents says, or after the first of them."""
    many = package("xl/workbook.xml", body=b"\0" * 20_000_000)
    big = BytesIO()
    with zipfile.ZipFile(big, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"\0" * 30_000_000)
        archive.writestr("xl/workbook.xml", b"x")
    assert files.checked("a.xlsx", many)[1] == files.TYPES["xlsx"]  # never unpacked
    with pytest.raises(RuleBroken, match="大きくなりすぎる"):
        files.checked("a.xlsx", big.getvalue())


def test_ten_thousand_members_are_too_many():
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number in range(files.MOST_MEMBERS + 1):
            archive.writestr(f"xl/{number}.xml", b"")
    with pytest.raises(RuleBroken):
        files.checked("a.xlsx", made.getvalue())


def test_ten_megabytes_and_not_a_byte_more():
    text = b"a" * files.LARGEST
    assert files.checked("a.txt", text)[0] == "a.txt"
    with pytest.raises(RuleBroken, match="10MBまで"):
        files.checked("a.txt", text + b"a")


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_sent_is_answered_in_words(seed):
    """Good files with pieces changed, cut out, doubled and mixed: accepted or refused, never an error."""
    chance = random.Random(seed)
    for _ in range(25):
        content = bytearray(chance.choice([*GOOD.values(), *REFUSED.values()]) or b"x")
        for _ in range(chance.randint(1, 6)):
            place = chance.randrange(len(content))
            act = chance.randint(0, 3)
            if act == 0:
                content[place] = chance.randrange(256)
            elif act == 1:
                del content[place : place + chance.randint(1, 40)]
            elif act == 2:
                content += chance.choice(list(GOOD.values()))
            else:
                content[place:place] = chance.randbytes(chance.randint(1, 20))
            content = content or bytearray(b"x")
        try:
            name, media_type = files.checked("記録.xlsx", bytes(content))
        except RuleBroken:
            continue
        assert media_type in files.TYPES.values()
        assert name.rpartition(".")[2] in files.TYPES


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("..\\..\\windows\\報告.pdf", "報告.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("", "添付.pdf"),
        ("...", "添付.pdf"),
        ("con.pdf", "_con.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("図\u202efdp.exe", "図fdp.exe.pdf"),
        ('"<b>|?*:.PDF', "__b_____.pdf"),
        ("が.pdf", "が.pdf"),
        ("あ" * 300 + ".pdf", "あ" * 94 + ".pdf"),
    ],
)
def test_names_are_cleaned(given, kept):
    assert files.clean_name(given, "pdf") == kept


@pytest.fixture
def report(db):
    return growth.report(make.enrollment(make.promoter(staff.posting().employee)))


@pytest.fixture
def writer(report):
    return staff.user(report.enrollment.promoter.employee)


def sent(content: bytes, name: str = "記録.txt") -> Upload:
    return Upload(name, len(content), lambda: content)


def test_the_same_file_twice_is_there_once_and_five_are_enough(report, writer):
    for number in (1, 1, 2, 3, 4, 5):
        services.add(report.pk, sent(f"記録{number}".encode()), by=writer, at=NOW)
    assert report.attachments.kept().count() == 5

    with pytest.raises(RuleBroken, match="5個まで"):
        services.add(report.pk, sent(b"6"), by=writer, at=NOW)
    first = report.attachments.kept().first()
    services.remove(report.pk, first.pk, by=writer, at=NOW)
    services.remove(report.pk, first.pk, by=writer, at=NOW)
    services.add(report.pk, sent(b"6"), by=writer, at=NOW)
    assert (report.attachments.kept().count(), report.attachments.count()) == (5, 6)


def test_a_file_that_is_too_large_is_not_even_read(report, writer):
    def never() -> bytes:
        raise AssertionError

    with pytest.raises(RuleBroken, match="大きすぎます"):
        services.add(report.pk, Upload("a.txt", files.LARGEST + 1, never), by=writer, at=NOW)


@pytest.mark.parametrize("status", ["theme_submitted", "submitted", "approved", "withdrawn"])
def test_what_the_head_reads_does_not_change_under_her(report, writer, status):
    type(report).objects.filter(pk=report.pk).update(
        status=status, minutes_before=1, minutes_after=1, people=1, approved_on=NOW.date()
    )
    with pytest.raises(DomainError):
        services.add(report.pk, sent(b"a"), by=writer, at=NOW)


def test_nobody_adds_to_anothers_report(report):
    with pytest.raises(NotAllowed):
        services.add(report.pk, sent(b"a"), by=staff.user(staff.posting().employee), at=NOW)
