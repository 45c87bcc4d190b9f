"""What the machine lacks for making papers, said to whoever can mend it."""

from django import template

from accounts.models import Role

from ..documents import checks

register = template.Library()


@register.inclusion_tag("parts/machine_lacks.html", takes_context=True)
def machine_lacks(context):
    standing = context.get("standing")
    mends = standing and (standing.administers or Role.Name.SYSTEM_ADMIN in standing.roles)
    return {"warnings": checks.lacking() if mends else []}
