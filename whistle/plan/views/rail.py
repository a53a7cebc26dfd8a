"""The menu of the desk, with the plan marked."""

from django.utils.translation import gettext as _


def rail(prefix: str, current: str = "plan") -> list[dict[str, object]]:
    """Return the items of the desk's menu."""
    items = [
        ("needs-me", _("Needs me"), "/desk/"),
        ("cases", _("Cases"), "/desk/cases/"),
        ("plan", _("Plan"), "/desk/plan/"),
        ("log", _("Log"), "/desk/log/"),
    ]
    return [
        {"icon": icon, "label": label, "url": f"{prefix}{path}", "current": icon == current}
        for icon, label, path in items
    ]
