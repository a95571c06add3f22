"""What the figures are compared with: bare Django and REST framework, a list and a create on a table with the same indexes.

The table ``bench_bare`` has the columns of a case and all its indexes but the one for searching. No sign-in, no rights, no
policies, no events, no clocks: what a request costs when nothing but the row is wanted.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.db import models

_url = urlsplit(os.environ["DATABASE_URL"])
settings.configure(
    ALLOWED_HOSTS=["*"], INSTALLED_APPS=["rest_framework"], ROOT_URLCONF=__name__, USE_TZ=True, SECRET_KEY="benchmark",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql", "NAME": _url.path[1:], "USER": _url.username, "PASSWORD": _url.password or "",
        "HOST": _url.hostname, "PORT": _url.port, "CONN_MAX_AGE": None,
    }},
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [], "DEFAULT_PERMISSION_CLASSES": [], "UNAUTHENTICATED_USER": None,
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
)  # fmt: skip
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import include, path  # noqa: E402
from rest_framework import pagination, routers, serializers, viewsets  # noqa: E402


class Bare(models.Model):
    """A case as a row and nothing more."""

    number = models.CharField(max_length=20, unique=True)
    public_code = models.CharField(max_length=16, unique=True)
    channel = models.CharField(max_length=16)
    kind = models.CharField(max_length=12)
    category_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=80)
    text = models.TextField()
    place_text = models.CharField(max_length=200)
    place_id = models.BigIntegerField(null=True)
    place_path = models.CharField(max_length=200)
    state = models.CharField(max_length=12)
    lead_id = models.BigIntegerField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        app_label = "bare"
        managed = False
        db_table = "bench_bare"


class BareSerializer(serializers.ModelSerializer):  # type: ignore[type-arg]
    """Every field of the model."""

    class Meta:
        model = Bare
        fields = "__all__"


class Pages(pagination.PageNumberPagination):
    """Fifty a page, with the count of all, as the framework does it."""

    page_size = 50


class BareView(viewsets.ModelViewSet):  # type: ignore[type-arg]
    """List by state, kind and channel, newest first; create."""

    serializer_class = BareSerializer
    pagination_class = Pages

    def get_queryset(self) -> Any:
        """Three multi-select filters."""
        found = Bare.objects.order_by("-received_at")
        for name in ("state", "kind", "channel"):
            if wanted := self.request.query_params.getlist(name):
                found = found.filter(**{f"{name}__in": wanted})
        return found


router = routers.SimpleRouter()
router.register("bare", BareView, basename="bare")
urlpatterns = [path("", include(router.urls))]
application = get_wsgi_application()
