"""What can go wrong for a client, as codes with a plain sentence."""


class ClientError(Exception):
    """The server refused (`code` is its code), or what it gave does not hold (`client.…`)."""

    def __init__(self, code: str, message: str = "", *, status: int = 0, **details: object) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code
        self.message = message
        self.status = status
        self.details = details
