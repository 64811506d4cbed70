"""What a page has read it does not ask for again; what is written is read anew."""

from django.http import HttpResponse
from django.test import RequestFactory

from aomori_dx.kernel.memo import MemoMiddleware, recall, remembering


def reads(method: str) -> list[int]:
    """What two looks in one request, and one in the next, are given."""
    answers = iter(range(10))
    seen: list[int] = []

    def page(request):
        seen.extend(recall("what", lambda: next(answers)) for _ in range(2))
        return HttpResponse()

    middleware = MemoMiddleware(page)
    for _ in range(2):
        middleware(RequestFactory().generic(method, "/"))
    return seen


def test_a_request_that_reads_asks_once_and_the_next_one_again():
    assert reads("GET") == [0, 0, 1, 1]


def test_a_request_that_writes_asks_each_time():
    assert reads("POST") == [0, 1, 2, 3]


def test_what_was_kept_is_forgotten_also_after_an_error():
    try:
        with remembering():
            recall("what", lambda: 1)
            raise ValueError
    except ValueError:
        pass
    assert recall("what", lambda: 2) == 2
