"""What the head and the parts of a page need from Python."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django import forms, template
from django.apps import apps
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html

from .words import full, when

register = template.Library()

SCHOOL = [
    ("desk", "工作台"),
    ("matter_list", "议题"),
    ("agenda", "议程确认"),
    ("meeting_list", "会议"),
    ("decision_list", "决策台账"),
    ("follow_up_list", "督办"),
    ("school_rectification_list", "整改"),
    ("paper_list", "文件"),
    ("procedure_list", "议事规则"),
    ("leadership", "班子"),
]
DISTRICT = [
    ("district", "全区"),
    ("district_schools", "学校"),
    ("register_index", "台账"),
    ("inspection_list", "督导"),
    ("rectification_list", "整改"),
    ("filing_list", "备案"),
    ("report_list", "报告"),
    ("management", "管理"),
]
UNDER = {  # pages that an entry of the head leads to
    "meeting_list": ("exchange",),
    "school_rectification_list": ("confidential_views",),
    "decision_list": ("school_registers",),
    "paper_list": ("batch_list",),
    "procedure_list": ("large_sum_list", "catalogue", "calendar", "phrase_list"),
    "leadership": ("communication_list", "school_check", "rejudging_list"),
    "account_list": ("deputy_list",),
    "register_index": ("district_findings",),
    "management": (
        "district_calendar",
        "district_large_sum_list",
        "district_catalogue",
        "district_floor_list",
        "structure",
        "authority_list",
        "announcement_list",
        "deputy_list",
    ),
}
INVITED = [("my_inspections", "督导")]  # all that whoever reads by a grant is led to
ADMINISTERED = {"district", "filing_list", "management"}  # findings are not the administrator's to read


@dataclass
class NavEntry:
    title: str
    url: str
    current: bool = False


@register.simple_tag(takes_context=True)
def navigation(context) -> list[NavEntry]:
    """The entries of the head for ``standing``, the present one marked; empty without a standing."""
    standing = context.get("standing")
    if not standing:
        return []
    names: list[tuple[str, str]] = []
    if standing.organisation.kind == "school":
        if standing.reads_records:
            names += [name for name in SCHOOL if name[0] != "agenda" or standing.heads_any]
    elif standing.supervises or standing.administers:
        names += [name for name in DISTRICT if standing.supervises or name[0] in ADMINISTERED]
    if not names and ("invited" in standing.roles or standing.grants):
        names += INVITED
    if standing.audits:
        names.append(("journal", "日志"))
    if "system_admin" in standing.roles:
        names.append(("account_list", "账号"))
    led = _led(tuple(names), standing.organisation.code)
    path = context["request"].path
    # The desk is the beginning of every address in a school: it is where one is on the desk alone.
    desk = "" if names[:1] == INVITED or not led else led[0][1][0]
    fitting = [
        (len(url), -number)
        for number, (_, urls) in enumerate(led)
        for url in urls
        if path.startswith(url) and (path == url or url != desk)
    ]
    current = -max(fitting)[1] if fitting else None
    return [NavEntry(title, urls[0], number == current) for number, (title, urls) in enumerate(led)]


@lru_cache(1000)
def _led(names: tuple[tuple[str, str], ...], code: str) -> list[tuple[str, list[str]]]:
    """Each entry with the addresses it leads to, its own first. The same for all pages of somebody's organisation."""
    led = []
    for name, title in names:
        args = [] if name == "my_inspections" else [code]
        try:
            at = [reverse(each, args=args) for each in (name, *UNDER.get(name, ()))]
            if (
                name == "inspection_list"
            ):  # an inspection belongs to no address of the authority: its members may have none
                at.append(reverse("my_inspections"))
            if name == "paper_list":  # documents keep the address under which notices name them
                at.append(reverse("document_page", args=[code, 0]).removesuffix("0/"))
        except NoReverseMatch:
            continue
        led.append((title, at))
    return led


@register.simple_tag(takes_context=True)
def search_address(context) -> str:
    """Where the head's search leads; nowhere for whoever may read no records."""
    standing = context.get("standing")
    if not standing:
        return ""
    if standing.organisation.kind == "school":
        reads = standing.reads_records or standing.narrowed
        return reverse("search", args=[standing.organisation.code]) if reads else ""
    return reverse("district_search", args=[standing.organisation.code]) if standing.supervises else ""


def _static(path: str) -> str:
    try:
        return static(path)
    except ValueError:  # not in the manifest: the front-end files could not be installed, the page stays readable
        return ""


@register.simple_tag
def stylesheet(path: str) -> str:
    url = _static(path)
    return format_html('<link rel="stylesheet" href="{}">', url) if url else ""


@register.simple_tag
def script(path: str) -> str:
    url = _static(path)
    return format_html('<script src="{}" defer></script>', url) if url else ""


@register.simple_tag
def at(value: date | datetime | None) -> str:
    """A moment as people say it, the full date on hover."""
    if not value:
        return ""
    exact = timezone.localtime(value) if isinstance(value, datetime) else value
    return format_html('<time datetime="{}" title="{}">{}</time>', exact.isoformat(), full(value), when(value))


@register.filter
def is_past(value: date | None) -> bool:
    """Whether the first day without something has come."""
    return value is not None and value <= timezone.localdate()


@register.simple_tag(takes_context=True)
def page_link(context, number: int, name: str | None = None) -> str:
    query = context["request"].GET.copy()
    query[name or "page"] = number
    return f"?{query.urlencode()}"


@register.filter
def what_one_is(standing) -> str:
    """书记、委员 · 审计员: the posts and roles of a standing, in the order of their lists."""
    posts = [str(label) for value, label in _choices("governance", "Post", "post") if value in standing.posts]
    roles = [str(label) for value, label in _choices("accounts", "Role", "role") if value in standing.roles]
    return "、".join(posts + roles + [f"代 {name}" for name in standing.deputises])


@register.filter
def duty(value: str) -> str:
    """What a post or a role is called."""
    return str(dict([*_choices("governance", "Post", "post"), *_choices("accounts", "Role", "role")])[value])


def _choices(app: str, model: str, field: str):
    return apps.get_model(app, model)._meta.get_field(field).choices


@register.filter
def shape(field: forms.BoundField) -> str:
    """How a field is laid out: check (one box), group (several), or line."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    return "group" if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)) else "line"


@register.filter
def control(field: forms.BoundField) -> str:
    """The field's widget with the classes that Tabler wants."""
    widget = field.field.widget
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return field.as_widget()  # a class would go to the list as well as to its boxes
    if isinstance(widget, forms.CheckboxInput):
        name = "form-check-input"
    else:
        name = "form-select" if isinstance(widget, forms.Select) else "form-control"
    wrong = " is-invalid" if field.errors else ""
    return field.as_widget(attrs={"class": f"{widget.attrs.get('class', '')} {name}{wrong}".strip()})
