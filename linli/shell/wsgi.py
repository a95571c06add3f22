"""The door through which the web server calls the application."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.shell.settings")
application = get_wsgi_application()

# What is loaded now stays for the life of the process, and a page makes some 20,000 objects that die with it: looking through
# all of them after every 700 costs 5 % of each answer.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
