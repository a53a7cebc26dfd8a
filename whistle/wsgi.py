"""The entry point of the web server."""

import logging
import os
import sys

from django.core.signals import got_request_exception
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whistle.settings")
application = get_wsgi_application()

from whistle.checks import refuse_to_start  # noqa: E402  # needs the application

refuse_to_start()


def note_fault(sender: object, **_signal: object) -> None:
    """Log where our code failed and with what kind of error: no path, no message, no value, for they may be somebody's."""
    kind, _error, trace = sys.exc_info()
    if kind is None or trace is None:
        return
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    logging.getLogger("whistle.fault").error("%s in %s:%d", kind.__name__, code.co_filename, trace.tb_lineno)


got_request_exception.connect(note_fault, dispatch_uid="whistle.fault")
