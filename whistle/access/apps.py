from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "whistle.access"
    label = "access"

    def ready(self) -> None:
        """Name what this package does once a witness has seen it."""
        import whistle.access.effects  # noqa: F401
