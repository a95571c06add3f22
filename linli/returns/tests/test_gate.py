"""Forms pass the gate: a new one names its admission, one whose admission has ended is not asked, and may be refused."""

from __future__ import annotations

from datetime import date

import pytest

from linli.duties.models import Application, Refusal
from linli.duties.queries.gate import asked_already
from linli.duties.tests.gates import STARTS, published
from linli.kernel.accounts.verbs import NotAllowed
from linli.returns import commands, states
from linli.returns.commands import Refused
from linli.returns.models import Form, Return
from linli.returns.queries.permission import why_not_permitted
from linli.returns.tests.factories import bound, permitted
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db
NEW = {"valid_from": STARTS, "valid_to": date(2027, 12, 1)}
LATER = MONDAY + (STARTS - MONDAY.date())


def asked(cast: Cast, form: Form) -> Return:
    """The return that the community owes in a round of the form."""
    bound(cast, form)
    made = commands.open_round(code=form.code, by=cast.actors["keeper"], at=MONDAY)
    return made.returns.get(unit__code=cast.actors["community"].unit)


def test_what_was_in_use_before_the_gate_opened_is_old_stock(cast: Cast) -> None:
    assert permitted(cast).admission == ""


def test_a_new_form_needs_an_admission_of_its_own_department(cast: Cast) -> None:
    with pytest.raises(Refused, match="要先申请准入"):
        permitted(cast, **NEW)
    row = published(cast)
    assert permitted(cast, **NEW, admission=row.number).admission == row.number
    with pytest.raises(Refused, match="没有编号"):
        permitted(cast, **NEW, owner="D02", admission=row.number)


def test_a_form_whose_admission_has_ended_is_not_asked_any_more(cast: Cast) -> None:
    row = published(cast)
    form = permitted(cast, **NEW, admission=row.number)
    bound(cast, form)
    Application.objects.filter(pk=row.pk).update(state="withdrawn")
    with pytest.raises(Refused, match="已经结束"):
        commands.open_round(code=form.code, by=cast.actors["keeper"], at=LATER)


def test_a_round_of_a_permitted_form_is_not_refused(cast: Cast) -> None:
    row = asked(cast, permitted(cast))
    with pytest.raises(Refused, match="在准许的期限内"):
        commands.refuse_return(return_id=row.pk, by=cast.actors["community"], at=MONDAY)


def test_a_round_of_a_form_that_has_ended_is_refused_with_one_click_and_is_never_late(cast: Cast) -> None:
    row = asked(cast, permitted(cast))
    Form.objects.update(valid_to=MONDAY.date())
    row.round.form.refresh_from_db()
    assert "到期或停用" in why_not_permitted(row.round.form, MONDAY.date())
    with pytest.raises(NotAllowed):
        commands.refuse_return(return_id=row.pk, by=cast.actors["stranger"], at=MONDAY)
    by = cast.actors["community"]
    assert commands.refuse_return(return_id=row.pk, by=by, at=MONDAY).state == states.REFUSED
    refusal = Refusal.objects.get()
    assert (refusal.ground, refusal.department.code, refusal.channel) == ("ended", "D01", "form")
    assert not Return.objects.filter(state=states.FILLING, pk=row.pk).exists()
    assert commands.take_back_refusal(return_id=row.pk, by=by, at=MONDAY).state == states.FILLING
    assert Refusal.objects.get().state == "taken_back"


def test_the_gate_knows_which_columns_of_a_new_form_are_known_and_who_asks_them_already(cast: Cast) -> None:
    bound(cast, permitted(cast))
    found = asked_already(["姓名", "出生日期", "最喜欢的颜色"])
    assert found.known == ["姓名", "出生日期"]
    assert not found.forms
    again = asked_already(["在册人口/合计", "在册人口/男", "在册人口/女", "上门服务次数"])
    assert list(again.forms or {}) == ["社区人口情况月报"]
