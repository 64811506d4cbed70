"""What a person reads on a page of people: names, numbers, how many were found."""

import re
from html import unescape

ROW = re.compile(r'<th scope="row">(?:<a [^>]*>)?([^<]+)')
FOUND = re.compile(r'class="list-found"[^>]*>(.*?)</p>', re.DOTALL)


def text_of(response) -> str:
    """The page without its marks, white space evened out (the full-width space of names is none)."""
    plain = unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return re.sub(r"[ \t\r\n]+", " ", plain)


def names(response) -> list[str]:
    """The names in the rows of the table, in their order."""
    return [unescape(name).strip() for name in ROW.findall(response.content.decode())]


def count(response) -> int:
    """How many the page says that it found."""
    found = FOUND.search(response.content.decode())
    assert found, "the page does not say how many it found"
    return int(re.search(r"<strong>([\d,]+)</strong>", found[1])[1].replace(",", ""))
