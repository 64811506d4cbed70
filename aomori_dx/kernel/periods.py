"""Half-open periods: `valid_from` is the first day, `valid_to` the first day no longer."""

from collections.abc import Iterable
from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import FieldError, ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Exists, F, Func, Q
from django.db.models.fields import DateField


class PeriodQuerySet(models.QuerySet):
    def on(self, day: date):
        """Rows in force on `day`. There is no default day."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to__gt=day) | Q(valid_to__isnull=True))

    def overlapping(self, start: date, end: date | None):
        """Rows in force on some day of [start, end); an open end is None."""
        rows = self.filter(Q(valid_to__gt=start) | Q(valid_to__isnull=True))
        return rows if end is None else rows.filter(valid_from__lt=end)

    def open(self):
        """Rows without a known end."""
        return self.filter(valid_to__isnull=True)


class Period(models.Model):
    """A fact that holds from a day until another."""

    valid_from = models.DateField("開始日")
    valid_to = models.DateField(
        "終了日", null=True, blank=True, help_text="この日から無効になります(この日は含みません)。"
    )

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def ends_after_it_starts(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
        violation_error_message="終了日は開始日より後にしてください。",
    )


class DateRange(Func):
    function = "daterange"
    output_field = DateField()


class OneAtATime(ExclusionConstraint):
    """No two periods of the same `per` overlap.

    PostgreSQL excludes them itself. SQLite has no such constraint: there the service that writes keeps
    the rule by locking the parent row, and `validate()` asks the table.
    """

    def __init__(
        self,
        *,
        name: str,
        per: Iterable[str],
        condition: Q | None = None,
        violation_error_message: str | None = None,
        violation_error_code: str | None = None,
    ) -> None:
        self.per = tuple(per)
        super().__init__(
            name=name,
            expressions=[*((field, "=") for field in self.per), (DateRange("valid_from", "valid_to"), "&&")],
            condition=condition,
            violation_error_message=violation_error_message,
            violation_error_code=violation_error_code,
        )

    def deconstruct(self):
        _path, args, kwargs = super().deconstruct()
        kwargs.pop("expressions", None)
        return "aomori_dx.kernel.periods.OneAtATime", args, {**kwargs, "per": self.per}

    def constraint_sql(self, model, schema_editor):
        if schema_editor.connection.vendor != "postgresql":
            return None
        return super().constraint_sql(model, schema_editor)

    def create_sql(self, model, schema_editor):
        if schema_editor.connection.vendor != "postgresql":
            return None
        return super().create_sql(model, schema_editor)

    def remove_sql(self, model, schema_editor):
        if schema_editor.connection.vendor != "postgresql":
            return None
        return super().remove_sql(model, schema_editor)

    def validate(self, model, instance, exclude=None, using=DEFAULT_DB_ALIAS) -> None:
        """Raise ValidationError where another row of the same `per` overlaps. For forms and full_clean()."""
        asked = {*self.per, "valid_from", "valid_to"}
        if instance.valid_from is None or asked.intersection(exclude or ()):
            return
        rows: PeriodQuerySet = PeriodQuerySet(model, using=using)
        same = rows.filter(**{field: getattr(instance, field) for field in self.per})
        rivals = same.exclude(pk=instance.pk).overlapping(instance.valid_from, instance.valid_to)
        if self.condition is None:
            found = rivals.exists()
        else:
            values = instance._get_field_expression_map(meta=model._meta, exclude=exclude)
            try:
                found = Q(self.condition, Exists(rivals.filter(self.condition))).check(values, using=using)
            except FieldError:  # the condition asks for an excluded field: as Django does, leave it to the others
                return
        if found:
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)
