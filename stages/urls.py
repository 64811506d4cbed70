"""Addresses of the programme."""

from django.urls import path

from stages.views import promoters

app_name = "stages"
urlpatterns = [
    path("promoters/", promoters.show_all, name="promoters"),
    path("promoters/download/", promoters.download, name="promoters-download"),
    path("promoters/<int:pk>/", promoters.show, name="promoter"),
]
