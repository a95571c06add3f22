"""What people write on the pages of this room; the commands decide whether it is accepted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Self

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.duties.queries.gate import admitted_choices
from linli.kernel.norms.queries import norm
from linli.kernel.picker import Option, Picker, Pickers
from linli.kernel.privacy.purposes import purposes
from linli.kernel.registers.register import get
from linli.kernel.wording import choices
from linli.returns.commands import Draft, QueryDraft
from linli.returns.models import Form
from linli.returns.queries.fields import NUMBER, RECORDS, care_of, fields, selections
from linli.returns.rules.elements import dictionary
from linli.returns.rules.periods import FREQUENCIES
from linli.territory.models import Unit


def day_field(label: Any) -> forms.DateField:
    """A day."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class PermitForm(forms.Form):
    """One line of the register of permitted forms."""

    title = forms.CharField(label=_("表名"), max_length=100)
    owner = forms.ChoiceField(label=_("主管部门"), widget=Picker)
    basis = forms.CharField(label=_("制发依据"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    purpose = forms.CharField(label=_("用途"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    level = forms.ChoiceField(
        label=_("由谁填报"), choices=choices(dict(Form.Level.choices)), widget=forms.RadioSelect
    )
    frequency = forms.ChoiceField(label=_("频次"), choices=choices(FREQUENCIES), widget=forms.RadioSelect)
    due_days = forms.IntegerField(label=_("期后几日内报送"), min_value=1, max_value=90)
    valid_from = day_field(_("准许自"))
    valid_to = day_field(_("有效至"))
    admission = forms.ChoiceField(label=_("准入编号"), required=False, widget=Picker)
    exact = forms.CharField(
        label=_("小数报确数的依据"),
        required=False,
        max_length=200,
        help_text=_("独居老人、低保对象等人数很小时，主管部门只见“少于几人”；依法须报确数的，写明依据"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = Unit.objects.filter(kind="department", valid_to=None).order_by("code")
        self.fields["owner"].choices = [("", _("请选择")), *departments.values_list("code", "name")]  # type: ignore[attr-defined]
        self.fields["admission"].choices = [  # type: ignore[attr-defined]
            ("", _("存量报表，没有经过准入")), *admitted_choices("", timezone.localdate())
        ]  # fmt: skip

    @classmethod
    def of(cls, form: Form | None = None) -> PermitForm:
        """The form filled with a permitted one, or with what is usual: a month, for a year."""
        today = timezone.localdate()
        if form is None:
            usual = {
                "level": "community",
                "frequency": "month",
                "due_days": 10,
                "valid_from": today,
                "valid_to": today + timedelta(days=365),
            }
            return cls(initial=usual)
        names = (
            "title",
            "basis",
            "purpose",
            "level",
            "frequency",
            "due_days",
            "valid_from",
            "valid_to",
            "exact",
            "admission",
        )
        return cls(initial={**{name: getattr(form, name) for name in names}, "owner": form.owner.code})

    def draft(self) -> Draft:
        """What the form asks for."""
        return Draft(**self.cleaned_data)


class AskForm(forms.Form):
    """What every query of a department says."""

    title = forms.CharField(label=_("名称"), max_length=100)
    basis = forms.CharField(label=_("依据"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    purpose = forms.CharField(label=_("用途"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    valid_to = day_field(_("有效至"))

    @classmethod
    def of(cls) -> Self:
        """An empty one: for as long as is allowed."""
        today = timezone.localdate()
        longest = timedelta(days=int(norm("returns.query.days", on=today).value))
        return cls(initial={"level": "community", "valid_to": today + longest})

    def draft(self) -> QueryDraft:
        """What the form asks for."""
        return QueryDraft(**self.cleaned_data)


class RowsForm(AskForm):
    """A list of records, and what is told of each."""

    rows = forms.ChoiceField(label=_("谁的名单"), widget=Picker)
    columns = forms.MultipleChoiceField(label=_("要哪些栏目"), widget=Pickers)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whose = [(code, _(each.title)) for code, each in selections().items() if not care_of(each)]
        self.fields["rows"].choices = [("", _("请选择")), *whose]  # type: ignore[attr-defined]
        self.fields["columns"].choices = [  # type: ignore[attr-defined]
            (get(register).title, [(each.code, _(each.title)) for each in fields(record).values() if each.code != NUMBER]) for register, record in RECORDS.items()
        ]  # fmt: skip


class QueryForm(AskForm):
    """Figures of the registers, unit by unit."""

    figures = forms.MultipleChoiceField(label=_("查询的数据项"), widget=Pickers)
    level = forms.ChoiceField(
        label=_("按哪一级列出"),
        choices=choices(dict(Form.Level.choices)),
        widget=forms.RadioSelect,
        initial="community",
    )
    exact = forms.CharField(label=_("小数报确数的依据"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["figures"].choices = [  # type: ignore[attr-defined]
            (each.code, Option(str(_(each.title)), " ".join(each.names))) for each in dictionary().values() if each.kind == "figure"
        ]  # fmt: skip


class EndForm(forms.Form):
    """From when a form may no longer be sent, and why."""

    on = day_field(_("停用日期"))
    reason = forms.CharField(label=_("理由"), max_length=200)


class UploadForm(forms.Form):
    """A department's own workbook."""

    file = forms.FileField(label=_("模板文件"), widget=forms.FileInput(attrs={"accept": ".xlsx,.xls"}))
    sheet = forms.CharField(label=_("工作表"), required=False, max_length=60)


class TakeForm(forms.Form):
    """What a list is taken away for, and where many rows leave, why a second person should agree."""

    purpose = forms.ChoiceField(label=_("用途"))
    reason = forms.CharField(
        label=_("理由"), required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [("", _("请选择")), *choices(purposes("returns.Line"))]  # type: ignore[attr-defined]
