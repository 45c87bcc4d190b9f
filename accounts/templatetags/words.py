"""Dates, money and marks as people say them. Loaded into every template."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

register = template.Library()
WEEKDAYS = "一二三四五六日"


def _local(value):
    return timezone.localtime(value) if isinstance(value, datetime) else value


@register.filter
def day(value: date | datetime | None) -> str:
    """3月5日 周三; with the year when it is not this one."""
    if not value:
        return ""
    value = _local(value)
    year = f"{value.year}年" if value.year != timezone.localdate().year else ""
    return f"{year}{value.month}月{value.day}日 周{WEEKDAYS[value.weekday()]}"


@register.filter
def moment(value: datetime | None) -> str:
    """3月5日 周三 15:00."""
    return f"{day(value)} {_local(value):%H:%M}" if value else ""


@register.filter
def full(value: date | datetime | None) -> str:
    """2025年3月5日 15:00, for hovering and for print."""
    if not value:
        return ""
    value = _local(value)
    clock = f" {value:%H:%M}" if isinstance(value, datetime) else ""
    return f"{value.year}年{value.month}月{value.day}日{clock}"


@register.filter
def when(value: date | datetime | None) -> str:
    """今天 15:00, 明天, 后天, 昨天; else as ``day``."""
    if not value:
        return ""
    value = _local(value)
    on = value.date() if isinstance(value, datetime) else value
    near = {-1: "昨天", 0: "今天", 1: "明天", 2: "后天"}.get((on - timezone.localdate()).days)
    clock = f" {value:%H:%M}" if isinstance(value, datetime) else ""
    return f"{near or day(on)}{clock}"


@register.filter
def due(value: date | None) -> str:
    """逾期 3 天, 今天到期, 还有 5 天."""
    if not value:
        return ""
    left = (value - timezone.localdate()).days
    if left < 0:
        return f"逾期 {-left} 天"
    return "今天到期" if left == 0 else f"还有 {left} 天"


@register.filter
def overdue(value: date | None) -> bool:
    return value is not None and value < timezone.localdate()


@register.filter
def soon(value: date | None) -> bool:
    return value is not None and timezone.localdate() <= value <= timezone.localdate() + timedelta(days=3)


@register.filter
def yuan(value: Decimal | None) -> str:
    """1,200.50 元; round tens of thousands as 万元."""
    if value is None:
        return ""
    if value >= 10000 and value % 100 == 0:
        return f"{(value / 10000).normalize():,f} 万元"
    return f"{value:,.2f} 元".replace(".00 元", " 元")


@register.filter
def get(mapping, key):
    return mapping.get(key) if mapping else None


@register.simple_tag
def icon(name: str, label: str = "") -> str:
    """One outline icon, inlined. With ``label`` it is read out, without it is decoration."""
    svg = _svg(name)
    hidden = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<span class="icon-wrap" {}>{}</span>', hidden, svg)


_icons: dict[str, str] = {}


def _svg(name: str) -> str:
    if name not in _icons or settings.DEBUG:
        path = finders.find(f"vendor/icons/{name}.svg")
        text = Path(path).read_text() if path else ""
        start = text.find("<svg")
        _icons[name] = mark_safe(text[start:]) if start >= 0 else ""
    return _icons[name]


@register.simple_tag(takes_context=True)
def with_query(context, **changes) -> str:
    """The present query string with some parts changed (None removes a part)."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = value
    return f"?{query.urlencode()}"
