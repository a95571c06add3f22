"""What is asked to record something of an organisation or a component: values, and the place, by address, point or grid."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel.picker import Picker
from linli.kernel.wording import choices
from linli.registry.commands.sealing import document_mark
from linli.registry.forms import number_field, read_number
from linli.registry.forms.deeds import (
    ADDRESS_HINT,
    DATE,
    DeedForm,
    MendForm,
    ValuesForm,
    codes_of,
    sealed_field,
)
from linli.registry.models import Component, Organisation, Staff
from linli.registry.queries.placing import place_of
from linli.registry.rules.tables import titles
from linli.territory.queries.picking import Groups, unit_choices

UNITS: Groups = ((_("网格"), ("grid",)), (_("社区（村）"), ("community",)))
DEGREES = ("lon", "lat")


def _day_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE))


def _text_field(label: Any, most: int, *, required: bool = False, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, help_text=hint)


class PointForm(ValuesForm):
    """A place as longitude and latitude: picked on the map of the page, or typed."""

    point = _text_field(
        _("经纬度"), 40, hint=_("在地图上点一下就会填好；也可以自己写，例：106.713000,26.605000")
    )

    def values(self) -> dict[str, str]:
        point = self.cleaned_data.get("point") if "point" in self.changed_data else None
        return super().values() | (dict(zip(DEGREES, map(str, point), strict=True)) if point else {})

    def together(self, values: dict[str, str]) -> list[dict[str, str]]:
        point = {name: text for name, text in values.items() if name in DEGREES}
        rest = {name: text for name, text in values.items() if name not in DEGREES}
        return [*super().together(rest), point]

    def refuse(self, refusal: Any) -> None:
        if refusal.values.get("element") in DEGREES:
            refusal.values["element"] = "point"
        super().refuse(refusal)

    def clean_point(self) -> tuple[float, float] | None:
        """Longitude and latitude."""
        text = self.cleaned_data["point"].replace("，", ",")
        if not text:
            return None
        try:
            lon, lat = (float(part) for part in text.split(","))
        except ValueError:
            raise forms.ValidationError(
                _("请依次写经度和纬度，中间用英文逗号隔开，例：106.713000,26.605000")
            ) from None
        return lon, lat


class PlacedForm(PointForm):
    """A place that is new: a point, or the unit where none can be shown."""

    unit = forms.ChoiceField(
        label=_("所在网格"), required=False, widget=Picker, help_text=_("地图上指不出时再选")
    )

    def fill(self) -> None:
        groups = unit_choices(UNITS, self.actor.scope)
        self.choose("unit", [("", _("请选择")), *groups])
        only = [code for _group, options in groups for code, _words in options]
        if len(only) == 1:
            self.fields["unit"].initial = only[0]


class PremisesForm(PlacedForm):
    """Where an organisation is: a building of the register by its address, else a point or a unit."""

    KIND = "organisation"
    FIELDS: tuple[str, ...] = ("address",)
    address = _text_field(_("地址"), 200, required=True, hint=ADDRESS_HINT)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        found = place_of(given.get("address", ""))
        given["building_id"] = found.building_id
        if found.building_id is None and not given.get("unit") and not given.get("point"):
            given["unit"] = found.unit
            if not found.unit and not self.errors:
                self.add_error(
                    "address", _("登记的楼栋里没有找到这个地址，请在地图上点出位置，或选择所在网格")
                )
        return given


class AddOrganisationForm(PremisesForm):
    """An organisation that is not in the register."""

    FIELDS = ("name", "uscc", "kind", "contact", "phones", "staff_count", "opened_on", "address")
    name = _text_field(_("名称"), 120, required=True, hint=_("写招牌或执照上的全名"))
    uscc = _text_field(_("统一社会信用代码"), 18, hint=_("执照上的 18 位代码；没有执照的留空"))
    kind = forms.ChoiceField(label=_("类型"))
    contact = sealed_field(_("联系人"), _("法定代表人、负责人或经营者"), 60)
    phones = sealed_field(_("联系电话"), _("几个电话用顿号分开"))
    staff_count = forms.IntegerField(label=_("从业人数"), min_value=0, max_value=1_000_000, required=False)
    opened_on = _day_field(_("成立日期"))

    field_order = [*FIELDS, "point", "unit"]

    def fill(self) -> None:
        super().fill()
        self.choose("kind", codes_of("organisation_kinds"))
        self.fields["on"].label = _("登记日期")


class CorrectOrganisationForm(MendForm):
    """Values of an organisation but its place, which is moved."""

    KIND = "organisation"
    FIELDS = AddOrganisationForm.FIELDS[:-1]
    name = _text_field(_("名称"), 120, required=True)
    uscc = _text_field(_("统一社会信用代码"), 18)
    kind = forms.ChoiceField(label=_("类型"))
    contact = sealed_field(_("联系人"), _("法定代表人、负责人或经营者；不改就留空"), 60)
    phones = sealed_field(_("联系电话"), _("几个电话用顿号分开；不改就留空"))
    staff_count = forms.IntegerField(label=_("从业人数"), min_value=0, max_value=1_000_000, required=False)
    opened_on = _day_field(_("成立日期"))

    def now(self) -> dict[str, Any]:
        row: Organisation = self.about
        return {name: getattr(row, name) for name in ("name", "uscc", "kind", "staff_count", "opened_on")}

    def fill(self) -> None:
        super().fill()
        self.choose("kind", codes_of("organisation_kinds"))
        self.fields["on"].label = _("核实日期")


class StaffForm(DeedForm):
    """Who works in an organisation, by name or, of people in the register, by document."""

    name = _text_field(_("姓名"), 60)
    document = number_field(_("公民身份号码"), required=False)
    post = _text_field(_("职务"), 60, hint=_("例：店长、安全员、保安"))

    field_order = ["name", "document", "post"]

    def fill(self) -> None:
        self.fields["document"].help_text = _("在册的人写证件号码即可，不用写姓名")
        self.fields["on"].label = _("入职日期")

    def clean_document(self) -> bytes | None:
        """The mark by which the person is found: the number itself goes no further."""
        given = str(self.cleaned_data["document"])
        return document_mark("citizen_id", read_number(given)) if given else None


class StaffEndForm(DeedForm):
    """Who does not work there any more."""

    staff = forms.ChoiceField(label=_("从业人员"))

    def fill(self) -> None:
        rows = Staff.objects.filter(organisation=self.about, valid_to=None).order_by("post", "pk")
        found = [(row.pk, f"{row.name}（{row.post}）" if row.post else row.name) for row in rows]
        self.choose("staff", [("", _("请选择")), *found])
        self.fields["on"].label = _("离职日期")


class AddComponentForm(PlacedForm):
    """A component that is not in the register."""

    KIND = "component"
    FIELDS = ("kind", "code", "place", "state", "owner", "keeper", "installed_on")
    kind = forms.ChoiceField(label=_("部件类型"))
    code = _text_field(_("部件编码"), 20, hint=_("标牌上的编码；没有的留空，系统先编一个"))
    place = _text_field(_("位置"), 200, required=True, hint=_("例：大营路 12 号门前人行道"))
    state = forms.ChoiceField(label=_("状态"))
    owner = _text_field(_("权属单位"), 80)
    keeper = _text_field(_("养护单位"), 80)
    installed_on = _day_field(_("安装日期"))

    field_order = ["kind", "place", "point", "unit", "state", "code", "owner", "keeper", "installed_on"]

    def fill(self) -> None:
        super().fill()
        self.choose("kind", codes_of("component_kinds"))
        self.choose("state", [each for each in choices(titles("component_states")) if each[0] != "removed"])
        self.fields["on"].label = _("登记日期")


class CorrectComponentForm(PointForm, MendForm):
    """Values of a component, and where exactly it stands."""

    KIND = "component"
    FIELDS = ("kind", "code", "place", "owner", "keeper", "installed_on")
    kind = forms.ChoiceField(label=_("部件类型"))
    code = _text_field(_("部件编码"), 20, required=True)
    place = _text_field(_("位置"), 200)
    owner = _text_field(_("权属单位"), 80)
    keeper = _text_field(_("养护单位"), 80)
    installed_on = _day_field(_("安装日期"))

    field_order = ["kind", "code", "place", "point", "owner", "keeper", "installed_on"]

    def now(self) -> dict[str, Any]:
        row: Component = self.about
        point = "" if row.lon is None or row.lat is None else f"{row.lon:.6f},{row.lat:.6f}"
        return {name: getattr(row, name) for name in self.FIELDS} | {"point": point}

    def fill(self) -> None:
        super().fill()
        self.choose("kind", codes_of("component_kinds"))
        self.fields["on"].label = _("核实日期")


class ComponentStateForm(DeedForm):
    """The state in which a component was found, another than before; removed is a deed of its own."""

    state = forms.ChoiceField(label=_("状态"))

    def fill(self) -> None:
        others = titles("component_states").items()
        found = {code: title for code, title in others if code not in ("removed", self.about.state)}
        self.choose("state", [("", _("请选择")), *choices(found)])
        self.fields["on"].label = _("核实日期")
