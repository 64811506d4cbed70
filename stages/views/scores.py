"""評点: the points go out as a file and come back filled in, by the contract of all office files."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from aomori_dx.kernel import clock
from aomori_dx.kernel.tables.handing_out import hand_out
from aomori_dx.kernel.tables.source import MAX_BYTES
from aomori_dx.kernel.web import only
from staff.models import ChangeSet
from staff.services import change_sets
from stages import board, nomination_documents
from stages import permissions as may
from stages.imports.scores import CODE
from stages.models import Nomination
from stages.services.selection import NOT_YOURS
from stages.views.board import year_of

SHOWN = 10
for_deciders = only(may.run_nominations, reason=NOT_YOURS)


class ScoresForm(forms.Form):
    """The file with the points."""

    file = forms.FileField(
        label="評点を入力したファイル", help_text="Excel(.xlsx)またはCSV。読み込む前に、何が変わるかを表示します。"
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(f"ファイルが大きすぎます({MAX_BYTES // 1024 // 1024} MBまで)。")
        return file


@require_http_methods(["GET", "HEAD", "POST"])
@for_deciders
def show(request: HttpRequest) -> HttpResponse:
    """`/nominations/scores/`"""
    at = clock.now()
    year = year_of(request, clock.day_of(at))
    form = ScoresForm(request.POST, request.FILES) if request.method == "POST" else ScoresForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        loaded = change_sets.upload(CODE, name=file.name, content=file.read(), as_of=None, by=request.user, at=at)
        return redirect("staff:import", pk=loaded.pk)
    context = {
        "year": year,
        "form": form,
        "scored": board.scored(year),
        "loaded": ChangeSet.objects.filter(kind=CODE).order_by("-pk")[:SHOWN],
    }
    return render(request, "stages/scores.html", context, status=422 if form.errors else 200)


@require_safe
@for_deciders
def download(request: HttpRequest) -> HttpResponseBase:
    """`/nominations/scores/download/`: those that are still to be decided, with the points so far."""
    at = clock.now()
    year = year_of(request, clock.day_of(at))
    document = nomination_documents.scores(year, on=at.date())
    count = board.scored(year).to_score
    back = f"{reverse('stages:scores')}?year={year.short}"
    return hand_out(request, document, model=Nomination, count=count, at=at, back=back)
