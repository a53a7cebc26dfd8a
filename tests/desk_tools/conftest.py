"""The same site and colleagues as the desk's own tests have, and the control committee's witness."""

from tests.desk.conftest import colleague, site

__all__ = ["colleague", "site"]
