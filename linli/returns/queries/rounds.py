"""How far the returns of a form have come, round by round."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q

from linli.kernel.audit.actor import Actor
from linli.returns import states
from linli.returns.models import Form, Round


def rounds_still_filled(today: date) -> list[int]:
    """The rounds whose last day is not over, of which some unit has not handed in: what was learned since goes into them."""
    rows = Round.objects.filter(due_on__gte=today, returns__state=states.FILLING)
    return list(rows.distinct().order_by("pk").values_list("pk", flat=True))


def rounds_of(form: Form, by: Actor) -> list[Round]:
    """The rounds of a form, the latest first, with how many returns there are (``units``), are still with who fills them
    (``open``) and have arrived (``arrived``) within the territory of the actor; all of them for the department."""
    own = (
        Q()
        if by.unit == form.owner.code or by.sees_all or not by.scope
        else Q(returns__path__startswith=by.scope)
    )
    return list(
        form.rounds.annotate(
            units=Count("returns", filter=own),
            open=Count("returns", filter=own & Q(returns__state=states.FILLING)),
            arrived=Count("returns", filter=own & Q(returns__state=states.ACCEPTED)),
        ).order_by("-first")[:24]
    )
