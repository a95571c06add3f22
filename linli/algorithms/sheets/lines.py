"""What a single row of a sheet is: a heading, a total, a note, the numbers of the columns, data."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from enum import StrEnum

from linli.algorithms.sheets.grid import is_empty, plain_words

STEMS = re.compile(
    r"姓名|性别|年龄|民族|出生|身份证|证件|号码|电话|手机|联系|地址|住址|户主|关系|备注|单位|日期|时间|学历|文化|政治面貌|婚姻|户籍|户口|籍贯"
    r"|职业|街道|社区|网格|小区|楼栋|栋号|楼号|单元|房号|门牌|室号|名称|类型|类别|种类|地区|指标|项目|代码|编号|序号|编码|负责人|法人|代表"
    r"|面积|数量|金额|人数|户数|人口|状态|来源|等级|合计|小计|内容|情况|是否|标准|程度|健康|残疾|保险|补贴|账号|开户|经营|注册|成立|有效"
    r"|^(?:男|女|户|人|no\.?|id|name|phone|address|sex|gender|birthday)$"
)
"""Words of headings; collected by hand from forms of this field."""

LABEL = re.compile(
    r"(?:(?:户主|本人|家庭|现|常住|户籍|联系|所属|监护人|配偶|申请人?|企业|单位)?"
    r"(?:姓名|性别|年龄|民族|籍贯|出生(?:日期|年月|地)|身份证(?:号|号码|件号)?|公民身份号码|证件(?:类型|号码?)|(?:联系|固定|移动)?电话|手机号?码?|(?:居住|通讯|详细|家庭)?(?:地址|住址)"
    r"|户籍(?:地址?|所在地)?|学历|文化程度|政治面貌|婚姻状况|职业|工作单位|(?:与户主)?关系|邮政?编码?|备注|名称|法定代表人|负责人|统一社会信用代码|申请(?:日期|时间|事项|理由)|开户银?行|(?:银行)?账号|健康状况|编号"
    r"|家庭成员|审批意见|社区意见|街道意见|照片|签名|盖章))[::]?|.{1,14}[::][\s_]*"
)
TOTAL = re.compile(r"(?:.{0,10}?)(?:合|总|共|累)计(?:\(.*\))?[::]?(?:\d.*)?|总\s*数|全[县区市街]")
SUBTOTAL = re.compile(r".{0,12}小计[::]?|本页.{0,4}计[::]?|其中[::]?")
NOTE = re.compile(
    r"(?:注|备注|说明|填表说明|填报说明|附注|附件?|注意)\d?[::.、]|.{0,10}(?:填表|制表|填报|审核|复核|经办|负责|统计|联系|录入|调查|校对|审批|批准)(?:人|员|单位|机构)?(?:\(.*\))?(?:电话|签名|签字|签章|日期|时间)?[::]"
    r"|.{0,8}(?:日期|时间|电话)[::]|.{0,12}\((?:盖章|公章|印章|签章|签字)\)[::]?.{0,20}|本表|以上|第.{1,4}页|共.{1,4}页|数据来源|资料来源|(?:\d{4})?年\d{0,2}月\d{0,2}日"
)
TO_BE_FILLED = re.compile(r".{1,16}[::][\s_年月日]*")
"""A label that waits for a signature or a date."""

UNIT = re.compile(r"\(?(?:计量)?单位[::](.+?)\)?")
UNITS = frozenset(
    {
        "人", "户", "个", "元", "万元", "亿元", "岁", "%", "‰", "㎡", "m2", "平方米", "平方公里", "亩", "公顷", "米", "m", "公里", "km", "台",
        "套", "间", "栋", "幢", "件", "次", "年", "月", "日", "天", "小时", "吨", "公斤", "kg", "人/户", "元/月", "元/人", "元/年", "千元",
        "名", "家", "处", "条", "辆", "所", "张", "份", "平米", "人次", "件次", "cm", "元/平方米", "元/㎡",
    }
)  # fmt: skip
NUMERIC = re.compile(r"[-+]?[\d,]*\.?\d+%?")
SENTENCE = 18
"""A lone cell of more signs than this is a remark and no value."""


class Why(StrEnum):
    """Why a row is set aside."""

    TITLE = "title"
    UNIT = "unit"
    HEADING = "heading"
    COLUMN_NUMBERS = "column_numbers"
    COLUMN_UNITS = "column_units"
    EMPTY = "empty"
    ONLY_NUMBER = "only_number"
    SECTION = "section"
    SUBTOTAL = "subtotal"
    TOTAL = "total"
    NOTE = "note"
    REPEATED_HEADING = "repeated_heading"
    REPEATED_TITLE = "repeated_title"
    TOO_LONG = "too_long"


def is_numeric(words: str) -> bool:
    """Whether a cell is written as a number."""
    return NUMERIC.fullmatch(words) is not None


def is_label(cell: object) -> bool:
    """Whether a cell is the name of a field on a form."""
    return LABEL.fullmatch(plain_words(cell)) is not None


def is_heading_word(cell: object) -> bool:
    """Whether a cell has a word that headings have."""
    words = plain_words(cell)
    return 0 < len(words) <= 30 and STEMS.search(words) is not None and not re.search(r"\d{3}", words)


def unit_in(words: str) -> str:
    """The unit that a bracket or a cell names; empty where it is none."""
    plain = plain_words(words).strip("()[]")
    return plain if plain in UNITS else ""


def numbers_columns(cells: Sequence[str]) -> bool:
    """Whether the filled cells of a row only number its columns: 1 2 3, (1) (2), A B C, 甲 乙 1 2."""
    plain = [plain_words(cell).strip("()[]<>") for cell in cells if cell]
    while plain and plain[0] in tuple("甲乙丙丁"):
        plain = plain[1:]
    if len(plain) < 2 and len(cells) > 1:
        return False
    numbers = [str(at) for at in range(1, len(plain) + 1)]
    letters = [chr(ord("a") + at) for at in range(min(26, len(plain)))]
    from_zero = [str(at) for at in range(len(plain))]
    return len(plain) > 1 and [each.split("=")[0] for each in plain] in (numbers, letters, from_zero)


def why_no_data(
    cells: Sequence[object],
    headings: Collection[tuple[str, ...]] = (),
    title: str = "",
    *,
    spans: bool = False,
) -> Why | None:
    """Why a row is no data: by itself, or because it says again what stands above; None for data.

    ``headings`` are the signatures of the header's rows; ``spans``: one merged cell lies over most of the row. Only as
    many cells are looked at as are needed, for this is asked of every row.
    """
    filled = [(at, cell) for at, cell in enumerate(cells) if not is_empty(cell)]
    if not filled:
        return Why.EMPTY
    first = plain_words(filled[0][1])
    if any(first == heading[0] for heading in headings) and signature(cells) in headings:
        return Why.REPEATED_HEADING
    if title and len(filled) == 1 and first == plain_words(title):
        return Why.REPEATED_TITLE
    total = _total(first) or (_total(plain_words(filled[1][1])) if len(filled) > 1 else None)
    if total is not None and all(_is_figure(plain_words(cell)) for _, cell in filled[2:]):
        return total
    if len(filled) <= 2 and (NOTE.match(first) or NOTE.match(plain_words(filled[-1][1]))):
        return Why.NOTE
    if len(cells) > 2 and all(map(_is_remark, (plain_words(cell) for _, cell in filled))):
        return Why.NOTE
    return _lone(filled[0][0], first, spans, len(cells)) if len(filled) == 1 and len(cells) > 2 else None


def signature(cells: Sequence[object]) -> tuple[str, ...]:
    """The words of the filled cells of a row, for comparing."""
    return tuple(words for cell in cells if (words := plain_words(cell)))


def _lone(column: int, words: str, spans: bool, width: int) -> Why | None:
    """A row with one cell filled."""
    if len(words) > SENTENCE or words.endswith(("。", "；", ";")):
        return Why.NOTE
    if spans:
        return Why.SECTION
    return Why.ONLY_NUMBER if column == 0 and width > 2 and re.fullmatch(r"\d{1,6}(?:\.0)?", words) else None


def _is_remark(words: str) -> bool:
    """A label that waits to be filled in, or the beginning of a note."""
    return TO_BE_FILLED.fullmatch(words) is not None or NOTE.match(words) is not None


def _total(words: str) -> Why | None:
    if SUBTOTAL.fullmatch(words):
        return Why.SUBTOTAL
    return Why.TOTAL if TOTAL.fullmatch(words) else None


def _is_figure(words: str) -> bool:
    return (
        is_numeric(words)
        or words in ("-", "/", "—")
        or re.fullmatch(r"[-+]?[\d,.]+.{0,4}", words) is not None
    )
