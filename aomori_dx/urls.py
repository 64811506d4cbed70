"""One include an app, the login, the admin, and the state of the system."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.generic import TemplateView

from aomori_dx import components_page, errors, health

# Nobody is known by mail here: the login library's pages that need it are closed, and who has forgotten the
# password is told whom to ask.
FORGOTTEN = login_not_required(TemplateView.as_view(template_name="account/password_reset.html"))
CLOSED = r"^accounts/(?:email/|confirm-email/|password/reset/|login/code/)"

urlpatterns = [
    path("accounts/password/reset/", FORGOTTEN),
    re_path(CLOSED, errors.closed),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("ui/", components_page.show, name="ui"),
    path("healthz/", health.healthz, name="healthz"),
    path("", include("staff.urls")),
    path("", include("training.urls")),
    path("", include("stages.urls")),
    path("", include("reports.urls")),
]

handler400 = "aomori_dx.errors.bad_request"
handler403 = "aomori_dx.errors.forbidden"
handler404 = "aomori_dx.errors.not_found"
handler500 = "aomori_dx.errors.server_error"
