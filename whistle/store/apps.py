from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "whistle.store"
    label = "store"
    audited = {"store_item": ("item_hash", "blob", "kind"), "keystore_seal": ()}  # see whistle.audit.guards
