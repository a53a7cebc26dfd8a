from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "whistle.operations"
    label = "operations"
