"""Addresses of the people."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from staff.views import (
    departments,
    deputies,
    directory,
    employees,
    imports,
    letters,
    notices,
    numbers,
    record_changes,
    reorganisation,
)


class CodeConverter(StringConverter):
    """A 職員番号 or 所属コード as it is in the records; no database looks for a NUL."""

    regex = r"[^/\x00]+"


register_converter(CodeConverter, "code")

app_name = "staff"
urlpatterns = [
    path("people/", directory.show, name="people"),
    path("people/download/", directory.download, name="people-download"),
    path("people/<code:number>/", employees.show, name="employee"),
    path("people/<code:number>/number/", numbers.change, name="number"),
    path("people/<code:number>/changes/", record_changes.show, name="record-changes"),
    path("departments/", departments.show_all, name="departments"),
    path("departments/open/", reorganisation.open_one, name="department-open"),
    path("departments/bureaus/<int:pk>/reorganise/", reorganisation.choose_for_bureau, name="reorganise-bureau"),
    path(
        "departments/bureaus/<int:pk>/reorganise/<str:act>/", reorganisation.show_bureau, name="reorganisation-bureau"
    ),
    path("departments/<code:code>/", departments.show, name="department"),
    path("departments/<code:code>/reorganise/", reorganisation.choose, name="reorganise"),
    path("departments/<code:code>/reorganise/<str:act>/", reorganisation.show, name="reorganisation"),
    path("departments/<code:code>/deputies/", deputies.show, name="deputies"),
    path("departments/<code:code>/deputies/<int:pk>/end/", deputies.end, name="deputy-end"),
    path("notices/", notices.show_all, name="notices"),
    path("notices/read/", notices.read, name="notices-read"),
    path("notices/<int:pk>/", notices.show, name="notice"),
    path("letters/", letters.show_all, name="letters"),
    path("letters/<int:pk>/", letters.show, name="letter"),
    path("imports/", imports.show_all, name="imports"),
    path("imports/<int:pk>/", imports.show, name="import"),
    path("imports/<int:pk>/progress/", imports.progress, name="import-progress"),
    path("imports/<int:pk>/read/", imports.reread, name="import-reread"),
    path("imports/<int:pk>/apply/", imports.apply, name="import-apply"),
    path("imports/<int:pk>/undo/", imports.undo, name="import-undo"),
    path("imports/<int:pk>/discard/", imports.discard, name="import-discard"),
    path("imports/<int:pk>/marked/", imports.marked, name="import-marked"),
]
