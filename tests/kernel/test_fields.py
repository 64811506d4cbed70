"""The fiscal year as a column and as a form field."""

import pytest
from django import forms
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F, Max

from aomori_dx.kernel.fields import FiscalYearField, FiscalYearFormField
from aomori_dx.kernel.fiscal_year import FiscalYear
from stages.models import Promoter, TrainingPlan
from tests.factories import stages as make


@pytest.mark.django_db
def test_a_year_is_stored_as_a_number_and_read_as_a_year():
    who = make.promoter(cohort=make.R8)
    with connection.cursor() as cursor:
        cursor.execute("SELECT cohort FROM stages_promoter WHERE id = %s", [who.pk])
        assert cursor.fetchone() == (2026,)
    assert Promoter.objects.get().cohort == FiscalYear(2026)
    assert Promoter.objects.values_list("cohort", flat=True).get() == FiscalYear(2026)


@pytest.mark.django_db
def test_years_can_be_asked_for_in_every_form():
    make.promoter(cohort=make.R7)
    r8 = make.promoter(cohort=make.R8)
    for asked in (FiscalYear(2026), 2026, "R8", "令和8年度"):
        assert Promoter.objects.get(cohort=asked) == r8
    assert Promoter.objects.get(cohort__gt=make.R7) == r8
    assert Promoter.objects.filter(cohort__in=[make.R7, make.R8]).count() == 2
    assert Promoter.objects.aggregate(newest=Max("cohort"))["newest"] == make.R8
    assert Promoter.objects.filter(cohort=F("cohort")).count() == 2
    with pytest.raises(ValueError, match="年度は"):
        Promoter.objects.filter(cohort="来年").exists()


@pytest.mark.django_db
def test_a_year_survives_a_fixture():
    who = make.promoter(cohort=make.R8)
    (row,) = serializers.deserialize("json", serializers.serialize("json", [who]))
    assert row.object.cohort == make.R8


@pytest.mark.django_db
def test_full_clean_refuses_what_is_no_year_in_japanese():
    plan = TrainingPlan(code="x", name="計画", first_year=make.R6, last_year="来年")
    with pytest.raises(ValidationError) as refusal:
        plan.full_clean()
    assert "年度は「R8」" in refusal.value.message_dict["last_year"][0]


class YearForm(forms.Form):
    wanted = FiscalYearFormField()
    other = FiscalYearFormField(required=False)


def test_a_form_reads_a_year_as_people_type_it():
    form = YearForm({"wanted": "令和８年度", "other": ""})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"wanted": FiscalYear(2026), "other": None}


def test_a_form_shows_a_year_in_its_short_form_and_keeps_what_was_typed():
    assert 'value="R8"' in str(YearForm(initial={"wanted": FiscalYear(2026)})["wanted"])
    refused = YearForm({"wanted": "8"})
    assert not refused.is_valid()
    assert 'value="8"' in str(refused["wanted"])
    assert "年度は「R8」" in refused.errors["wanted"][0]


def test_the_column_brings_its_form_field():
    field = FiscalYearField("年度").formfield()
    assert isinstance(field, FiscalYearFormField)
    assert (field.clean("R8"), field.clean(FiscalYear(2026))) == (FiscalYear(2026), FiscalYear(2026))
    with pytest.raises(ValidationError):
        field.clean("")
