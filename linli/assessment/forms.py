"""What people write on the pages of this room; the commands decide whether it is accepted."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.algorithms.burden import Range
from linli.assessment import states
from linli.assessment.commands import Answer
from linli.assessment.commands.suggesting import LONGEST
from linli.assessment.models import Suggestion
from linli.assessment.queries.checks import CONCLUSIONS
from linli.assessment.rules import QUESTIONS, ROLE_QUESTIONS, ROLES, Question, Unreadable, keys, read_amount
from linli.kernel.picker import Picker
from linli.kernel.wording import choices, worded
from linli.territory.queries.units import tree

LONGEST_FIGURE = 20


def written(figure: Range) -> str:
    """A figure as its field is filled: one number, or from the least to the most."""
    return f"{int(figure.likely)}" if figure.counted else f"{int(figure.low)}-{int(figure.high)}"


class ReportForm(forms.Form):
    """The figures of a self-report: each a number, an approximate one, or a range; what is not known stays empty."""

    def __init__(
        self, *args: Any, about: Fraction, figures: dict[str, Range] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.about = about
        for key in keys():
            question = question_of(key)
            self.fields[key] = forms.CharField(
                label=_(question.words), required=False, max_length=LONGEST_FIGURE,
                initial=written(figures[key]) if figures and key in figures else "",
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )  # fmt: skip
        self.figures: dict[str, Range] = {}

    def clean(self) -> dict[str, Any]:
        """Every text as a figure."""
        cleaned = super().clean() or self.cleaned_data
        for key in keys():
            try:
                figure = read_amount(cleaned.get(key, ""), self.about)
            except Unreadable as refusal:
                self.add_error(key, str(refusal))
                continue
            if figure is not None:
                self.figures[key] = figure
        return cleaned

    @property
    def of_community(self) -> list[tuple[Question, Any]]:
        """The questions about the community with their fields."""
        return [(question, self[question.key]) for question in QUESTIONS]

    @property
    def of_roles(self) -> list[tuple[str, Any, list[tuple[Question, Any]], bool]]:
        """The roles with their questions; whether anything stands in them, so that the page opens them."""
        words = worded(ROLES)
        return [
            (role, words[role], fields, any(field.value() for _question, field in fields))
            for role in ROLES
            for fields in ([(question, self[f"{role}.{question.key}"]) for question in ROLE_QUESTIONS],)
        ]


def question_of(key: str) -> Question:
    """The question of a key of a self-report."""
    role, _dot, name = key.rpartition(".")
    return next(q for q in (ROLE_QUESTIONS if role else QUESTIONS) if q.key == name)


class SuggestForm(forms.Form):
    """A suggestion about burden."""

    topic = forms.ChoiceField(label=_("关于"), choices=choices(states.TOPICS), widget=forms.RadioSelect)
    about = forms.ChoiceField(label=_("涉及哪个部门"), required=False, widget=Picker)
    text = forms.CharField(
        label=_("什么事、怎样改更好"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = sorted((node.code, node.name) for node in tree().nodes if node.kind == "department")
        self.fields["about"].choices = [("", _("不清楚或不涉及")), *found]  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """An answer, and the suggestion as everybody may read it."""

    outcome = forms.ChoiceField(label=_("结果"), choices=choices(states.OUTCOMES), widget=forms.RadioSelect)
    answer = forms.CharField(label=_("答复"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
    published = forms.CharField(
        label=_("公开的建议内容"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5})
    )

    @classmethod
    def of(cls, row: Suggestion) -> AnswerForm:
        """The form with the text as it was written, for names to be taken out."""
        return cls(initial={"published": row.text})

    def told(self) -> Answer:
        """What the form says."""
        return Answer(**self.cleaned_data)


class ConfirmForm(forms.Form):
    """What was found of a rule, and on what it rests."""

    state = forms.ChoiceField(label=_("结论"), choices=choices(CONCLUSIONS), widget=forms.RadioSelect)
    note = forms.CharField(label=_("依据"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
