"""Names of persons: without the spaces, titles and brackets that people write into the cell, and never changed in script."""

from __future__ import annotations

import re

from linli.algorithms.cleaning.cells import text_of
from linli.algorithms.cleaning.cleaned import Cleaned, Fault, Note, refused

HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
DOT = "\u00b7"
DOTS = re.compile(rf"(?<=[{HAN}])\s*[·•・‧∙⋅●．.。﹒_˙]\s*(?=[{HAN}])")
INNER_SPACE = re.compile(rf"(?<=[{HAN}·])\s+(?=[{HAN}·])")
BRACKETS = re.compile(r"\s*[（(【\[〔<《]([^）)】\]〕>》]*)[）)】\]〕>》]?\s*")
FORMER = re.compile(r"^\s*(?:曾用名|原名|又名|别名|化名|小名)\s*[:：为是]?\s*(.*)$")
TITLE = re.compile(r"^(.+?)\s*((?:先生|女士|小姐|太太|同志|师傅)+)$")
WRITTEN = re.compile(r"[^\W\d_][^\W_]*(?:[\s·'\u2019.,-]*[^\W_])*[.]?")
"""Letters of any script, with spaces, dots, hyphens and apostrophes between them."""
MASK = re.compile(r"[*＊]|某")
NOT_NAMES = frozenset(
    {
        "合计", "小计", "总计", "共计", "累计", "本页小计", "姓名", "名称", "本人", "户主", "同上", "测试", "空户", "空房", "空置", "无人",
        "无名氏", "拒绝", "拒访", "不在家", "出租", "待定", "某某", "其他", "是", "否", "有", "男", "女",
    }
)  # fmt: skip
ORGANISATION = re.compile(
    r"(?:公司|合作社|委员会|居委会|村委会|办事处|派出所|事务所|经营部|服务部|商行|超市|学校|幼儿园|医院|银行|中心|局)$"
)
LONGEST = 50


def clean_name(cell: object) -> Cleaned[str]:
    """The name of one person as it stands in the cell, traditional forms and rare characters kept.

    A former name, a title and what else stands in brackets are set aside. A name of Latin letters keeps its spaces.
    """
    text = text_of(cell)
    words, notes = text.words, list(text.notes)
    if not words:
        return Cleaned(cell)
    if MASK.search(words) and words not in NOT_NAMES:
        return refused(cell, Fault.MASKED, text.notes)
    if text.is_placeholder:
        return refused(cell, Fault.NOT_A_NAME, text.notes, text=words)
    words, aside = _brackets_aside(words, notes)
    words = _joined(words, notes)
    if titled := TITLE.fullmatch(words):
        words = titled[1]
        aside = (*aside, ("title", titled[2]))
        notes.append(Note.TITLE)
    fault = _fault(words)
    if fault is not None:
        return refused(cell, fault, tuple(notes), aside=aside, text=words or text.words)
    return Cleaned(cell, words, tuple(notes), aside=aside)


def _brackets_aside(words: str, notes: list[Note]) -> tuple[str, tuple[tuple[str, str], ...]]:
    aside: list[tuple[str, str]] = []
    for match in BRACKETS.finditer(words):
        former = FORMER.match(match[1])
        inside = (former[1] if former else match[1]).strip()
        if inside:
            aside.append(("former_name" if former else "bracket", inside))
        note = Note.FORMER_NAME if former else Note.ASIDE
        if note not in notes:
            notes.append(note)
    plain = BRACKETS.sub(" ", words).strip()
    written, _, former_name = plain.partition("曾用名")
    if former_name and written:
        aside.append(("former_name", former_name.strip(" :：为是")))
        notes.append(Note.FORMER_NAME)
        plain = written.rstrip(" ,，、;；/")
    return plain, tuple(aside)


def _joined(words: str, notes: list[Note]) -> str:
    dotted = DOTS.sub(DOT, words)
    if dotted != words:
        notes.append(Note.MIDDLE_DOT)
    joined = INNER_SPACE.sub("", dotted)
    joined = joined if re.search(rf"[{HAN}]", joined) is None else joined.strip(" ,，、。.;；:：)）]】")
    if joined != dotted:
        notes.append(Note.INNER_SPACES)
    return re.sub(r"\s+", " ", joined)


def _fault(words: str) -> Fault | None:
    if not words or words in NOT_NAMES or text_of(words).is_placeholder:
        return Fault.NOT_A_NAME
    if re.search(r"\d", words):
        return Fault.NAME_HAS_DIGITS
    if WRITTEN.fullmatch(words) is None:
        return Fault.NOT_A_NAME
    if ORGANISATION.search(words):
        return Fault.NAME_OF_ORGANISATION
    if re.fullmatch(rf"[{HAN}A-Za-z]", words):
        return Fault.NAME_INCOMPLETE
    return Fault.NAME_TOO_LONG if len(words) > LONGEST else None
