"""What people may write on the pages of this room; the commands decide whether it is accepted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.duties import rules
from linli.duties.commands import CategoryChange, Draft, ItemDraft, LineDraft, ListDraft
from linli.duties.models import CatalogueEntry, Category, ListEntry, WorkItem
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


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def _words(label: Any, most: int, rows: int = 2) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=most, widget=forms.Textarea(attrs={"rows": rows})
    )


class LineForm(forms.Form):
    """What the forms of items and of lines of lists have in common."""

    draft_of: type[ItemDraft] | type[ListDraft]
    fields_of: tuple[str, ...]

    name = forms.CharField(label=_("名称"), max_length=120)
    lead = forms.ChoiceField(label=_("主责部门"), required=False, widget=Picker)
    basis = _words(_("依据"), 300)
    category = forms.ChoiceField(label=_("派单分类"), required=False, widget=Picker)
    valid_from = _day(_("启用日期"))
    source = forms.CharField(label=_("来源"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].choices = [("", _("无")), *lead_choices().items()]  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", _("不对应派单分类")), *category_choices()]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, row: WorkItem | ListEntry, valid_from: object) -> LineForm:
        """The form filled with a version, for a new one from a day on."""
        values = {name: getattr(row, name) for name in cls.fields_of}
        return cls(
            initial={
                **values,
                "category": row.category.code if row.category else "",
                "valid_from": valid_from,
            }
        )

    def draft(self) -> LineDraft:
        """What the form asks for."""
        return self.draft_of(**self.cleaned_data)


class ItemForm(LineForm):
    """One version of an item."""

    draft_of = ItemDraft
    fields_of = (
        "area", "heading", "name", "lead", "assist", "given_by", "power", "power_words", "money", "money_words", "people", "people_words",
        "basis", "procedure", "materials", "clock", "form",
    )  # fmt: skip

    area = forms.ChoiceField(label=_("方面"), choices=choices({area: area for area in rules.AREAS}))
    heading = forms.CharField(label=_("大项"), max_length=40)
    assist = forms.MultipleChoiceField(label=_("协办"), required=False, widget=Pickers)
    given_by = forms.ChoiceField(label=_("交办部门"), required=False, widget=Picker)
    power = forms.BooleanField(label=_("权随事转"), required=False)
    power_words = forms.CharField(label=_("权"), required=False, max_length=200)
    money = forms.BooleanField(label=_("费随事转"), required=False)
    money_words = forms.CharField(label=_("费"), required=False, max_length=200)
    people = forms.BooleanField(label=_("人随事转"), required=False)
    people_words = forms.CharField(label=_("人"), required=False, max_length=200)
    procedure = _words(_("流程"), 600)
    materials = _words(_("材料"), 600)
    clock = forms.CharField(label=_("时限"), required=False, max_length=100)
    form = forms.CharField(label=_("可用报表"), required=False, max_length=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].label, self.fields["lead"].required = _("主办"), True
        self.fields["assist"].choices = list(lead_choices().items())  # type: ignore[attr-defined]
        self.fields["given_by"].choices = [  # type: ignore[attr-defined]
            ("", _("本级自己的职责")), *((c, w) for c, w in lead_choices().items() if c not in rules.PLACE_LEADS),
        ]  # fmt: skip


class ListForm(LineForm):
    """One version of a line of a list."""

    draft_of = ListDraft
    fields_of = ("kind", "name", "lead", "place_share", "lead_share", "basis", "note")

    kind = forms.ChoiceField(label=_("清单"), choices=choices(rules.LISTS))
    place_share = _words(_("街道社区职责"), 600)
    lead_share = _words(_("部门职责"), 600)
    note = _words(_("说明"), 600)


class CompareForm(forms.Form):
    """Two days, and the list to compare."""

    one = _day(_("从"))
    other = _day(_("到"))
    kind = forms.ChoiceField(label=_("清单"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", _("全部")), (rules.ITEM, _("事项清单")), *choices(rules.LISTS),
        ]  # fmt: skip


class SealForm(forms.Form):
    """One use of a seal."""

    unit = forms.ChoiceField(label=_("用印单位"), widget=Picker)
    entry = forms.ChoiceField(label=_("使用范围"))
    used_on = _day(_("用印日期"))
    document = forms.CharField(label=_("文件"), max_length=200)
    purpose = forms.CharField(label=_("用途"), max_length=200)

    def __init__(
        self, *args: Any, units: Sequence[tuple[str, str]], ranges: Sequence[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.fields["entry"].choices = ranges  # type: ignore[attr-defined]
