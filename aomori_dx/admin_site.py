"""Django admin, for correcting data: behind the site's own login, open to the roles of the day."""

from collections.abc import Callable
from functools import update_wrapper

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from aomori_dx.kernel import clock
from aomori_dx.kernel.history import action_label
from aomori_dx.kernel.models import AuditEvent
from aomori_dx.kernel.web import refused
from staff import permissions as may

Summary = Callable[[HttpRequest], dict]

RECENT = 10
CLOSED = "データの訂正画面は、情報政策担当とデータ管理者だけが開けます。"
LOOK_ONLY = "このデータは見るだけのものか、訂正する権限がありません。"


class AomoriAdminSite(admin.AdminSite):
    site_header = "データの訂正"
    site_title = "データの訂正"
    index_title = "訂正するデータを選んでください"
    site_url = "/"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.summaries: list[Summary] = []

    def register(self, model_or_iterable, admin_class=None, **options):
        """Only pages that leave a record. What packages register for themselves (authenticators with their
        secrets, groups that nobody uses) stays out."""
        if getattr(admin_class, "keeps_record", False):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request):
        return request.user.is_authenticated and may.open_admin(request.user, clock.today())

    def admin_view(self, view, cacheable=False):
        """Who is logged in but has no business here is told so; who is not logged in goes to the login."""
        inner = super().admin_view(view, cacheable)

        def guarded(request, *args, **kwargs):
            if request.user.is_authenticated and not self.has_permission(request):
                return refused(request, CLOSED, status=403)
            try:
                return inner(request, *args, **kwargs)
            except PermissionDenied as denied:
                return refused(request, str(denied) or LOOK_ONLY, status=403)

        return update_wrapper(guarded, inner)

    @method_decorator([never_cache, login_not_required])
    def login(self, request, extra_context=None):
        """There is one login: allauth's, with its limits and second factor."""
        return redirect_to_login(request.GET.get("next", reverse("admin:index")), reverse("account_login"))

    def logout(self, request, extra_context=None):
        return redirect("account_logout")

    def password_change(self, request, extra_context=None):
        """One's own password is changed where everybody changes it."""
        return redirect("account_change_password")

    password_change_done = password_change

    def index(self, request, extra_context=None):
        """The list of what can be corrected, under the figures that floors above put into `summaries`."""
        context = {"recent": self._recent(request)}
        for summary in self.summaries:
            context.update(summary(request))
        return super().index(request, {**context, **(extra_context or {})})

    @staticmethod
    def _recent(request) -> list[dict]:
        """The last acts of this person."""
        events = AuditEvent.objects.filter(by_id=request.user.pk)[:RECENT]
        return [{"event": event, "action": action_label(event.action, event.model)} for event in events]
