"""Addresses of the schoolhouse."""

from django.urls import path

from training.views import catalogue

app_name = "training"
urlpatterns = [
    path("courses/", catalogue.show_all, name="courses"),
    path("courses/<str:code>/", catalogue.show, name="course"),
    path("courses/<str:code>/runs/<int:pk>/book/", catalogue.book, name="book"),
    path("courses/<str:code>/bookings/<int:pk>/cancel/", catalogue.cancel, name="booking-cancel"),
    path("courses/<str:code>/wish/", catalogue.wish, name="wish"),
]
