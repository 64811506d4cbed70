"""The kernel's rows in the admin: the audit, the letters and the jobs, all for looking at only.

`Heartbeat` and the table of the cache are no records of anybody: /healthz/ shows the first, nobody needs the second.
"""

import json

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.utils.html import format_html, format_html_join

from aomori_dx.kernel import history
from aomori_dx.kernel.admin_base import GivenFilter, LookOnlyAdmin
from aomori_dx.kernel.models import AuditEvent, FiscalYearClosing, Job, OutboxMessage


class KindFilter(admin.SimpleListFilter):
    """The kind of object, by its name in the office's words."""

    title = "対象の種類"
    parameter_name = "model"

    def lookups(self, request, model_admin):
        registered = sorted(model_admin.admin_site._registry, key=lambda model: model._meta.label_lower)
        return [(model._meta.label_lower, model._meta.verbose_name) for model in registered]

    def queryset(self, request, queryset):
        return queryset.filter(model=self.value()) if self.value() else queryset


class ActionFilter(admin.AllValuesFieldListFilter):
    """The act, in words."""

    def choices(self, changelist):
        for choice in super().choices(changelist):
            yield {**choice, "display": history.action_label(str(choice["display"]))}


class VeiledList(ChangeList):
    """A list of events that hides what the objects themselves hide."""

    model_admin: "AuditEventAdmin"

    def get_results(self, request):
        super().get_results(request)
        for event in self.result_list:
            self.model_admin.veil(request, event)


def pretty(value) -> str:
    """Structured values, readable."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return "-" if value is None else format_html("<pre>{}</pre>", text)


@admin.register(AuditEvent)
class AuditEventAdmin(LookOnlyAdmin):
    """Who did what. What an object keeps from a person, its record keeps from that person too."""

    list_display = ["at", "by_name", "action_word", "kind", "object_label", "reason"]
    list_display_links = ["at", "object_label"]
    list_filter = ["at", KindFilter, ("action", ActionFilter)]
    search_fields = ["by_name", "object_label", "object_pk", "reason"]
    search_help_text = "操作者、対象、対象のID、理由で探します。"
    date_hierarchy = "at"
    fields = ["at", "by_name", "action_word", "kind", "object_label", "what_changed", "reason"]
    _SEARCHED = frozenset({"at", "action", "model", "object_pk", "by_id"})

    def lookup_allowed(self, lookup, value, request=None):
        """Not into before and after: a filter there would tell what the page keeps hidden."""
        return lookup.split("__")[0] in self._SEARCHED

    def get_changelist(self, request, **kwargs):
        return VeiledList

    def get_object(self, request, object_id, from_field=None):
        event = super().get_object(request, object_id, from_field)
        return self.veil(request, event) if event else event

    def get_search_results(self, request, queryset, search_term):
        if search_term:  # the label of an absence holds its reason: finding it would tell
            closed = [name for name, owner in self._owners().items() if owner.hidden_from(request)]
            queryset = queryset.exclude(model__in=closed)
        return super().get_search_results(request, queryset, search_term)

    def veil(self, request, event: AuditEvent) -> AuditEvent:
        """The event without what this person may not see of its object."""
        owner = self._owners().get(event.model)
        if owner is None:
            return event
        if owner.hidden_from(request):
            event.object_label = f"ID {event.object_pk}"
        unsaid = owner.unsaid_to(request)
        event.before, event.after = _without(event.before, unsaid), _without(event.after, unsaid)
        return event

    def _owners(self):
        return {model._meta.label_lower: owner for model, owner in self.admin_site._registry.items()}

    @admin.display(description="操作", ordering="action")
    def action_word(self, event):
        return history.action_label(event.action, event.model)

    @admin.display(description="対象の種類", ordering="model")
    def kind(self, event):
        model = history.model_of(event)
        return model._meta.verbose_name if model else event.model

    @admin.display(description="変更内容")
    def what_changed(self, event):
        lines = ((line.label, line.before, line.after) for line in history.changes(event))
        return format_html_join("", "<div>{}: {} → {}</div>", lines) or "-"


def _without(values, hidden):
    if not isinstance(values, dict):
        return values
    return {name: history.HIDDEN if name in hidden else value for name, value in values.items()}


@admin.register(FiscalYearClosing)
class FiscalYearClosingAdmin(LookOnlyAdmin):
    """Years are closed and opened again on the programme's own page."""

    list_display = ["fiscal_year", "act", "at", "by_name", "reason"]
    list_filter = ["fiscal_year", "act"]
    search_fields = ["by_name", "reason"]
    search_help_text = "操作者、理由で探します。"
    date_hierarchy = "at"


@admin.register(OutboxMessage)
class OutboxMessageAdmin(LookOnlyAdmin):
    list_display = ["subject", "to", "written_at", "not_before", "sent_at", "cancelled_at", "attempts", "last_error"]
    list_filter = [("sent_at", GivenFilter), ("cancelled_at", GivenFilter), "written_at"]
    search_fields = ["subject", "to", "key"]
    search_help_text = "件名、宛先、識別キーで探します。"
    date_hierarchy = "written_at"


@admin.register(Job)
class JobAdmin(LookOnlyAdmin):
    list_display = ["kind", "state", "progress", "requested_by_name", "queued_at", "finished_at", "error"]
    list_filter = ["state", "kind", "queued_at"]
    search_fields = ["kind", "key", "requested_by_name", "error"]
    search_help_text = "種類、識別キー、依頼者、失敗の理由で探します。"
    date_hierarchy = "queued_at"
    fields = [
        "kind", "key", "params_text", "state", "progress", "message", "result_text", "error", "attempts",
        "requested_by_name", "queued_at", "started_at", "heartbeat_at", "finished_at",
    ]  # fmt: skip

    @admin.display(description="進み具合")
    def progress(self, job):
        return f"{job.done} / {job.total}"

    @admin.display(description="入力")
    def params_text(self, job):
        return pretty(job.params)

    @admin.display(description="結果")
    def result_text(self, job):
        return pretty(job.result)
