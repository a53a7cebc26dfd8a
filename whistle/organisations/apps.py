from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "whistle.organisations"
    label = "organisations"
