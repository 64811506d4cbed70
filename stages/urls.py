"""Addresses of the programme."""

from django.urls import path

from stages.views import fiscal_years, promoters, reminders

app_name = "stages"
urlpatterns = [
    path("promoters/", promoters.show_all, name="promoters"),
    path("promoters/download/", promoters.download, name="promoters-download"),
    path("promoters/<int:pk>/", promoters.show, name="promoter"),
    path("nominations/reminders/", reminders.show, name="reminders"),
    path("nominations/reminders/download/", reminders.download, name="reminders-download"),
    path("plan/years/", fiscal_years.show_all, name="years"),
    path("plan/years/<int:number>/close/", fiscal_years.close, name="year-close"),
    path("plan/years/<int:number>/reopen/", fiscal_years.reopen, name="year-reopen"),
]
