from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    audited = {  # no silent change of these columns: see whistle.audit.guards
        "cases_case": (
            "state",
            "version",
            "outcome",
            "acknowledged_on",
            "feedback_on",
            "feedback_due",
            "closed_on",
        ),
        "cases_casebox": ("case_id", "box_id"),  # when its reporter wrote last is no act of the desk
        "cases_assignment": ("part", "staff_id"),
        "cases_declaration": (),
        "cases_proposal": (),
        "cases_record": ("codes", "due_on", "done_on", "agreed"),
        "cases_unsealing": ("agreed", "opened_at"),
    }

    def ready(self) -> None:
        """Name what happens when a high-stake act has been witnessed, and what steps do beside moving a case."""
        from cases.services import identity, merge, removal, rotate, shred, to_alternate  # noqa: F401
