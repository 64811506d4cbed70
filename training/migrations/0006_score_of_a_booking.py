from django.db import migrations, models


STATES = [
    ("requested", "申込"),
    ("confirmed", "確定"),
    ("waitlisted", "キャンセル待ち"),
    ("rejected", "却下"),
    ("cancelled", "取消"),
    ("attended", "受講済"),
    ("absent", "欠席"),
    ("completed", "修了"),
    ("failed", "未修了"),
]


class Migration(migrations.Migration):
    dependencies = [("training", "0005_certificates_and_calendars")]

    operations = [
        migrations.AddField(
            model_name="enrollment",
            name="score",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="得点"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="status",
            field=models.CharField(choices=STATES, default="requested", max_length=12, verbose_name="状態"),
        ),
        migrations.AlterField(
            model_name="enrollment",
            name="called_off_as",
            field=models.CharField(blank=True, choices=STATES, max_length=12, verbose_name="中止のときの状態"),
        ),
    ]
