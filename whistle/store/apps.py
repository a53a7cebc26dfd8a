from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "whistle.store"
    label = "store"
