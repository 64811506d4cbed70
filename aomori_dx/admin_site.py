"""Django admin, for correcting data: behind the site's own login, open to the roles of the day."""

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.urls import reverse

from aomori_dx.kernel import clock
from staff import permissions as may


class AomoriAdminSite(admin.AdminSite):
    site_header = "データの訂正"
    site_title = "データの訂正"
    index_title = "訂正するデータを選んでください"
    site_url = "/"

    def has_permission(self, request):
        return request.user.is_authenticated and may.open_admin(request.user, clock.today())

    def login(self, request, extra_context=None):
        """There is one login: allauth's, with its limits and second factor."""
        return redirect_to_login(request.GET.get("next", reverse("admin:index")), reverse("account_login"))
