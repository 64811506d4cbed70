"""The demo as an installed app, where the settings allow it."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "aomori_dx.demo"
    label = "demo"
    verbose_name = "練習用データ"
