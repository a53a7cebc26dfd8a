"""The sign-in of a town, tried by hand."""

import os

from tests.town import Town
from whistle.client.errors import ClientError
from whistle.client.http import Server, b64, unb64
from whistle.core.hashcash import solve as work
from whistle.demo.inside import Inside
from whistle.vault import staff as passphrases
from whistle.vault import totp


class Door(Server):
    """The sign-in of a town, tried by hand."""

    def __init__(self, town: Town) -> None:
        super().__init__(Inside(town.prefix), "/desk/api/")

    def knock(self, username: str, passphrase: str, code: str) -> ClientError | None:
        asked = self.post("sign-in/salt", {"username": username})
        auth = passphrases.auth(passphrases.master(passphrase, unb64(asked["salt"])))
        shown = {"challenge": asked["work"], "work": work(asked["work"], auth)}
        try:
            self.post("sign-in", {"username": username, "auth": b64(auth), "code": code, **shown})
        except ClientError as refused:
            return refused
        return None

    def refusal(self, shown: dict[str, object]) -> str:
        try:
            self.post("sign-in", shown)
        except ClientError as refused:
            return refused.code
        return ""

    def post_wrong(self, username: str) -> str:
        """A guess without the second that stretching takes."""
        asked = self.post("sign-in/salt", {"username": username})["work"]
        guess = os.urandom(32)
        shown = {"username": username, "auth": b64(guess), "code": "000000", "challenge": asked}
        return self.refusal({**shown, "work": work(asked, guess)})


def secret_code(town: Town, name: str, at: float) -> str:
    return totp.now(town.people[name].totp_secret, at)
