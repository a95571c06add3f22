"""What people may write on the pages of this room; the commands decide whether it is accepted."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.duties import rules
from linli.duties.commands import CategoryChange, Draft
from linli.duties.models import CatalogueEntry, Category
from linli.duties.queries import categories, lead_choices
from linli.kernel.picker import Picker, Pickers
from linli.kernel.wording import choices

ANY = ("", _("不知道"))
SEPARATORS = re.compile(r"[、,，;；\s]+")


def category_choices(*, leaves: bool = False) -> list[tuple[str, str]]:
    """The categories in force, indented by depth or, of the leaves alone, with the whole way down."""
    tree = categories()
    if leaves:
        return [(row.code, tree.said(row)) for row in tree.leaves()]
    return [
        (row.code, f"{'　' * (row.path.count('/') - 1)}{row.name}") for row in tree.all if tree.is_open(row)
    ]


class CategoryForm(forms.Form):
    """Name, words, kinds and urgency of a category."""

    name = forms.CharField(label=_("名称"), max_length=60)
    synonyms = forms.CharField(label=_("同义词"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    kinds = forms.MultipleChoiceField(
        label=_("诉求类型"), choices=choices(rules.KINDS), widget=forms.CheckboxSelectMultiple
    )
    urgency = forms.ChoiceField(
        label=_("紧急程度"), choices=choices(rules.URGENCIES), widget=forms.RadioSelect
    )
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)

    @classmethod
    def of(cls, category: Category) -> CategoryForm:
        """The form filled with a category."""
        values = {name: getattr(category, name) for name in ("name", "kinds", "urgency", "active")}
        return cls(initial={**values, "synonyms": "、".join(category.synonyms)})

    def clean_synonyms(self) -> list[str]:
        """The words one by one."""
        return [word for word in SEPARATORS.split(self.cleaned_data["synonyms"]) if word]

    def change(self, category: Category | None = None) -> CategoryChange:
        """What the form asks for; the default kind of the category stays the first one."""
        kinds = self.cleaned_data["kinds"]
        if category is not None:
            kinds = sorted(
                kinds, key=lambda kind: category.kinds.index(kind) if kind in category.kinds else len(kinds)
            )
        return CategoryChange(**{**self.cleaned_data, "kinds": kinds})


class EntryForm(forms.Form):
    """One version of a catalogue entry."""

    category = forms.ChoiceField(label=_("分类"), widget=Picker)
    place_kind = forms.MultipleChoiceField(
        label=_("地点类型"),
        required=False,
        choices=choices(rules.PLACE_KINDS),
        widget=forms.CheckboxSelectMultiple,
    )
    kind = forms.MultipleChoiceField(
        label=_("诉求类型"),
        required=False,
        choices=choices(rules.KINDS),
        widget=forms.CheckboxSelectMultiple,
    )
    urgency = forms.MultipleChoiceField(
        label=_("紧急程度"),
        required=False,
        choices=choices(rules.URGENCIES),
        widget=forms.CheckboxSelectMultiple,
    )
    owner = forms.MultipleChoiceField(
        label=_("部件权属"),
        required=False,
        choices=choices(rules.OWNERS),
        widget=forms.CheckboxSelectMultiple,
    )
    lead = forms.ChoiceField(label=_("主办"), widget=Picker)
    assist = forms.MultipleChoiceField(label=_("协办"), required=False, widget=Pickers)
    must_be_department = forms.BooleanField(label=_("须由部门办理，不得派给社区或街道"), required=False)
    auto = forms.BooleanField(label=_("可自动派遣"), required=False)
    reason = forms.CharField(label=_("说明"), widget=forms.Textarea(attrs={"rows": 2}), max_length=300)
    basis = forms.CharField(label=_("依据"), widget=forms.Textarea(attrs={"rows": 2}), max_length=300)
    note = forms.CharField(
        label=_("职责划分"), required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=600
    )
    valid_from = forms.DateField(
        label=_("启用日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    source = forms.CharField(label=_("来源"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leads = list(lead_choices().items())
        self.fields["category"].choices = [("", _("请选择")), *category_choices()]  # type: ignore[attr-defined]
        self.fields["lead"].choices = [("", _("请选择")), *leads]  # type: ignore[attr-defined]
        self.fields["assist"].choices = leads  # type: ignore[attr-defined]

    @classmethod
    def of(cls, entry: CatalogueEntry, valid_from: object) -> EntryForm:
        """The form filled with an entry, for a new version from a day on."""
        names = ("lead", "assist", "must_be_department", "auto", "reason", "basis", "note")
        values = {name: getattr(entry, name) for name in names}
        return cls(
            initial={**values, **entry.condition, "category": entry.category.code, "valid_from": valid_from}
        )

    def draft(self) -> Draft:
        """What the form asks for."""
        data = dict(self.cleaned_data)
        condition = {name: values for name in rules.FACTS if (values := data.pop(name))}
        return Draft(condition=condition, **data)


class CloseForm(forms.Form):
    """From when an entry no longer holds, and why."""

    on = forms.DateField(
        label=_("停用日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=_("理由"), max_length=200)


class TryForm(forms.Form):
    """A message, or a category and what is known of the place, to see what the lists make of it."""

    text = forms.CharField(
        label=_("诉求内容"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    category = forms.ChoiceField(label=_("分类"), required=False, widget=Picker)
    place_kind = forms.ChoiceField(
        label=_("地点类型"), required=False, choices=[ANY, *choices(rules.PLACE_KINDS)]
    )
    kind = forms.ChoiceField(label=_("诉求类型"), required=False, choices=[ANY, *choices(rules.KINDS)])
    urgency = forms.ChoiceField(label=_("紧急程度"), required=False, choices=[ANY, *choices(rules.URGENCIES)])
    owner = forms.ChoiceField(label=_("部件权属"), required=False, choices=[ANY, *choices(rules.OWNERS)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("按内容判断")), *category_choices(leaves=True)]  # type: ignore[attr-defined]

    @property
    def facts(self) -> dict[str, str]:
        """What is known."""
        return {name: self.cleaned_data[name] for name in rules.FACTS}
