"""Every write of this room."""

from __future__ import annotations

from linli.returns.commands.carrying import carry_over
from linli.returns.commands.filling import NotWhole, answer, move
from linli.returns.commands.lists import answer_lines, bind_list, needs_approval, take_list
from linli.returns.commands.permitted import Draft, add_form, change_form, end_form
from linli.returns.commands.querying import (
    QueryDraft,
    answer_query,
    ask_query,
    decide_query,
    end_query,
    take_rows,
)
from linli.returns.commands.refused import Refused
from linli.returns.commands.refusing import refuse_return, take_back_refusal
from linli.returns.commands.reminding import remind
from linli.returns.commands.rounds import fill_round, open_round
from linli.returns.commands.templates import bind_template, upload_template

__all__ = [
    "Draft", "NotWhole", "QueryDraft", "Refused", "add_form", "answer", "answer_lines", "answer_query", "ask_query", "bind_list", "bind_template", "carry_over", "change_form", "decide_query",
    "end_form", "end_query",
    "fill_round", "move", "needs_approval", "open_round", "refuse_return", "remind", "take_back_refusal", "take_list", "take_rows", "upload_template",
]  # fmt: skip
