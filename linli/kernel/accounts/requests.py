"""What a request carries once the middleware has seen it: for the types of views behind a sign-in."""

from __future__ import annotations

from django.http import HttpRequest

from linli.kernel.accounts.models import Post, User
from linli.kernel.audit.actor import Actor


class StaffRequest(HttpRequest):
    """The request of a signed-in person, acting in a post."""

    user: User  # type: ignore[assignment]
    actor: Actor
    post: Post | None
    posts: list[Post]
