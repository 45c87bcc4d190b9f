"""How forms are drawn: as Django draws them, its commonest controls without a template for each choice."""

from collections.abc import Iterable
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

SELECT = "django/forms/widgets/select.html"
INPUTS = {f"django/forms/widgets/{kind}.html" for kind in ("input", "text", "number", "date", "hidden", "email")}


class Renderer(DjangoTemplates):
    """A filter of three lists has some forty choices: as templates they took a tenth of a page's time."""

    def render(self, template_name, context, request=None):
        if template_name == SELECT:
            return _select(context["widget"])
        if template_name in INPUTS:
            return _input(context["widget"])
        return super().render(template_name, context, request)


def _input(widget: dict[str, Any]) -> SafeString:
    value = f' value="{_escaped(widget["value"])}"' if widget["value"] is not None else ""
    return mark_safe(
        f'<input type="{widget["type"]}" name="{_escaped(widget["name"])}"{value}{_said(widget["attrs"])}>'
    )


def _select(widget: dict[str, Any]) -> SafeString:
    groups = "".join(
        f'<optgroup label="{_escaped(name)}">{_options(options)}</optgroup>' if name else _options(options)
        for name, options, _ in widget["optgroups"]
    )
    return mark_safe(f'<select name="{_escaped(widget["name"])}"{_said(widget["attrs"])}>{groups}</select>')


def _options(options: Iterable[dict[str, Any]]) -> str:
    return "".join(
        f'<option value="{_escaped(one["value"])}"{_said(one["attrs"])}>{_escaped(one["label"])}</option>'
        for one in options
    )


def _said(attributes: dict[str, Any]) -> str:
    return "".join(
        f" {name}" if value is True else f' {name}="{_escaped(value)}"'
        for name, value in attributes.items()
        if value is not False
    )


def _escaped(value: Any) -> str:
    return conditional_escape(value if hasattr(value, "__html__") else str(value))
