"""The table of nouns: help is written from it without importing anything, and it says who the database sees."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec


@dataclass(frozen=True)
class Noun:
    """One word of the command line, the database role that it works as, and its help in both languages."""

    name: str
    role: str
    chinese: str
    english: str
    needs_database: bool = True

    @property
    def module(self) -> str:
        return f"linli.shell.cli.{self.name}"

    @property
    def help(self) -> str:
        return f"{self.chinese} / {self.english}"


NOUNS = {
    noun.name: noun
    for noun in (
        Noun("admin", "worker", "账号与管理员", "accounts and administrators"),
        Noun("audit", "worker", "审计链核验", "verify the chain of events"),
        Noun("bench", "worker", "性能测量", "benchmarks: a table and one JSON line"),
        Noun("calendar", "worker", "工作日历", "the working calendar"),
        Noun("cases", "worker", "诉求与案件", "messages and cases"),
        Noun("demo", "worker", "演示数据", "the demo district"),
        Noun("django", "owner", "Django 管理命令", "Django's own management commands"),
        Noun("duties", "worker", "分类目录与派单目录", "categories and the dispatch catalogue"),
        Noun("migrate", "owner", "建表、授权与预置数据", "tables, rights and shipped defaults"),
        Noun("norms", "worker", "规范", "norms"),
        Noun("privacy", "worker", "主密钥与盲索引密钥", "the master key and the key of the blind indexes"),
        Noun("serve", "web", "只启动网页进程", "the web process alone"),
        Noun("territory", "worker", "单位、网格与房屋", "units, grids and homes"),
        Noun("words", "web", "界面文字与词表", "the words of the pages and their catalogues"),
        Noun("worker", "worker", "只启动后台进程", "the worker process alone"),
    )
    if find_spec(noun.module)
}
