from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    audited = {  # no silent change of these columns: see whistle.audit.guards
        "cases_case": ("state", "version", "outcome", "acknowledged_on", "feedback_on", "closed_on"),
        "cases_casebox": (),
        "cases_assignment": ("part", "staff_id"),
        "cases_declaration": (),
        "cases_proposal": (),
    }
