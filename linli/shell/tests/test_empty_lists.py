"""A list without rows says what would stand there, and what to do next."""

from __future__ import annotations

import re

import pytest

from linli.kernel.registers.register import REGISTERS

SHIPPED = sorted(name for name, register in REGISTERS.items() if "tests" not in type(register).__module__)
NEXT = re.compile("请|点“|登记|导入|后，|也可")


def test_there_are_lists() -> None:
    assert {"cases", "units", "catalogue"} <= set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_an_empty_list_says_what_it_means_and_what_to_do(name: str) -> None:
    words = str(REGISTERS[name].empty)
    meaning, _stop, step = words.partition("。")
    assert meaning and NEXT.search(step), words
