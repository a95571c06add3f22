"""When a job runs by itself is said in words."""

from __future__ import annotations

import pytest

from linli.kernel.jobs.queries import words_of


@pytest.mark.parametrize(
    "cron, words",
    [
        ("* * * * *", "每分钟"),
        ("7 * * * *", "每小时的第 7 分"),
        ("20 3 * * *", "每天 03:20"),
        ("0 8 * * 1", "0 8 * * 1"),
        ("*/5 * * * *", "*/5 * * * *"),
    ],
)
def test_the_turns_of_a_job_are_said_in_words(cron: str, words: str) -> None:
    assert words_of(cron) == words
