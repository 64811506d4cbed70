import aomori_dx.kernel.fields
from django.db import migrations, models


def as_one_year(apps, schema_editor):
    """What was there was of a round of one fiscal year, of people at work."""
    rows = apps.get_model("training", "Obligation").objects
    rows.update(
        counts_from=models.F("fiscal_year"), counts_until=models.F("fiscal_year"), present_from=models.F("obliged_on")
    )


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0007_elearning_results"),
    ]

    operations = [
        migrations.AddField(
            model_name="obligation",
            name="counts_from",
            field=aomori_dx.kernel.fields.FiscalYearField(default=2026, verbose_name="修了を数える最初の年度"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="obligation",
            name="counts_until",
            field=aomori_dx.kernel.fields.FiscalYearField(default=2026, verbose_name="修了を数える最後の年度"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="obligation",
            name="present_from",
            field=models.DateField(blank=True, null=True, verbose_name="対象になってから最初に勤務した日"),
        ),
        migrations.RunPython(as_one_year, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(fields=["employee", "counts_until"], name="obligation_of_person"),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("counts_from__lte", models.F("fiscal_year")), ("counts_until__gte", models.F("fiscal_year"))
                ),
                name="obligation_within_its_round",
                violation_error_message="修了を数える年度は、この年度を含めてください。",
            ),
        ),
    ]
