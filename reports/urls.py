"""Addresses of the figures."""

from django.urls import path

from reports.views import home

app_name = "reports"
urlpatterns = [
    path("", home.show, name="home"),
]
