from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StoreConfig(AppConfig):
    name = "whistle.store"
    label = "store"
    audited = {  # see whistle.audit.guards
        "store_item": ("item_hash", "blob", "kind"),
        "store_removal": (),
        "keystore_seal": (),
    }

    def ready(self) -> None:
        """After every migration: give the key store's tables their own schema."""
        from django.apps import apps

        from whistle.store.keystore import move

        last = list(apps.get_app_configs())[-1]  # every app has its tables when the last one is told
        post_migrate.connect(move, sender=last, dispatch_uid="store.keystore")
