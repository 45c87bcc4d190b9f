"""How frozen values are made by the hundred thousand."""

from dataclasses import MISSING, fields
from typing import Any


def made_sooner(kind: Any) -> None:
    """Give a frozen dataclass with slots an ``__init__`` that knows the place of each field. The one that ``dataclass``
    writes looks each up by its name, and takes half as long again; frozen the value is either way.

    What begins with a new value of its own, of which there are few, stays as it is."""
    known: dict[str, Any] = {}
    parameters, lines = [], []
    for each in fields(kind):
        if each.default_factory is not MISSING:
            return
        known[f"set_{each.name}"] = vars(kind)[each.name].__set__
        known[f"default_{each.name}"] = each.default
        parameters.append(each.name if each.default is MISSING else f"{each.name}=default_{each.name}")
        lines.append(f"    set_{each.name}(self, {each.name})")
    exec("\n".join([f"def __init__(self, {', '.join(parameters)}):", *lines]), known)
    kind.__init__ = known["__init__"]
