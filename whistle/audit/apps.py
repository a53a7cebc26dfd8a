from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "whistle.audit"
    label = "audit"

    def ready(self) -> None:
        """After every migration: put up the guards, and log a list of events that is new with this release."""
        from django.apps import apps

        from whistle.audit.guards import put_up

        last = list(apps.get_app_configs())[-1]  # every app has its tables when the last one is told
        post_migrate.connect(put_up, sender=last, dispatch_uid="audit.guards")
        post_migrate.connect(adopt_new_registry, sender=last, dispatch_uid="audit.registry")


def adopt_new_registry(*, plan: list[tuple[Any, bool]] | None = None, **_signal: Any) -> None:
    """Log the registry of this release where an older one is in force; not on the way back to an older release."""
    if any(backwards for _migration, backwards in plan or []):
        return
    from whistle.audit import registry
    from whistle.audit.models import InForce
    from whistle.audit.services import adopt_registry

    for in_force in InForce.objects.exclude(registry_hash__in=("", registry.digest())).select_related(
        "organisation"
    ):
        adopt_registry(in_force.organisation)
