from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "whistle.audit"
    label = "audit"
