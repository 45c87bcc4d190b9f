"""Whatever is done to a good file, the answer is 0, 1 or 2 and every error has a place; nothing is ever raised."""

import copy
import json
import random
from datetime import date

from governance.exchange import check, line_of
from tests.exchange.whole import TEXT, WHOLE, at

ON = date(2025, 6, 30)
THINGS = [
    None, True, False, 0, 1, -1, 2**40, 10**400, 1.5, float("nan"), float("inf"), "", "x", "zhao", "plan", "m1",
    "2025-02-30", "0000-01-01", "2025-03-05", "2199-12-31", "2025-03-05T15:00:00", "1900-01-01T00:00:00+14:00",
    "2199-12-31T23:59:59.999999-14:00", "\0", "\ud800", "a" * 300, "１２", "D02", "H01", "F01", "party", [], {}, [[]],
    [None], [1, "x"], {"": 0}, {"id": "zhao"}, {"/~": {"/~": [0]}},
]  # fmt: skip


def mutated_tree(dice: random.Random) -> bytes:
    """One to three values taken out, replaced, doubled or put elsewhere."""
    value = copy.deepcopy(WHOLE)
    value["school"]["ownership"] = dice.choice(["public", "private"])  # where nothing blocks
    for _ in range(dice.randint(1, 3)):
        container = dice.choice(containers(value))
        keys = list(container) if isinstance(container, dict) else list(range(len(container)))
        new = copy.deepcopy(dice.choice([dice.choice(THINGS), dice.choice(containers(value))]))
        act = dice.choice(["drop", "replace", "add", "rename"]) if keys else "add"
        key = dice.choice(keys) if keys else None
        if act == "drop":
            del container[key]
        elif act == "replace":
            container[key] = new
        elif isinstance(container, list):
            container.insert(dice.randint(0, len(container)), new)
        elif act == "rename":
            container[dice.choice(["", "x/y", "~", "from", "id", "no", "\ud800"])] = container.pop(key)
        else:
            container[dice.choice(["extra", "until", "person", "a/b~c"])] = new
    return json.dumps(value, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")


def containers(value) -> list:
    found = [value]
    for one in value.values() if isinstance(value, dict) else value:
        if isinstance(one, dict | list):
            found += containers(one)
    return found


def mutated_bytes(dice: random.Random) -> bytes:
    text = bytearray(TEXT.encode())
    for _ in range(dice.randint(1, 4)):
        place, length = dice.randrange(len(text)), dice.choice([0, 0, 1, 1, 2, 30])
        other = dice.randrange(len(text))
        text[place : place + length] = dice.choice([b"", bytes([dice.randrange(256)]), text[other : other + 20]])
    return bytes(text)


def test_a_thousand_mutations_of_a_good_file():
    dice = random.Random(20250305)
    statuses = []
    for number in range(1000):
        text = (mutated_bytes if number % 3 == 0 else mutated_tree)(dice)
        checked = check(text, on=ON, include_not_applicable=True)
        statuses.append(checked.status)
        assert bool(checked.faults) == (checked.status == 2)
        for fault in checked.faults:
            assert fault.pointer == "" or fault.pointer.startswith("/")
            assert fault.error and json.dumps([fault.pointer, fault.error], ensure_ascii=False).encode()
        json.dumps([line_of(finding) for finding in checked.findings])
    assert {one: statuses.count(one) > 20 for one in (0, 1, 2)} == {0: True, 1: True, 2: True}


def test_a_pointer_points_at_something_in_the_file():
    dice = random.Random(7)
    for _ in range(200):
        text = mutated_tree(dice)
        try:
            value = json.loads(text)
        except ValueError:
            continue
        for fault in check(text, on=ON).faults:
            if "\\u" not in fault.pointer and "\ud800" not in fault.pointer and "\\ud800" not in fault.pointer:
                at(value, fault.pointer)
