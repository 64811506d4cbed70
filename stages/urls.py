"""Addresses of the programme."""

from django.urls import path

from stages.views import (
    afterwards,
    department,
    endorsements,
    fiscal_years,
    nominate,
    promoters,
    reminders,
    self_nomination,
)

app_name = "stages"
HEAD, PERSON = {"page": "stages:department"}, {"page": "stages:self-nomination"}
urlpatterns = [
    path("promoters/", promoters.show_all, name="promoters"),
    path("promoters/download/", promoters.download, name="promoters-download"),
    path("promoters/<int:pk>/", promoters.show, name="promoter"),
    path("nominations/reminders/", reminders.show, name="reminders"),
    path("nominations/reminders/download/", reminders.download, name="reminders-download"),
    path("department/", department.show, name="department"),
    path("department/call/<int:year>/attachment/", department.attachment, name="call-attachment"),
    path("department/nominate/", nominate.show, name="nominate"),
    path("department/decline/", nominate.decline, name="decline"),
    path("department/endorsements/", endorsements.show, name="endorsements"),
    path("department/nominations/<int:pk>/withdraw/", afterwards.withdraw, HEAD, name="department-withdraw"),
    path("department/nominations/<int:pk>/answer/", afterwards.answer, HEAD, name="department-answer"),
    path("nominations/self/", self_nomination.show, name="self-nomination"),
    path("nominations/self/<int:pk>/withdraw/", afterwards.withdraw, PERSON, name="self-withdraw"),
    path("nominations/self/<int:pk>/answer/", afterwards.answer, PERSON, name="self-answer"),
    path("plan/years/", fiscal_years.show_all, name="years"),
    path("plan/years/<int:number>/close/", fiscal_years.close, name="year-close"),
    path("plan/years/<int:number>/reopen/", fiscal_years.reopen, name="year-reopen"),
]
