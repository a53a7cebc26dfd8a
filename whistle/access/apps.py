from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "whistle.access"
    label = "access"
