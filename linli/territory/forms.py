"""Forms of the territory. Each knows the one command that it leads to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.kernel.accounts.models import User
from linli.kernel.audit.actor import Actor
from linli.territory import commands
from linli.territory.models import Boundary, GridMember, Unit
from linli.territory.queries.units import tree
from linli.territory.rules.kinds import GRID_KINDS, kinds, misplaced


class DayInput(forms.DateInput):
    """A date as the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ChangeForm(forms.Form):
    """A change of one unit: made with the unit, applied with who and when."""

    title: ClassVar[Any]
    verb: ClassVar[Any]

    def __init__(self, *args: Any, unit: Unit, **more: Any) -> None:
        self.unit = unit
        super().__init__(*args, **more)
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices and first values."""

    def apply(self, *, by: Actor, at: datetime) -> Unit:
        """Make the change; returns the unit whose page is shown next."""
        raise NotImplementedError

    @classmethod
    def fits(cls, unit: Unit) -> bool:
        """Whether the change makes sense for a unit."""
        return True


def _day() -> forms.DateField:
    return forms.DateField(label=_("生效日期"), widget=DayInput, initial=timezone.localdate)


class Rename(ChangeForm):
    title, verb = _("更名"), _("更名")
    name = forms.CharField(label=_("新名称"), max_length=80)
    on = _day()
    note = forms.CharField(label=_("依据或说明"), max_length=200, required=False)

    def prepare(self) -> None:
        self.fields["name"].initial = self.unit.name

    def apply(self, *, by: Actor, at: datetime) -> Unit:
        return commands.rename(unit=self.unit, by=by, at=at, **self.cleaned_data)


class ChangeKind(ChangeForm):
    title, verb = _("改变类型"), _("改变类型")
    kind = forms.ChoiceField(label=_("新类型"))
    on = _day()
    note = forms.CharField(label=_("依据或说明"), max_length=200, required=False)

    def prepare(self) -> None:
        self.fields["kind"].choices = _other_kinds(self.unit)  # type: ignore[attr-defined]

    def apply(self, *, by: Actor, at: datetime) -> Unit:
        return commands.change_kind(unit=self.unit, by=by, at=at, **self.cleaned_data)

    @classmethod
    def fits(cls, unit: Unit) -> bool:
        return bool(_other_kinds(unit))


def _other_kinds(unit: Unit) -> list[tuple[str, str]]:
    """The kinds that a unit could have where it stands."""
    above = unit.parent.kind if unit.parent else None
    return [
        (k.code, k.title) for k in kinds().values() if k.code != unit.kind and not misplaced(k.code, above)
    ]


class Move(ChangeForm):
    title, verb = _("划转"), _("划转")
    parent = forms.ChoiceField(label=_("划入"))
    on = _day()
    note = forms.CharField(label=_("依据或说明"), max_length=200, required=False)

    def prepare(self) -> None:
        self.fields["parent"].choices = _other_parents(self.unit)  # type: ignore[attr-defined]

    def apply(self, *, by: Actor, at: datetime) -> Unit:
        given = dict(self.cleaned_data)
        return commands.move(
            unit=self.unit, parent=Unit.objects.get(code=given.pop("parent")), by=by, at=at, **given
        )

    @classmethod
    def fits(cls, unit: Unit) -> bool:
        return bool(_other_parents(unit))


def _other_parents(unit: Unit) -> list[tuple[str, str]]:
    nodes = [n for n in tree().nodes if n.id != unit.parent_id and not n.path.startswith(unit.path)]
    return [(n.code, f"{n.name}({n.code})") for n in nodes if not misplaced(unit.kind, n.kind)]


class Facts(ChangeForm):
    title, verb = _("更新信息"), _("保存")
    households = forms.IntegerField(label=_("登记户数"), min_value=0, max_value=5_000_000, required=False)
    public_phone = forms.CharField(label=_("公开电话"), max_length=30, required=False)
    supervision_phone = forms.CharField(label=_("监督电话"), max_length=30, required=False)
    extent = forms.CharField(
        label=_("范围"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def prepare(self) -> None:
        for name in self.fields:
            self.fields[name].initial = getattr(self.unit, name)

    def apply(self, *, by: Actor, at: datetime) -> Unit:
        return commands.set_facts(unit=self.unit, by=by, at=at, **self.cleaned_data)


class Child(ChangeForm):
    title, verb = _("新设下级单位"), _("新设")
    kind = forms.ChoiceField(label=_("类型"))
    name = forms.CharField(label=_("名称"), max_length=80)
    code = forms.CharField(label=_("代码"), max_length=32, required=False)
    households = forms.IntegerField(label=_("登记户数"), min_value=0, max_value=5_000_000, required=False)

    def prepare(self) -> None:
        self.fields["kind"].choices = _child_kinds(self.unit)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("kind") not in (*GRID_KINDS, "micro_grid") and not given.get("code"):
            self.add_error("code", _("请填写代码；只有网格和微网格的代码由系统编排"))
        return given

    def apply(self, *, by: Actor, at: datetime) -> Unit:
        given = dict(self.cleaned_data)
        if given["kind"] in GRID_KINDS and not given["code"]:
            given.pop("code")
            return commands.create_grid(community=self.unit, by=by, at=at, **given)
        if given["kind"] == "micro_grid" and not given["code"]:
            return commands.create_micro_grid(grid=self.unit, name=given["name"], by=by, at=at)
        return commands.create_unit(parent=self.unit, by=by, at=at, **given)

    @classmethod
    def fits(cls, unit: Unit) -> bool:
        return bool(_child_kinds(unit))


def _child_kinds(unit: Unit) -> list[tuple[str, str]]:
    return [(k.code, k.title) for k in kinds().values() if unit.kind in k.parents]


class Split(ChangeForm):
    title, verb = _("拆分"), _("拆分")
    new = forms.CharField(label=_("拆分出的新单位"), widget=forms.Textarea(attrs={"rows": 4}))
    keep = forms.BooleanField(label=_("原单位保留"), required=False, initial=True)
    on = _day()
    words = forms.CharField(label=_("依据或说明"), max_length=400, required=False)

    def clean_new(self) -> list[commands.NewUnit]:
        found = []
        for line in self.cleaned_data["new"].splitlines():
            parts = line.split(maxsplit=1)
            if len(parts) != 2:
                raise forms.ValidationError(
                    _("每行写一个新单位：代码、空格、名称。这一行看不懂：%(line)s") % {"line": line}
                )
            found.append(commands.NewUnit(parts[0], parts[1].strip(), self.unit.kind, self.unit.parent))
        return found

    def apply(self, *, by: Actor, at: datetime) -> Unit:
        given = dict(self.cleaned_data)
        after = ([self.unit] if given.pop("keep") else []) + given.pop("new")
        arrows = [(self.unit.code, unit.code) for unit in after]
        commands.split(before=[self.unit], after=after, arrows=arrows, by=by, at=at, **given)
        return self.unit

    @classmethod
    def fits(cls, unit: Unit) -> bool:
        return unit.parent_id is not None and unit.kind != "department"


class Merge(ChangeForm):
    title, verb = _("合并"), _("合并")
    into = forms.ChoiceField(label=_("并入"))
    on = _day()
    words = forms.CharField(label=_("依据或说明"), max_length=400, required=False)

    def prepare(self) -> None:
        self.fields["into"].choices = _siblings(self.unit)  # type: ignore[attr-defined]

    def apply(self, *, by: Actor, at: datetime) -> Unit:
        given = dict(self.cleaned_data)
        into = Unit.objects.get(code=given.pop("into"))
        commands.merge(before=[self.unit, into], after=[into], by=by, at=at, **given)
        return into

    @classmethod
    def fits(cls, unit: Unit) -> bool:
        return bool(_siblings(unit))


def _siblings(unit: Unit) -> list[tuple[str, str]]:
    siblings = tree().by_parent.get(unit.parent_id, []) if unit.parent_id else []
    return [(n.code, n.name) for n in siblings if n.id != unit.pk and n.kind == unit.kind]


class Abolish(ChangeForm):
    title, verb = _("撤销"), _("撤销")
    on = _day()
    words = forms.CharField(label=_("依据或说明"), max_length=400)

    def apply(self, *, by: Actor, at: datetime) -> Unit:
        return commands.abolish(unit=self.unit, by=by, at=at, **self.cleaned_data)

    @classmethod
    def fits(cls, unit: Unit) -> bool:
        return unit.parent_id is not None


class Member(ChangeForm):
    title, verb = _("加入网格成员"), _("加入")
    username = forms.CharField(label=_("账号"), max_length=60)
    role = forms.ChoiceField(label=_("身份"), choices=GridMember.Role.choices)
    public_phone = forms.CharField(label=_("公开电话"), max_length=30)
    starts_on = forms.DateField(label=_("开始日期"), widget=DayInput, initial=timezone.localdate)

    def clean_username(self) -> User:
        user = User.objects.filter(username=self.cleaned_data["username"].strip(), is_active=True).first()
        if user is None:
            raise forms.ValidationError(_("没有这个账号，请核对；账号由系统管理员建立"))
        return user

    def apply(self, *, by: Actor, at: datetime) -> Unit:
        given = dict(self.cleaned_data)
        commands.add_member(grid=self.unit, user=given.pop("username"), by=by, at=at, **given)
        return self.unit

    @classmethod
    def fits(cls, unit: Unit) -> bool:
        return unit.kind in (*GRID_KINDS, "micro_grid")


CHANGES: dict[str, type[ChangeForm]] = {
    "facts": Facts, "child": Child, "member": Member, "rename": Rename, "kind": ChangeKind, "move": Move, "split": Split,
    "merge": Merge, "abolish": Abolish,
}  # fmt: skip


class ListUpload(forms.Form):
    """A code list to look at."""

    file = forms.FileField(label=_("代码表（CSV 或 XLSX）"))


class ListConfirm(forms.Form):
    """A code list that has been looked at, as lines of text, to be taken over."""

    lines = forms.CharField(widget=forms.HiddenInput, max_length=2_000_000)
    source = forms.CharField(label=_("来源"), max_length=100)
    on = forms.DateField(label=_("代码表日期"), widget=DayInput)
    end_missing = forms.BooleanField(label=_("撤销表中不再列出的单位"), required=False)

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("日期不能晚于今天"))
        return day


class BoundaryUpload(forms.Form):
    """Outlines to take in."""

    file = forms.FileField(label=_("边界文件（GeoJSON）"))
    datum = forms.ChoiceField(label=_("坐标系"), choices=Boundary.Datum.choices)
    on = forms.DateField(label=_("启用日期"), widget=DayInput, initial=timezone.localdate)
    source = forms.CharField(label=_("来源"), max_length=200)
