"""What anybody may fetch of the logs: checkpoints, hash tiles, keys.  It moves on the fixed clock, and says nothing.

The addresses are those of C2SP tlog-tiles, under `/log/desk/` and `/log/channel/`, so that monitors and witnesses other
people wrote can follow a log.  Entries are not here: their hashes are, and hashes of entries with a nonce tell nothing.
"""

import re
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from whistle.audit import policies
from whistle.audit.folders import LOGS, outside_folder, policy_path
from whistle.core.audience import PUBLIC, audience
from whistle.organisations.models import Organisation

NAME = re.compile(
    r"checkpoint|log(?:\.mldsa)?\.vkey|tile/[0-9]{1,2}/(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/[0-9]{1,3})?"
)
FOREVER = "public, max-age=31536000, immutable"  # a tile that was shown never changes


@audience(PUBLIC)
@require_safe
def log_file(request: HttpRequest, log: str, name: str) -> HttpResponse:
    """Send one file of the public log, byte for byte as the witnesses' checkpoint covers it."""
    organisation: Organisation = request.organisation  # type: ignore[attr-defined]
    if log not in LOGS or not NAME.fullmatch(name):
        raise Http404
    try:
        octets = (outside_folder(organisation, log) / name).read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise Http404 from None
    tile = name.startswith("tile/")
    answer = HttpResponse(
        octets, content_type="application/octet-stream" if tile else "text/plain; charset=utf-8"
    )
    answer["Cache-Control"] = FOREVER if tile else "no-cache"
    return answer


@audience(PUBLIC)
@require_safe
def policy_file(request: HttpRequest) -> HttpResponse:
    """Send whose signatures count, without the witnesses' addresses inside the house."""
    organisation: Organisation = request.organisation  # type: ignore[attr-defined]
    path = policy_path(organisation)
    text = path.read_text() if path.exists() else policies.text(organisation, {})
    return HttpResponse(without_addresses(text), content_type="text/plain; charset=utf-8")


def without_addresses(text: str) -> str:
    """Return a policy whose witness lines end with the key.

    >>> without_addresses("witness committee committee+1+AQ http://10.0.0.7:8711\\nquorum committee\\n")
    'witness committee committee+1+AQ\\nquorum committee\\n'
    """
    lines = []
    for line in text.splitlines():
        words = line.split(" ")
        hidden = words[0] == "witness" and urlsplit(words[-1]).scheme in ("http", "https")
        lines.append(" ".join(words[:-1]) if hidden else line)
    return "\n".join(lines) + "\n"
