from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "whistle.ui"
    label = "ui"
