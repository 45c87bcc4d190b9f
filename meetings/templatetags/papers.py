"""The papers of what a page is about."""

from django import template

from ..papers import around, shelves

register = template.Library()


@register.inclusion_tag("parts/papers_of.html", takes_context=True)
def papers_of(context, subject, title: str = "文件"):
    """What is made of a subject and of what is under it, and what can be made."""
    standing = context["standing"]
    return {"standing": standing, "title": title, "shelves": shelves(standing, around(standing, subject))}
