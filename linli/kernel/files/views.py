"""Serving files: pictures in the page, documents as downloads, never anything a browser would run."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from linli.kernel.files import queries
from linli.kernel.files.images import THUMBNAILS
from linli.kernel.files.models import StoredFile
from linli.kernel.files.rules import Unavailable
from linli.kernel.files.store import Missing, store


@require_safe
def show(request: HttpRequest, file_id: UUID, size: int = 0) -> HttpResponseBase:
    """A file, or the small picture of it, for those whom its room lets see it."""
    return _response(queries.get_file_for(request.actor, file_id), size)  # type: ignore[attr-defined]


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponseBase:
    """A file by a signed address that a public page gave out."""
    return _response(*queries.read_shared(token))


def _response(file: StoredFile | None, size: int) -> HttpResponseBase:
    if file is None or (size and (size not in THUMBNAILS or not file.is_image)):
        raise Http404
    try:
        content = store().open(file.thumbnail_key(size) if size else file.key)
    except Missing:
        raise Http404 from None
    except Unavailable as unavailable:
        return HttpResponse(str(unavailable), status=503, content_type="text/plain; charset=utf-8")
    content_type = "image/webp" if size else file.content_type
    response = FileResponse(
        content, as_attachment=not file.is_image, filename=file.name, content_type=content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
