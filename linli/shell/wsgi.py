"""The door through which the web server calls the application."""

from __future__ import annotations

import gc
import logging
import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.shell.settings")
application = get_wsgi_application()

from django.db import DatabaseError, connection, transaction  # noqa: E402 - only after Django is set up

from linli.kernel.registers.queries import read_columns  # noqa: E402

log = logging.getLogger(__name__)


def warm() -> None:
    """Read the columns of the long lists while the first visitor still signs in."""
    try:
        with transaction.atomic():
            read_columns()
    except DatabaseError:
        log.exception("名册未能预先读入，打开时再读")
    finally:
        connection.close()


# What is loaded now stays for the life of the process, and a page makes some 20,000 objects that die with it: looking through
# all of them after every 700 costs 5 % of each answer.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
Thread(target=warm, name="columns", daemon=True).start()
