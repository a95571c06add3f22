"""Numbers, money, shares and telephone numbers in the one form that every page uses."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import gettext as _

Number = int | float | Decimal
DASH = "—"


def number(value: Number | None, digits: int | None = None) -> str:
    """1,234 or, with digits, 1,234.5. None is a dash: unknown is not nought."""
    if value is None:
        return DASH
    if digits is None:
        digits = 0 if value == int(value) else 1
    return f"{value:,.{digits}f}"


def compact(value: Number | None) -> tuple[str, str]:
    """A large number as (figure, unit): 123456 is ("12.3", "万"), 1234 is ("1,234", "")."""
    if value is None:
        return DASH, ""
    size_of_it = abs(float(value))
    for size, unit in ((100_000_000, _("亿")), (10_000, _("万"))):
        if size_of_it >= size:
            text = f"{float(value) / size:.1f}"
            return text.removesuffix(".0"), unit
    return number(value), ""


def percent(value: Number | None, digits: int = 1) -> str:
    """A share between 0 and 1 as 97.4%."""
    return DASH if value is None else f"{float(value) * 100:.{digits}f}%"


def money(value: Number | None) -> str:
    """1,234.50 元."""
    return DASH if value is None else _("%(amount)s 元") % {"amount": f"{value:,.2f}"}


def phone(value: str | None) -> str:
    """138 5100 1234 for a mobile number, 0851-8677 1234 for a fixed line; anything else stays as it is."""
    text = re.sub(r"[\s-]", "", value or "")
    if re.fullmatch(r"1[\d*]{10}", text):
        return f"{text[:3]} {text[3:7]} {text[7:]}"
    if re.fullmatch(r"0\d{9,11}", text):
        cut = 3 if text[1] in "12" else 4
        area, rest = text[:cut], text[cut:]
        return f"{area}-{rest[:-4]} {rest[-4:]}"
    return value or ""
