"""What every page of the admin here has in common: correcting with a reason, looking at, the history of an object."""

from collections.abc import Callable, Collection
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminDateWidget, AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from aomori_dx.kernel import audit, clock, corrections, history
from aomori_dx.kernel.admin_forms import LOADED, REASON, CorrectionForm, ReasonForm, WarekiDateField
from aomori_dx.kernel.errors import DomainError
from aomori_dx.kernel.fields import FiscalYearField
from aomori_dx.kernel.wareki import short_date

HISTORY_PAGE = 100


class FiscalYearFilter(admin.AllValuesFieldListFilter):
    """年度 as 令和8年度; in the address it is the western year."""

    def choices(self, changelist):
        chosen = (self.lookup_val or [""])[-1]
        remove = [self.lookup_kwarg, self.lookup_kwarg_isnull]
        yield {"selected": not chosen, "query_string": changelist.get_query_string(remove=remove), "display": "すべて"}
        for year in self.lookup_choices:
            if year is not None:
                yield {
                    "selected": chosen == str(int(year)),
                    "query_string": changelist.get_query_string({self.lookup_kwarg: int(year)}),
                    "display": str(year),
                }


class GivenFilter(admin.EmptyFieldListFilter):
    """Whether a column is filled: an end that is known, a letter that was sent."""

    def choices(self, changelist):
        for words, choice in zip(("すべて", "なし", "あり"), super().choices(changelist), strict=True):
            yield {**choice, "display": words}


admin.FieldListFilter.register(lambda field: isinstance(field, FiscalYearField), FiscalYearFilter, take_priority=True)


class HouseAdmin(admin.ModelAdmin):
    """Finding and reading. `confidential`: columns that only those may see who may correct them;
    `confidential_records`: what records about the object name besides, and keep from the same people."""

    keeps_record = True
    confidential: Collection[str] = ()
    confidential_records: Collection[str] = ()
    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    view_on_site = False
    actions = None
    formfield_overrides = {
        models.DateField: {"form_class": WarekiDateField, "widget": AdminDateWidget},
        FiscalYearField: {
            "widget": AdminTextInputWidget,
            "help_text": "「R8」「令和8年度」「2026」の形で入力してください。",
        },
    }

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing that counts is deleted (rule 9)."""
        return False

    def hidden_from(self, request: HttpRequest) -> Collection[str]:
        """The columns that this person may not see."""
        return () if self.corrects(request) else self.confidential

    def unsaid_to(self, request: HttpRequest) -> Collection[str]:
        """What a record about the object does not tell this person."""
        return () if self.corrects(request) else [*self.confidential, *self.confidential_records]

    def corrects(self, request: HttpRequest) -> bool:
        """Whether this person is one of those who correct such rows, even where nobody does it by hand."""
        return admin.ModelAdmin.has_change_permission(self, request)

    def lookup_allowed(self, lookup, value, request=None):
        hidden = self.hidden_from(request) if request else self.confidential
        return lookup.split("__")[0] not in hidden and super().lookup_allowed(lookup, value, request)

    def get_list_display(self, request):
        hidden = self.hidden_from(request)
        return [self._column(name) for name in super().get_list_display(request) if name not in hidden]

    def get_list_filter(self, request):
        hidden = self.hidden_from(request)
        return [name for name in super().get_list_filter(request) if name not in hidden]

    def get_fields(self, request, obj=None):
        hidden = self.hidden_from(request)
        return [name for name in super().get_fields(request, obj) if name not in hidden]

    def _column(self, name: Any) -> Any:
        """A date column in 和暦; anything else as Django shows it."""
        field = next((field for field in self.opts.concrete_fields if field.name == name), None)
        if not isinstance(field, models.DateField) or isinstance(field, models.DateTimeField):
            return name

        @admin.display(description=field.verbose_name, ordering=name, empty_value="-")
        def in_wareki(obj):
            day = getattr(obj, name)
            return short_date(day) if day else None

        return in_wareki

    def get_object(self, request, object_id, from_field=None):
        """The object, without what this person may not see: its own text would tell it."""
        obj = super().get_object(request, object_id, from_field)
        for name in self.hidden_from(request) if obj else ():
            setattr(obj, name, "")
        return obj

    def object_links(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        """What else can be done with this object: (address, words)."""
        return []

    def address(self, page: str, obj: Any = None) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=[] if obj is None else [obj.pk])

    def page(self, request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """A page of this model inside the frame of the admin."""
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        request.current_app = self.admin_site.name
        return TemplateResponse(request, template, {**frame, **context}, status=status)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["object_links"] = self.object_links(request, obj) if change else []
        context["show_save_and_add_another"] = False
        return super().render_change_form(request, context, add, change, form_url, obj)

    def history_view(self, request, object_id, extra_context=None):
        """The audit of this object in place of Django's own log: one record, not two."""
        obj = self.get_object(request, unquote(object_id))
        events = audit.history_of(obj) if obj else audit.AuditEvent.objects.none()
        page = self.get_paginator(request, events, HISTORY_PAGE).get_page(request.GET.get("p", 1))
        lines = [
            {
                "event": event,
                "action": history.action_label(event.action, event.model),
                "changes": history.changes(event, hidden=self.unsaid_to(request)),
            }
            for event in page
        ]
        context = {"title": f"{obj} の履歴", "page": page, "lines": lines, **(extra_context or {})}
        return super().history_view(request, object_id, context)


class LookOnlyAdmin(HouseAdmin):
    """What a workflow, a job or the audit itself writes: for looking at."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class CorrectionAdmin(HouseAdmin):
    """Every change asks for a reason and leaves an audit event of exactly what changed.

    `deletable`: rows of reference data; one on which nothing rests may go, with a reason.
    """

    form = CorrectionForm
    deletable = False

    def has_delete_permission(self, request, obj=None):
        return self.deletable and self.has_change_permission(request, obj)

    def get_object(self, request, object_id, from_field=None):
        """A row that is about to be written is locked, and compared and checked as it is then."""
        obj = super().get_object(request, object_id, from_field)
        if obj and request.method == "POST" and transaction.get_connection().in_atomic_block:
            return self.model._default_manager.select_for_update().get(pk=obj.pk)
        return obj

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "refusal", "")  # type: ignore[attr-defined]
        return form

    def get_fieldsets(self, request, obj=None):
        """The reason stands last, and only for those who may save."""
        left_out = {REASON, LOADED}
        sets = [
            (title, {**options, "fields": [name for name in options["fields"] if name not in left_out]})
            for title, options in super().get_fieldsets(request, obj)
        ]
        may_save = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return [*sets, ("訂正の記録", {"fields": [REASON, LOADED]})] if may_save else sets

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """What only the database could refuse (somebody was quicker) comes back on the form with the typing."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as refusal:
            request.refusal = str(refusal)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request, obj, form, change):
        before = form.before if change else None
        if not self._write(request, form, obj, before) and change:
            messages.info(request, "変更された項目はありません。")

    def save_formset(self, request, form, formset, change):
        rows = formset.save(commit=False)
        before = {line.instance.pk: line.before for line in formset.forms}
        for row in rows:
            self._write(request, form, row, before.get(row.pk))
        formset.save_m2m()

    def _write(self, request, form, row, before):
        reason = form.cleaned_data[REASON]
        return corrections.write(row, before=before, by=request.user, at=clock.now(), reason=reason)

    def delete_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, unquote(object_id))
        if not self.has_delete_permission(request, obj):
            raise PermissionDenied
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        return self.reasoned_action(
            request,
            obj,
            title=f"{self.opts.verbose_name}を削除する",
            button="削除する",
            follows=["このデータは一覧と集計からなくなります。元に戻すことはできません。"],
            act=lambda form: corrections.remove(obj, by=request.user, at=clock.now(), reason=form.cleaned_data[REASON]),
            done=f"{obj} を削除しました。",
            back=self.address("changelist"),
        )

    def reasoned_action(
        self,
        request: HttpRequest,
        obj: Any,
        *,
        title: str,
        button: str,
        follows: list[str],
        act: Callable[[Form], Any],
        done: str,
        back: str = "",
        form: Form | None = None,
    ) -> HttpResponse:
        """A page that says what follows, asks why, and then does it. A refusal comes back on the page."""
        back = back or self.address("change", obj)
        form = form if form is not None else ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                act(form)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, done)
                return HttpResponseRedirect(back)
        return self.ask(request, obj, title=title, button=button, follows=follows, form=form)

    def ask(self, request: HttpRequest, obj: Any, *, form: Form, **words: Any) -> HttpResponse:
        """The page of an act on `obj`. `words`: title, button, follows (sentences), now (how it stands)."""
        return self.page(request, "admin/reasoned_action.html", {"form": form, "object": obj, **words})

    def log_addition(self, request, obj, message):
        """The audit event is the record; Django's own log would be a second one."""

    def log_change(self, request, obj, message):
        """See log_addition."""

    def construct_change_message(self, request, form, formsets, add=False):
        return []
