"""Letters as PDF: what is set is text, whatever it says; tagged, with its fonts, and with no sign lost in silence."""

import io

import pytest
from pypdf import PdfReader

from aomori_dx.kernel.typesetting import Letter, set_letters
from tests.conftest import NOW

HOSTILE = [
    '#panic("x")',
    '#read("/etc/passwd")',
    '#import "@preview/x:0.1.0"',
    "$ a $ *b* _c_ `d` <e> @f = g",
    '"]) #sys.inputs',
    "\\u{41} \\ // /* {氏名}",
]


def letter(*body: str, **fields) -> Letter:
    given = {"marks": ("青行経第1号", "令和8年11月23日"), "to": ("道路課 主事", "髙﨑　𠮷邉　様"), "sender": ("課長",)}
    return Letter(**{**given, "title": "決定について", "body": body, **fields})


def pdf(*letters: Letter) -> PdfReader:
    return PdfReader(io.BytesIO(set_letters(letters, title="決定通知", author="青森県", at=NOW)))


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def bare(text: str) -> str:
    return "".join(text.split())


def test_every_letter_stands_on_a_page_with_all_its_parts():
    reader = pdf(letter("　本文です。", "", "記", "1　所属", "以上"), letter("二通目"))
    assert len(reader.pages) == 2
    told = bare(text_of(reader))
    for part in (
        "青行経第1号",
        "令和8年11月23日",
        "髙﨑𠮷邉様",
        "課長",
        "決定について",
        "本文です。",
        "記",
        "以上",
        "二通目",
    ):
        assert part in told


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_markup_is_set_as_it_is(text):
    reader = pdf(letter(text, to=(text,), sender=(text,), title=text, marks=(text,)))
    assert bare(text_of(reader)).count(bare(text)) == 5


def test_it_is_tagged_titled_japanese_and_carries_its_fonts():
    reader = pdf(letter("本文です。"))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "ja"
    assert reader.metadata.title == "決定通知"
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    assert all(
        "/FontFile2" in font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts
    )


@pytest.mark.parametrize(
    ("typed", "shown"), [("😀龦", "〓〓"), ("ก👨\u200d👩", "〓〓〓"), ("a\x00\u202eb\tc", "abc"), ("\ud800x", "x")]
)
def test_a_sign_without_a_font_is_shown_as_missing_and_stops_nothing(typed, shown):
    assert f"氏名{shown}様" in bare(text_of(pdf(letter(f"氏名{typed}様"))))


def test_the_same_letters_are_the_same_file():
    first, second = (set_letters([letter("本文")], title="t", author="a", at=NOW) for _ in range(2))
    assert first == second
