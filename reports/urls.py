"""Addresses of the figures."""

from django.urls import path

from reports.views import dashboard, departments, home, jobs

app_name = "reports"
urlpatterns = [
    path("", home.show, name="home"),
    path("dashboard/", dashboard.show, name="dashboard"),
    path("dashboard/why/<slug:figure>/", dashboard.explain, name="why"),
    path("dashboard/compute/", jobs.compute, name="compute"),
    path("dashboard/jobs/<int:pk>/", jobs.progress, name="job"),
    path("dashboard/departments/", departments.show, name="departments"),
    path("dashboard/departments/download/", departments.download, name="departments-download"),
]
