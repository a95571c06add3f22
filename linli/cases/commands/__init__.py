"""Every write of the loop. One function a change; the list below is what the room can do."""

from linli.cases.commands.answering import answer_reporters
from linli.cases.commands.calls import drop_call, keep_call
from linli.cases.commands.classifying import reclassify
from linli.cases.commands.closing import call_back, check, close, rate, reopen
from linli.cases.commands.dispatching import (
    dispatch,
    dispatch_as_suggested,
    dispatch_by_rule,
    hand_down,
    reassign,
    recall,
    return_case,
    rule,
    sign,
    withdraw,
)
from linli.cases.commands.handling import (
    contact,
    pause,
    record_measure,
    resume,
    submit,
)
from linli.cases.commands.importing import import_cases, record_import
from linli.cases.commands.intake import correct, receive, receive_all
from linli.cases.commands.more_time import (
    decide_extension,
    defer,
    request_deferral,
    request_extension,
    undefer,
)
from linli.cases.commands.proposals import ProposalFacts, rate_proposal, register_proposal, send_letter
from linli.cases.commands.refusing import refuse_case, take_back_refusal
from linli.cases.commands.screening import (
    accept,
    ask_verify,
    explain,
    merge,
    refer,
    report_verified,
    restore,
    unfile,
    unmerge,
    void,
)
from linli.cases.commands.supervision import answer_supervision, exclude, supervise
from linli.cases.commands.taking import Wish, file_case, take
from linli.cases.queries.placing import Intake, ReporterFacts

__all__ = [
    "Intake", "ProposalFacts", "ReporterFacts", "Wish", "accept", "answer_reporters", "answer_supervision",
    "ask_verify", "call_back", "check", "close", "contact", "correct", "decide_extension", "defer", "dispatch",
    "dispatch_as_suggested", "dispatch_by_rule", "drop_call", "exclude", "explain", "file_case", "hand_down",
    "import_cases", "keep_call", "merge", "pause", "rate", "rate_proposal", "reassign", "recall", "receive", "receive_all", "reclassify",
    "record_import", "record_measure", "refer", "refuse_case", "register_proposal", "reopen", "report_verified", "request_deferral", "request_extension", "restore",
    "resume", "return_case", "rule", "send_letter", "sign", "submit", "supervise", "take", "take_back_refusal", "undefer", "unfile",
    "unmerge", "void", "withdraw",
]  # fmt: skip
