"""Addresses of the schoolhouse."""

from django.urls import path

from training.views import catalogue, runs

app_name = "training"
urlpatterns = [
    path("courses/", catalogue.show_all, name="courses"),
    path("courses/<str:code>/", catalogue.show, name="course"),
    path("courses/<str:code>/runs/<int:pk>/book/", catalogue.book, name="book"),
    path("courses/<str:code>/bookings/<int:pk>/cancel/", catalogue.cancel, name="booking-cancel"),
    path("courses/<str:code>/wish/", catalogue.wish, name="wish"),
    path("runs/", runs.show_all, name="runs"),
    path("runs/courses/new/", runs.edit_course, name="course-new"),
    path("runs/courses/<str:code>/", runs.edit_course, name="course-edit"),
    path("runs/courses/<str:code>/new/", runs.plan, name="run-new"),
    path("runs/<int:pk>/", runs.show, name="run"),
    path("runs/<int:pk>/edit/", runs.change, name="run-edit"),
    path("runs/<int:pk>/cancel/", runs.cancel, name="run-cancel"),
    path("runs/<int:pk>/book/", runs.book, name="run-book"),
    path("runs/<int:pk>/bookings/<int:booking>/cancel/", runs.call_off, name="run-booking-cancel"),
    path("runs/<int:pk>/<slug:act>/", runs.move, name="run-move"),
]
