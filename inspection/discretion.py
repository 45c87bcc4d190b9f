"""What papers and reports say of a personnel matter: not its title, and not whom it is about."""

import re

from meetings.models import Matter

PERSONNEL = "人事事项"
_QUOTED = re.compile("“[^”]*”")


def matter_said(matter: Matter | None) -> str:
    return "" if matter is None else PERSONNEL if matter.personnel else matter.title


def facts_said(said: str, matter: Matter | None) -> str:
    """The facts of a finding; of a personnel matter without what would tell whom it is about."""
    if matter is None or not matter.personnel:
        return said
    for name in sorted(matter.candidates, key=len, reverse=True):
        said = said.replace(name, "人选")
    return _QUOTED.sub(PERSONNEL, said)
