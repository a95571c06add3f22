"""A month of a form that has been asked and filled."""

from __future__ import annotations

import pytest

from linli.kernel.privacy.context import set_viewer
from linli.registry.tests.district import settle
from linli.returns.commands import fill_round, open_round
from linli.returns.models import Round
from linli.returns.tests.factories import bound, permitted
from tests.cast import MONDAY, TESTER, Cast


@pytest.fixture
def opened(cast: Cast) -> Round:
    """A month of a form, asked of both communities and filled."""
    settle(cast)
    form = permitted(cast)
    bound(cast, form)
    made = open_round(code=form.code, by=cast.actors["clerk"], at=MONDAY)
    set_viewer(TESTER)
    fill_round(round_id=made.pk, by=TESTER, at=MONDAY)
    return made
