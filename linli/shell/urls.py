"""All addresses: each room brings its own."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from linli.shell import views

ROOMS = [
    ("", "linli.kernel.administration.urls"),
    ("accounts/", "linli.kernel.accounts.urls"),
    ("norms/", "linli.kernel.norms.urls"),
    ("calendar/", "linli.kernel.calendar.urls"),
    ("files/", "linli.kernel.files.urls"),
    ("notices/", "linli.kernel.notices.urls"),
    ("protection/", "linli.kernel.protection.urls"),
    ("", "linli.kernel.registers.urls"),
    ("", "linli.territory.urls"),
    ("", "linli.registry.urls"),
    ("duties/", "linli.duties.urls"),
    ("returns/", "linli.returns.urls"),
    ("burden/", "linli.assessment.urls"),
    ("", "linli.cases.urls"),
    ("", "linli.insight.urls"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("health/", views.health, name="health"),
    path("workbench/", views.workbench, name="workbench"),
    path("search/", views.search, name="search"),
    path("language/", set_language, name="set_language"),
    *(path(prefix, include(module)) for prefix, module in ROOMS),
]

if settings.DEMO or settings.DEBUG:
    urlpatterns.append(path("gallery/", views.gallery, name="gallery"))

handler400 = "linli.shell.views.bad_request"
handler403 = "linli.shell.views.forbidden"
handler404 = "linli.shell.views.not_found"
handler500 = "linli.shell.views.server_error"
