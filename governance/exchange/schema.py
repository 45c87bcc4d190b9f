"""The JSON Schema of the format, made from its table.

It says what each value may be; what must hold between them (ids, order in time …) only the reader tells.
``python -m governance.exchange.schema`` writes it anew.
"""

import json
from pathlib import Path
from typing import Any

from governance.exchange.kinds import (
    DATE,
    LARGEST,
    MONEY,
    NAMED,
    TIME,
    Each,
    Field,
    Id,
    Kind,
    Object,
    Plain,
    Ref,
    Word,
)
from governance.exchange.spec import DOSSIER, FORMAT, PROCEDURE, objects
from governance.rules.facts import Body
from governance.rules.values import MOST, PARAMETERS, Parameter, Threshold

FILE = Path(__file__).with_name("school-governance-record-1.schema.json")
DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def schema() -> Schema:
    return {
        "$schema": DIALECT,
        "$id": "urn:school-governance-record:1",
        "title": FORMAT,
        "description": (
            "一所学校的档案：任职、议事规则、事项、会议。未写的即没有记录。"
            "标识的唯一与指向、起止的先后、议题的编号等，由 check_records 和 POST /api/v1/check/ 检查。"
        ),
        **_object(DOSSIER),
        "$defs": {
            "time": _text(f"^{TIME}$", "带时差的时间，如 2025-03-05T15:00:00+08:00", format="date-time"),
            "date": _text(f"^{DATE}$", "日期，如 2025-03-05", format="date"),
            "money": _text(f"^{MONEY}$", "以元计的金额，写作文字，如 120000.00"),
            "integer": {"type": "integer", "minimum": -LARGEST, "maximum": LARGEST},
            "id": {"type": "string", "minLength": 1},
            **{_name(one): _object(one) for one in objects() if one is not DOSSIER},
            **{f"{body}_parameters": _parameters(body) for body in ("party", "office")},
        },
    }


def _text(pattern: str, what: str, **more: str) -> Schema:
    return {"type": "string", **more, "pattern": pattern, "description": what}


def _name(of: Object) -> str:
    """An object is called as its fact; the two kinds of opinion are told apart by their fields."""
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in of.fact.__name__)[1:]
    written = words == "opinion" and "order" not in {one.name for one in of.fields}
    return f"written_{words}" if written else words


def _object(of: Object) -> Schema:
    made: Schema = {
        "type": "object",
        "properties": {one.name: _field(one) for one in of.fields},
        "required": [one.name for one in of.fields if one.must],
        "additionalProperties": False,
    }
    if of is PROCEDURE:
        made["allOf"] = [
            {
                "if": {"properties": {"body": {"const": body}}},
                "then": {"properties": {"parameters": {"$ref": f"#/$defs/{body}_parameters"}}},
            }
            for body in ("party", "office")
        ]
    return made


def _field(one: Field) -> Schema:
    kind = one.kind
    if isinstance(kind, Each):
        return {"type": "array", "items": _kind(kind.of, must=True), "description": _said(one.what, kind.of)}
    return {**_kind(kind, one.must), "description": _said(one.what, kind)}


def _said(what: str, kind: Kind) -> str:
    if isinstance(kind, Word):
        return f"{what}：{'；'.join(f'{code} {word}' for code, word in kind.words.items())}"
    if isinstance(kind, Ref):
        return f"{what}（{NAMED[kind.to][1]}标识）"
    return what


def _kind(kind: Kind, must: bool) -> Schema:
    match kind:
        case Plain("text" | "category"):
            return {"type": "string", "minLength": 1} if must else {"type": "string"}
        case Plain("bool"):
            return {"type": "boolean"}
        case Plain("parameters"):
            return {"type": "object"}
        case Plain(name):
            return {"$ref": f"#/$defs/{name}"}
        case Word(words):
            return {"type": "string", "enum": list(words)}
        case Id() | Ref():
            return {"$ref": "#/$defs/id"}
        case Object():
            return {"$ref": f"#/$defs/{_name(kind)}"}
    raise TypeError(kind)


def _parameters(body: Body) -> Schema:
    named = {name: one for name, one in PARAMETERS.items() if body in one.bodies}
    properties = {name: {**_value(one), "description": one.label} for name, one in named.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _value(one: Parameter) -> Schema:
    if one.floor is not None:
        return {"enum": [threshold.code for threshold in Threshold if threshold >= one.floor]}
    if one.choices is not None:
        return {"enum": list(one.choices)}
    if one.least is not None:
        return {"type": "integer", "minimum": one.least, "maximum": MOST}
    if isinstance(one.default, bool):
        return {"type": "boolean"}
    if one.name == "vacation_months":
        return {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 12}}
    return {"type": "array", "items": {"type": "string", "minLength": 1}}


def written() -> str:
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(written())
