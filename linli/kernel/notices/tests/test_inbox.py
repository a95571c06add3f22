"""What a person reads of a notice inside the product."""

import pytest

from linli.kernel.notices.wording import without_address


@pytest.mark.parametrize(
    ("body", "url", "read"),
    [
        ("案件超过时限。查看：/cases/1/", "/cases/1/", "案件超过时限。"),
        ("案件超过时限，查看 /cases/1/", "/cases/1/", "案件超过时限，查看 /cases/1/"),
        ("案件超过时限。", "/cases/1/", "案件超过时限。"),
        ("案件超过时限。", "", "案件超过时限。"),
    ],
)
def test_a_notice_that_is_itself_a_link_does_not_spell_its_address(body: str, url: str, read: str) -> None:
    assert without_address(body, url) == read
