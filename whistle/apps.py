"""The installation as a whole: its checks belong to no part."""

from django.apps import AppConfig


class WhistleConfig(AppConfig):
    name = "whistle"

    def ready(self) -> None:
        """Register the checks."""
        from whistle import checks  # noqa: F401
