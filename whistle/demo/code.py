"""`python -m whistle.demo.code PEOPLE USERNAME`: passphrase and present code of a demo person."""

import sys
import time
from pathlib import Path

from whistle.client.desk import person_from
from whistle.vault import totp

if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    person = person_from(Path(sys.argv[1]), sys.argv[2])
    print(f"passphrase  {person.passphrase}\ncode        {totp.now(person.totp_secret, time.time())}")
