"""Every write of the loop. One function a change; the list below is what the room can do."""

from linli.cases.commands.classifying import reclassify
from linli.cases.commands.closing import call_back, check, close, rate, reopen
from linli.cases.commands.dispatching import dispatch, dispatch_by_rule, hand_down, reassign, recall, return_case, rule, sign
from linli.cases.commands.handling import (
    contact,
    decide_extension,
    defer,
    pause,
    record_measure,
    request_extension,
    resume,
    submit,
    undefer,
)
from linli.cases.commands.intake import Intake, ReporterFacts, correct, receive
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

__all__ = [
    "Intake", "ReporterFacts", "accept", "answer_supervision", "ask_verify", "call_back", "check", "close", "contact",
    "correct", "decide_extension", "defer", "dispatch", "dispatch_by_rule", "exclude", "explain", "hand_down", "merge",
    "pause", "rate", "reassign", "recall", "receive", "reclassify", "record_measure", "refer", "reopen",
    "report_verified", "request_extension", "restore", "resume", "return_case", "rule", "sign", "submit", "supervise",
    "undefer", "unfile", "unmerge", "void",
]  # fmt: skip
