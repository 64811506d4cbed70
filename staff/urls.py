"""Addresses of the people."""

from django.urls import path

from staff.views import imports

app_name = "staff"
urlpatterns = [
    path("imports/", imports.show_all, name="imports"),
    path("imports/<int:pk>/", imports.show, name="import"),
    path("imports/<int:pk>/progress/", imports.progress, name="import-progress"),
    path("imports/<int:pk>/read/", imports.reread, name="import-reread"),
    path("imports/<int:pk>/apply/", imports.apply, name="import-apply"),
    path("imports/<int:pk>/undo/", imports.undo, name="import-undo"),
    path("imports/<int:pk>/discard/", imports.discard, name="import-discard"),
    path("imports/<int:pk>/marked/", imports.marked, name="import-marked"),
]
