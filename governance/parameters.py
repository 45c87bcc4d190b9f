"""What a version of the rules of procedure says, parameter by parameter, in the words of people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .models import Procedure
from .rules.catalogue import CLASSES
from .rules.clauses import Clause
from .rules.values import PARAMETERS, Parameter, Threshold

UNITS = {"_working_days": " 个工作日", "_days": " 天", "_hours": " 小时"}
NOTHING = "没有"


def said(name: str, value: Any) -> str:
    """One value: 三分之二以上, 48 小时, 2 月、7 月."""
    parameter = PARAMETERS[name]
    if isinstance(value, Threshold):
        return value.label
    if parameter.floor:
        return Threshold.named(value).label
    if parameter.choices:
        return parameter.choices[value]
    if isinstance(value, bool):
        return "是" if value else "否"
    if name == "vacation_months":
        return "、".join(f"{month} 月" for month in sorted(value)) or NOTHING
    if name == "two_thirds_categories":
        return "、".join(_category(code) for code in sorted(value)) or NOTHING
    return f"{value}{next(unit for end, unit in UNITS.items() if name.endswith(end))}"


def _category(code: str) -> str:
    """D02 for one matter; D 类（重大决策） for a whole class."""
    if len(code) > 1 or code == "G":
        return code
    return f"{code} 类（{CLASSES[code]}）" if code in CLASSES else f"{code} 类"


@dataclass(frozen=True)
class Worth:
    """What a parameter is worth in a version. ``before``: in the one before it; empty where there is none."""

    parameter: Parameter
    value: str
    named: bool
    clause: Clause
    before: str = ""

    @property
    def default(self) -> str:
        return said(self.parameter.name, self.parameter.default)

    @property
    def floor(self) -> str:
        return f"不得低于{self.parameter.floor.label}" if self.parameter.floor else ""

    @property
    def changed(self) -> bool:
        return bool(self.before) and self.before != self.value


def parameters_of_body(body: str) -> Iterable[Parameter]:
    return (parameter for parameter in PARAMETERS.values() if body in parameter.bodies)


def worth(body: str, parameters: Mapping[str, Any], earlier: Procedure | None = None) -> list[Worth]:
    """Every parameter of a body under a version's ``parameters``, beside the version before it."""

    def value(of: Mapping[str, Any], parameter: Parameter) -> str:
        return said(parameter.name, of.get(parameter.name, parameter.default))

    return [
        Worth(
            parameter,
            value(parameters, parameter),
            named=parameter.name in parameters,
            clause=parameter.clause_for(body),
            before=value(earlier.parameters, parameter) if earlier else "",
        )
        for parameter in parameters_of_body(body)
    ]
