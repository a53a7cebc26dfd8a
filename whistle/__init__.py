"""Whistle: sealed reports, a role-restricted desk, a log strangers can check."""

__version__ = "0.1.0"
