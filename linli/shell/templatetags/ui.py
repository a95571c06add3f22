"""The page builder's words: ``{% load ui %}``. Each is described, with an example, in ``docs/ui-kit.md``."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.http import QueryDict
from django.template.base import FilterExpression
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from linli.shell.collecting import declared
from linli.shell.folding import fixed
from linli.shell.templatetags import clockline, dates, icons, numbers, words

register = template.Library()

# kind: icon, word used when the page gives none, look
BADGES: dict[str, tuple[str, Any, str]] = {
    "overdue": ("alert-triangle", gettext_lazy("已逾期"), "overdue"),
    "risk": ("clock-exclamation", gettext_lazy("将到期"), "risk"),
    "done": ("circle-check", gettext_lazy("已办结"), "done"),
    "open": ("progress", gettext_lazy("办理中"), "open"),
    "waiting": ("clock", gettext_lazy("待办"), ""),
    "paused": ("player-pause", gettext_lazy("已暂停"), ""),
    "void": ("ban", gettext_lazy("已注销"), ""),
    "urgent": ("urgent", gettext_lazy("紧急"), "overdue"),
    "secret": ("shield-lock", gettext_lazy("保护举报人"), ""),
    "info": ("info-circle", gettext_lazy("提示"), "open"),
    "plain": ("", "", ""),
}
TONE_ICONS = {"overdue": "alert-triangle", "risk": "clock-exclamation", "done": "circle-check"}


@register.simple_tag
@fixed
def icon(name: str, label: str = "") -> SafeString:
    """An icon. Without a label it is ornament, and a word stands beside it."""
    return _drawn(name, str(words.said(label)) if label else "")


@lru_cache(maxsize=1024)
def _drawn(name: str, label: str) -> SafeString:
    voice = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="l-icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        'stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>',
        voice,
        mark_safe(icons.shapes(name)),
    )


@register.simple_tag
@fixed
def badge(kind: str, word: str = "") -> SafeString:
    """A state as icon and word, never colour alone."""
    mark, usual, look = BADGES.get(kind, BADGES["plain"])
    drawn = icon(mark) if mark else ""
    css = f" l-badge-{look}" if look else ""
    return format_html('<span class="l-badge{}">{}{}</span>', css, drawn, words.said(word) or usual)


@register.inclusion_tag("_ui/figure.html")
def figure(
    value: numbers.Number | str | None,
    label: str,
    unit: str = "",
    url: str = "",
    note: str = "",
    tone: str = "",
) -> dict[str, Any]:
    """One figure with its unit, linked to the records behind it. Tone is overdue, risk, done or nothing."""
    if isinstance(value, str):
        text, scale = value, ""
    else:
        text, scale = numbers.compact(value)
    return {
        "text": text,
        "unit": scale + str(words.said(unit)),
        "label": words.said(label),
        "url": url,
        "note": words.said(note),
        "tone": tone,
        "tone_icon": TONE_ICONS.get(tone, ""),
    }


@register.simple_tag
@fixed
def script_words() -> SafeString:
    """The scripts' words in another language, as data that is not executed; nothing in Chinese."""
    said = words.book()
    return json_script(said, "l-words") if said else mark_safe("")


@register.simple_tag
@fixed
def part(name: str) -> SafeString:
    """A template that depends on the language alone, drawn once and kept: what every page has and nobody changes."""
    return _part(name, get_language())


@lru_cache(maxsize=64)
def _part(name: str, language: str | None) -> SafeString:
    return render_to_string(name)


@register.simple_tag(takes_context=True)
def ways(context: dict[str, Any], about: str, *key: Any) -> SafeString:
    """The ways on from this page that rooms above have declared, as buttons: ``{% ways "unit" unit.code %}``."""
    actor = context["request"].actor
    offered = [way for way in declared("navigation", "WAYS") if way.about == about and actor.may(way.verb)]
    return format_html_join(
        "",
        '<a class="btn" href="{}">{}{}</a>',
        ((reverse(way.url, args=key), icon(way.icon), _(way.label)) for way in offered),
    )


@register.simple_tag
def clock_line(clock: clockline.ClockLine) -> SafeString:
    """A case's clocks as one line with marks."""
    return clockline.draw(clock)


def _time(value: datetime, text: str, kind: str) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}" data-time="{}">{}</time>',
        value.isoformat(),
        dates.full(value),
        kind,
        text,
    )


@register.filter
def when(value: datetime | date | None) -> str:
    """今天 14:30, 昨天 09:05, 2026年11月22日 周日 14:30; a plain date without the hour."""
    if value is None or value == "":
        return numbers.DASH
    if not isinstance(value, datetime):
        return day(value)
    return _time(value, dates.when(value, timezone.now()), "when")


@register.filter
def short(value: datetime | None) -> str:
    """For dense tables: 今天 14:30, 11月22日 14:30."""
    return _time(value, dates.short(value, timezone.now()), "short") if value else numbers.DASH


@register.filter
def full(value: datetime | None) -> str:
    """2026年11月22日 周日 14:30, whatever today is: for receipts and letters."""
    return dates.full(value) if value else numbers.DASH


@register.filter
def day(value: date | None) -> str:
    """2026年11月22日 周日."""
    if value is None or value == "":
        return numbers.DASH
    return dates.full_day(timezone.localtime(value).date() if isinstance(value, datetime) else value)


@register.filter
def ago(value: datetime | None) -> str:
    """刚刚, 5 分钟前, 3 小时前; refreshed while the page is open."""
    return _time(value, dates.ago(value, timezone.now()), "ago") if value else numbers.DASH


@register.filter
def waited(value: datetime | None) -> str:
    """已等 3 小时, for what waits without a date by which it must be done."""
    return _time(value, dates.waited(value, timezone.now()), "") if value else numbers.DASH


@register.simple_tag(name="due")
def due_tag(at: datetime | None, working_days: int | None = None) -> str:
    """还有 3 小时, 已超 2 天, 3 个工作日后."""
    if at is None:
        return numbers.DASH
    kind = "" if working_days else "due"
    return _time(at, dates.due(at, timezone.now(), working_days), kind)


@register.filter
def number(value: numbers.Number | None, digits: int | None = None) -> str:
    """1,234."""
    return numbers.number(value, digits)


@register.filter
def grouped(value: Any) -> str:
    """1,234; what is said in words instead of a number stays as it is."""
    return value if isinstance(value, str) else numbers.number(value)


@register.filter
def compact(value: numbers.Number | None) -> SafeString:
    """12.3 万, the exact number in its title."""
    text, unit = numbers.compact(value)
    mark = format_html('<span class="l-unit">{}</span>', unit) if unit else ""
    return format_html('<span class="l-num" title="{}">{}{}</span>', numbers.number(value), text, mark)


@register.filter
def percent(value: numbers.Number | None, digits: int = 1) -> str:
    """0.974 as 97.4%."""
    return numbers.percent(value, digits)


@register.filter
def money(value: numbers.Number | None) -> str:
    """1,234.50 元."""
    return numbers.money(value)


@register.filter
def phone(value: str | None) -> str:
    """138 5100 1234."""
    return numbers.phone(value)


@register.filter
def mistakes(bound: Any) -> list[str]:
    """What is wrong with a field and what to write; a missing answer names the question."""
    out: list[str] = []
    for error in bound.errors.as_data():
        if error.code == "required":
            choose = getattr(bound.field, "choices", None) is not None
            ask = _("请选择%(label)s") if choose else _("请填写%(label)s")
            out.append(ask % {"label": bound.label})
        else:
            out.extend(words.said(str(message)) for message in error.messages)
    return out


@register.inclusion_tag("_ui/field.html")
def field(bound: Any, hint: str = "", width: str = "") -> dict[str, Any]:
    """A form field: label above, hint, error, control. Width is s, m or nothing; optional fields say so."""
    attrs = dict(bound.field.widget.attrs)
    described = [f"{bound.id_for_label}-hint"] if hint or bound.help_text else []
    if bound.errors:
        described.append(f"{bound.id_for_label}-error")
        attrs["aria-invalid"] = "true"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    kind = getattr(bound.field.widget, "input_type", "")
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=attrs),
        "mistakes": mistakes(bound),
        "hint": words.said(hint) or bound.help_text,
        "width": f"l-width-{width}" if width else "",
        "kind": kind,
        "grouped": getattr(bound.field.widget, "use_fieldset", False) and kind != "file",
    }


@register.inclusion_tag("_ui/empty.html")
def empty(
    title: str, text: str = "", url: str = "", action: str = "", mark: str = "checkbox"
) -> dict[str, str]:
    """Nothing here: what that means and what comes next."""
    return {
        "title": words.said(title),
        "text": words.said(text),
        "url": url,
        "action": words.said(action),
        "mark": mark,
    }


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """The address of this page with some parameters changed; None removes one. Page is dropped unless given."""
    request = context.get("request")
    params = request.GET.copy() if request else QueryDict(mutable=True)
    params.pop("page", None)
    for key, value in changes.items():
        if value is None or value == "":
            params.pop(key, None)
        elif isinstance(value, (list, tuple)):
            params.setlist(key, [str(item) for item in value])
        else:
            params[key] = str(value)
    return "?" + params.urlencode()


@register.filter
def said(value: Any) -> Any:
    """Words that a table declares (a state, a role, a refusal), in the page's language."""
    return words.said(value)


@register.filter
def undo_of(message: Any) -> str:
    """Address of the undo command that a message carries as ``extra_tags="undo:/cases/7/undo/"``."""
    return next((tag[5:] for tag in (message.extra_tags or "").split() if tag.startswith("undo:/")), "")


@register.tag
def panel(parser: template.base.Parser, token: template.base.Token) -> PanelNode:
    """``{% panel "标题" %} … {% endpanel %}``: a titled surface."""
    _name, *words = token.split_contents()
    title = parser.compile_filter(words[0]) if words else None
    extra = parser.compile_filter(words[1]) if len(words) > 1 else None
    body = parser.parse(("endpanel",))
    parser.delete_first_token()
    return PanelNode(title, extra, body)


class PanelNode(template.Node):
    """A panel with a head and a padded body; a second word adds classes."""

    def __init__(
        self, title: FilterExpression | None, extra: FilterExpression | None, body: template.NodeList
    ) -> None:
        self.title, self.extra, self.body = title, extra, body

    def render(self, context: template.Context) -> SafeString:
        """The panel's markup."""
        title = words.said(self.title.resolve(context)) if self.title else ""
        css = f" {self.extra.resolve(context)}" if self.extra else ""
        head = format_html('<header class="l-panel-head"><h2>{}</h2></header>', title) if title else ""
        inner = mark_safe(self.body.render(context))
        return format_html(
            '<section class="l-panel{}">{}<div class="l-panel-body">{}</div></section>', css, head, inner
        )
