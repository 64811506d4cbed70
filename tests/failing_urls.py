"""The site with one address more, that fails as asked."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.urls import path

from aomori_dx import urls
from aomori_dx.kernel.web import refused

REASON = "所属長だけが推薦できます。"
DETAIL = "secret detail"


def fail(request, kind: str):
    if kind == "409":
        return refused(request, REASON)
    raise {
        "403-library": PermissionDenied(DETAIL),
        "400": SuspiciousOperation(DETAIL),
        "403": PermissionDenied(REASON),
        "500": ZeroDivisionError(DETAIL),
    }[kind]


urlpatterns = [path("fail/<str:kind>/", fail), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
