"""In which post a signed-in person acts: ``request.post``, ``request.posts`` and ``request.actor``.

Where the session has opened an emergency access, ``request.access`` is the approval while it holds, the actor's scope is the
one that was asked for, and the actor looks and changes nothing; every page that is opened meanwhile is written down.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from linli.kernel.accounts import queries
from linli.kernel.accounts.verbs import LOOKS
from linli.kernel.audit.actor import Actor
from linli.kernel.privacy import access, context

SESSION_KEY = "post_id"


class ActingPost:
    """Chooses the post that the session names, else the first one held today, and tells the database who looks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.posts, request.post, request.actor = [], None, Actor.public()  # type: ignore[attr-defined]
        request.access = None  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            posts = queries.posts_of(request.user, timezone.localdate())
            chosen = request.session.get(SESSION_KEY)
            post = next((p for p in posts if p.pk == chosen), posts[0] if posts else None)
            request.posts, request.post = posts, post  # type: ignore[attr-defined]
            request.actor = (  # type: ignore[attr-defined]
                queries.actor_for(post)
                if post
                else Actor(label=request.user.display_name, user_id=request.user.pk)
            )
            context.set_viewer(request.actor)  # type: ignore[attr-defined]
            if access.SESSION_KEY in request.session:
                _open_access(request)
        return self.get_response(request)


def _open_access(request: HttpRequest) -> None:
    """Act in the territory that was asked for, as long as the approval holds; then the session is as any other again."""
    at, actor = timezone.now(), request.actor  # type: ignore[attr-defined]
    held = access.opened(actor, request.session[access.SESSION_KEY], at)
    if held is None:
        del request.session[access.SESSION_KEY]
        return
    request.access = held  # type: ignore[attr-defined]
    request.actor = access.widened(actor, held, LOOKS)  # type: ignore[attr-defined]
    context.set_viewer(request.actor)  # type: ignore[attr-defined]
    access.log_page(held, request.path, by=request.actor, at=at)  # type: ignore[attr-defined]
