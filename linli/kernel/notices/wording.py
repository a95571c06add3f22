"""The words of notices: shipped in ``data/templates.toml``, changed by the county on a page."""

from __future__ import annotations

import string
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from linli.kernel.notices.models import Wording

GAPS = {
    "number": "案件、申请或拒收的编号",
    "title": "申请准入或被拒收的事",
    "category": "案件分类",
    "unit": "主办单位，或通知里说到的单位",
    "due": "到期的日期和时间",
    "link": "打开这件案件的网址",
}
"""What the product puts in place of a name in braces."""


def without_address(body: str, url: str) -> str:
    """The words without the sentence that ends them with an address: where they are read, the whole row leads there."""
    words = body.rstrip()
    return words.rpartition("。")[0] + "。" if url and words.endswith(url) and "。" in words else body


class UnknownTemplate(LookupError):
    """No notice of that name is declared."""


@dataclass(frozen=True)
class Template:
    """Title and body with ``{names}`` to be filled."""

    name: str
    title: str
    body: str

    def fill(self, values: dict[str, Any]) -> tuple[str, str]:
        """Title and body with the values in place; a value that is missing leaves nothing."""
        filler = _Filler()
        return filler.format(self.title, **values), filler.format(self.body, **values)

    @property
    def names(self) -> list[str]:
        """The names a body may use."""
        return sorted({name for _, name, _, _ in string.Formatter().parse(self.title + self.body) if name})


class _Filler(string.Formatter):
    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:
        return kwargs.get(str(key), "") or ""


@cache
def shipped() -> dict[str, Template]:
    """The shipped templates by name."""
    text = (Path(__file__).parent / "data" / "templates.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["template"]
    return {row["event"]: Template(row["event"], row["title"], row["body"]) for row in rows}


def template(name: str) -> Template:
    """The words in force: the county's own, else the shipped ones."""
    own = Wording.objects.filter(template=name).first()
    if own is not None:
        return Template(name, own.title, own.body)
    try:
        return shipped()[name]
    except KeyError:
        raise UnknownTemplate(name) from None
