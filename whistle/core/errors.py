"""Errors of the domain: a code, never a sentence.  Sentences live in `whistle.ui.messages`."""


class DomainError(Exception):
    """A refusal with a code such as `case.moved_on`.

    `status` is the HTTP status a face answers with: 400 by default, 403 for a role that may not, 404 for what
    is absent or hidden, 409 when somebody else was first, 413 for too much, 429 for too often.

    >>> str(DomainError("case.moved_on", status=409))
    'case.moved_on'
    """

    def __init__(self, code: str, *, status: int = 400, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.details = details
