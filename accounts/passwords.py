"""One-time passwords: given by an administrator, good for one sign-in.

The journal knows which passwords are such: the last line about a password of an account is either
``reset_password`` (or ``open_account``), or ``change_password`` by its owner.
"""

import secrets

from django.db import transaction

from .journal import record
from .models import Entry, User

GIVEN = ("open_account", "reset_password")
CHANGED = "change_password"
FLAG = "one_time_password"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread on paper


def new_one_time() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def _last(user: User) -> Entry | None:
    lines = Entry.objects.filter(subject_kind="user", subject_id=user.pk, verb__in=(*GIVEN, CHANGED))
    return lines.select_related("organisation").first()


def is_one_time(user: User) -> bool:
    last = _last(user)
    return last is not None and last.verb in GIVEN


@transaction.atomic
def forget_one_time(request) -> None:
    """The owner has chosen a password: from now on the session may go anywhere."""
    request.session.pop(FLAG, None)
    if last := _last(request.user):
        summary = f"{request.user.name}修改了自己的密码"
        record(CHANGED, request.user, summary, organisation=last.organisation, by=request.user)
