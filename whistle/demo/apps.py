from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "whistle.demo"
    label = "demo"
