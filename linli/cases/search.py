"""Cases in the one search box: by number, and by words of the text."""

from __future__ import annotations

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.algorithms.text.bigrams import normalise, query_tokens
from linli.algorithms.text.sentences import said
from linli.cases import policy
from linli.cases.states import TABLE
from linli.kernel.audit.actor import Actor
from linli.kernel.frame import Hit, Hits

SHOWN = 10
LOOKED_AT = 2000


def find_cases(actor: Actor, words: str) -> Hits:
    """The newest cases that hold the words and that the actor may see."""
    if not actor.may("case.view"):
        return Hits(_("案件"), [])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM cases_case_search(%s, %s) AS id ORDER BY id DESC LIMIT %s",
            [query_tokens(words), normalise(words), LOOKED_AT],
        )
        ids = [row[0] for row in cursor.fetchall()]
    rows = policy.visible_to(actor).filter(pk__in=ids).order_by("-received_at")[:SHOWN]
    hits = [
        Hit(
            f"{case.number} {case.title}",
            reverse("cases:case", args=[case.number]),
            said(TABLE.state(case.state).label),
        )
        for case in rows
    ]
    return Hits(_("案件"), hits, f"{reverse('cases:list')}?q={words}" if len(hits) == SHOWN else "")


FINDERS = [find_cases]
