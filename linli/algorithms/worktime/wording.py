"""The explanation in simplified Chinese. Each template is a message id: pass ``translate`` for another language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from fractions import Fraction

from linli.algorithms.text.sentences import said
from linli.algorithms.worktime.clock import Due
from linli.algorithms.worktime.explanation import Line, LineCode, Value
from linli.algorithms.worktime.scales import Unit

Translate = Callable[[str], str]


def N_(message: str) -> str:
    """Mark a message for extraction; it is translated when it is used."""
    return message


UNIT_ZH: dict[Unit, str] = {
    Unit.WORKING_HOUR: N_("个工作时"),
    Unit.WORKING_DAY: N_("个工作日"),
    Unit.NATURAL_HOUR: N_("小时"),
    Unit.NATURAL_DAY: N_("天"),
}
TEMPLATES: dict[LineCode, str] = {
    LineCode.START: N_("自{at}起计"),
    LineCode.FIRST_DAY_NOT_COUNTED: N_("{date} 受理当日不计"),
    LineCode.STARTS_LATER: N_("起计时不在工作时间内，从{at}开始计时"),
    LineCode.AMOUNT: N_("时限{amount}{unit}"),
    LineCode.EXTENSION: N_("延长{amount}{unit}"),
    LineCode.REST: N_("{period} {name}休息，不计"),
    LineCode.WEEKENDS: N_("其间周末{days}天（{dates}）休息，不计"),
    LineCode.MAKE_UP: N_("{period} 调休上班，计"),
    LineCode.SHORT_DAY: N_("{date} {name}工作时间为{hours}，按此计"),
    LineCode.PAUSE: N_("{from}至{to} 暂停{reason}，不计"),
    LineCode.PAUSE_CAPPED: N_("{from}起暂停{reason}，{to}达到暂停上限，恢复计时"),
    LineCode.PROVISIONAL: N_("{year}年放假安排尚未公布，暂按周一至周五工作推算，公布后可能调整"),
    LineCode.DUE: N_("{at}到期"),
}
MANY = N_("等")


def explain_zh(due: Due, translate: Translate = said) -> list[str]:
    """The lines of a due date as sentences, in order."""
    return [_sentence(line, translate) for line in due.lines]


def _sentence(line: Line, translate: Translate) -> str:
    words = {name: _word(name, value, translate) for name, value in line.params.items()}
    if line.code in (LineCode.REST, LineCode.MAKE_UP):
        words["period"] = _period(line.params["from"], line.params["to"])
    return translate(TEMPLATES[line.code]).format(**words)


def _word(name: str, value: Value, translate: Translate) -> str:
    if name == "unit":
        return translate(UNIT_ZH[Unit(str(value))])
    if name == "reason":
        return f"（{value}）" if value else ""
    if isinstance(value, Fraction):
        return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, tuple):
        return _several(value, translate)
    return str(value)


def _several(values: Sequence[date | str], translate: Translate, shown: int = 6) -> str:
    words = [f"{value:%m-%d}" if isinstance(value, date) else value for value in values]
    if len(words) <= shown:
        return said("、").join(words)
    return said("、").join(words[:shown]) + translate(MANY)


def _period(first: Value, last: Value) -> str:
    if not (isinstance(first, date) and isinstance(last, date)) or first == last:
        return str(first)
    return said("%(first)s至%(last)s", first=first, last=f"{last:%m-%d}" if first.year == last.year else last)
