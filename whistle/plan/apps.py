from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "whistle.plan"
    label = "plan"
