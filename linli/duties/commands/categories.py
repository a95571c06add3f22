"""Changing the category tree by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from linli.algorithms.text.sentences import listed, said
from linli.duties import policy, rules
from linli.duties.commands.refused import Refused
from linli.duties.models import Category
from linli.duties.queries.categories import CATEGORIES
from linli.duties.queries.routing import CATALOGUE
from linli.kernel.audit.actor import Actor
from linli.kernel.audit.record import Subject, record

FIELDS = {"name": "名称", "synonyms": "同义词", "active": "启用", "urgency": "紧急程度", "kinds": "诉求类型"}
LEVEL = 2
"""Digits of a code at each level."""

LONGEST_CODE = 12


@dataclass(frozen=True)
class CategoryChange:
    """What a category should be; what is None stays. The first of ``kinds`` is the default."""

    name: str | None = None
    synonyms: Sequence[str] | None = None
    active: bool | None = None
    urgency: str | None = None
    kinds: Sequence[str] | None = None


def subject_of(category: Category) -> Subject:
    """A category as the subject of an event."""
    return Subject("category", category.pk, category.name)


@transaction.atomic
def change_category(*, code: str, change: CategoryChange, by: Actor, at: datetime) -> Category:
    """Change a category; from then on the loader of the shipped tree leaves it alone. One event, unless nothing changes."""
    policy.require(by, "duty.change")
    category = _locked(code)
    wanted = _wanted(change)
    before = {
        name: getattr(category, name) for name, value in wanted.items() if getattr(category, name) != value
    }
    if not before:
        return category
    after = {name: wanted[name] for name in before}
    _check(category, after)
    for name, value in after.items():
        setattr(category, name, value)
    category.local = True
    category.save(update_fields=[*after, "local"])
    _changed()
    said = {**after, "name": category.name, "fields": "、".join(FIELDS[name] for name in after)}
    record("duty.category_changed", subject=subject_of(category), by=by, at=at, before=before, after=said)
    return category


@transaction.atomic
def add_category(
    *, parent: str, name: str, kinds: Sequence[str], by: Actor, at: datetime, urgency: str = "normal",
    synonyms: Sequence[str] = (), source: str = "",
) -> Category:  # fmt: skip
    """Add a category under another, with the next free code there. One event.

    A leaf that gets a first child is no longer one that cases can be given: its words become generic.
    """
    policy.require(by, "duty.change")
    above = _locked(parent)
    if len(above.code) + LEVEL > LONGEST_CODE:
        raise Refused("分类的层级已经够深，请加在上一级")
    code = _next_code(above)
    category = Category(
        code=code, parent=above, path=rules.category_path(code, above.path), domain=above.domain, source=source.strip() or "本地",
        name="", kinds=[], urgency="normal", synonyms=[], local=True,
    )  # fmt: skip
    values = _wanted(CategoryChange(name, synonyms, None, urgency, kinds))
    _check(category, values)
    for field, value in values.items():
        setattr(category, field, value)
    category.save(force_insert=True)
    if above.is_leaf:
        above.is_leaf, above.local = False, True
        above.save(update_fields=["is_leaf", "local"])
    _changed()
    after = {**values, "code": code, "parent": above.code}
    record("duty.category_added", subject=subject_of(category), by=by, at=at, after=after)
    return category


def _locked(code: str) -> Category:
    found = Category.objects.select_for_update(of=("self",)).filter(code=code).first()
    if found is None:
        raise Refused("没有代码为“%(code)s”的分类，请从分类树中选择", code=code)
    return found


def _wanted(change: CategoryChange) -> dict[str, Any]:
    given = {name: value for name, value in vars(change).items() if value is not None}
    if "name" in given:
        given["name"] = given["name"].strip()
    for name in ("synonyms", "kinds"):
        if name in given:
            given[name] = list(dict.fromkeys(word.strip() for word in given[name] if word.strip()))
    return given


def _check(category: Category, values: dict[str, Any]) -> None:
    """Refuse what would make the tree useless: no name, an unknown kind, a word that points two ways."""
    if not values.get("name", category.name):
        raise Refused("请填写分类名称")
    if not set(values.get("kinds", rules.KINDS)) <= set(rules.KINDS) or values.get("kinds") == []:
        raise Refused("请至少选择一种诉求类型：%(kinds)s", kinds=listed(map(said, rules.KINDS.values())))
    if values.get("urgency", "normal") not in rules.URGENCIES:
        raise Refused("请选择紧急程度：%(degrees)s", degrees=listed(map(said, rules.URGENCIES.values())))
    too_short = [word for word in values.get("synonyms", ()) if len(word) < 2]
    if too_short:
        raise Refused("同义词至少两个字，“%(words)s”太短，会误认许多诉求", words=listed(too_short))
    others = Category.objects.exclude(pk=category.pk).filter(
        active=True, synonyms__overlap=values.get("synonyms", [])
    )
    for other in others:
        shared = sorted(set(other.synonyms) & set(values["synonyms"]))
        raise Refused(
            "“%(words)s”已是“%(category)s”的同义词，一个词只能指向一个分类，请先从那里移除",
            words=listed(shared),
            category=other.name,
        )
    taken = Category.objects.filter(parent=category.parent, name=values.get("name", "")).exclude(
        pk=category.pk
    )
    if taken.exists():
        raise Refused("同一级已有“%(name)s”", name=values["name"])


def _next_code(above: Category) -> str:
    used = set(Category.objects.filter(parent=above).values_list("code", flat=True))
    free = (f"{above.code}{number:0{LEVEL}}" for number in range(1, 10**LEVEL))
    code = next((code for code in free if code not in used), None)
    if code is None:
        raise Refused("“%(category)s”下面的代码已用完，请加在另一个上级分类", category=above.name)
    return code


def _changed() -> None:
    CATEGORIES.changed()
    CATALOGUE.changed()
