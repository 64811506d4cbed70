"""One include an app, the login, the admin, and the state of the system."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("stages.urls")),
    path("", include("reports.urls")),
]
