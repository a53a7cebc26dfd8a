"""What can go wrong in the vault, as codes."""


class VaultError(Exception):
    """Raised when something sealed, signed or typed is not what it claims to be.

    `code` is "area.reason" in lower case. It never says more than the caller may show: all ways in
    which a ciphertext can be wrong share one code, so that nobody learns from the difference.

    >>> str(VaultError("seal.refused"))
    'seal.refused'
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
