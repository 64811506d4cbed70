"""Addresses of the schoolhouse."""

from django.urls import path

from training.views import catalogue, follow_ups, questionnaires, runs, survey_results, surveys

app_name = "training"
urlpatterns = [
    path("courses/", catalogue.show_all, name="courses"),
    path("courses/<str:code>/", catalogue.show, name="course"),
    path("courses/<str:code>/runs/<int:pk>/book/", catalogue.book, name="book"),
    path("courses/<str:code>/bookings/<int:pk>/cancel/", catalogue.cancel, name="booking-cancel"),
    path("courses/<str:code>/wish/", catalogue.wish, name="wish"),
    path("courses/<str:code>/survey/", survey_results.of_course, name="course-survey"),
    path("courses/<str:code>/questions/", questionnaires.edit, name="course-questions"),
    path("courses/<str:code>/questions/end/", questionnaires.put_aside, name="course-questions-end"),
    path("surveys/", survey_results.show_all, name="survey-results"),
    path("surveys/download/", survey_results.download, name="survey-results-download"),
    path("surveys/questions/", questionnaires.edit, name="questions"),
    path("surveys/<int:pk>/", surveys.answer, name="survey"),
    path("me/surveys/", surveys.mine, name="my-surveys"),
    path("department/follow-ups/", follow_ups.show_all, name="follow-ups"),
    path("department/follow-ups/<int:pk>/", follow_ups.answer, name="follow-up"),
    path("runs/", runs.show_all, name="runs"),
    path("runs/courses/new/", runs.edit_course, name="course-new"),
    path("runs/courses/<str:code>/", runs.edit_course, name="course-edit"),
    path("runs/courses/<str:code>/new/", runs.plan, name="run-new"),
    path("runs/<int:pk>/", runs.show, name="run"),
    path("runs/<int:pk>/edit/", runs.change, name="run-edit"),
    path("runs/<int:pk>/cancel/", runs.cancel, name="run-cancel"),
    path("runs/<int:pk>/book/", runs.book, name="run-book"),
    path("runs/<int:pk>/bookings/<int:booking>/cancel/", runs.call_off, name="run-booking-cancel"),
    path("runs/<int:pk>/survey/", survey_results.of_run, name="run-survey"),
    path("runs/<int:pk>/survey/download/", survey_results.download_texts, name="run-survey-download"),
    path("runs/<int:pk>/<slug:act>/", runs.move, name="run-move"),
]
