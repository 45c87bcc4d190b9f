"""The shape of the house, where import-linter cannot see it."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from governance.rules import opinion
from governance.rules.index import RULES

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "governance", "meetings", "inspection")  # from the lowest to the highest
LOWEST_FIRST = {name: height for height, name in enumerate(APPS)}
FORBIDDEN = {"utils", "util", "helpers", "helper", "common", "core", "manager", "managers", "service", "handler", "handlers",
             "data", "info", "misc", "tools"}  # fmt: skip
OURS = [model for name in APPS for model in apps.get_app_config(name).get_models() if model._meta.managed]
FIELDS = [
    pytest.param(field, id=f"{model.__name__}.{field.name}")
    for model in OURS
    for field in model._meta.get_fields()
    if isinstance(field, models.ForeignKey)
]


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


SOURCES = [path for path in tracked("*.py") if "migrations" not in path.parts]
TEMPLATES = tracked("templates/**/*.html", "templates/*.html")


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("field", FIELDS)
def test_foreign_keys_point_downwards_and_protect(field):
    owner, target = field.model._meta.app_label, field.related_model._meta.app_label
    if target in LOWEST_FIRST:
        assert LOWEST_FIRST[target] <= LOWEST_FIRST[owner]
    bridge = field.model._meta.auto_created  # the rows of a many-to-many go with the thing they belong to
    assert bridge or field.remote_field.on_delete is models.PROTECT


def assigned_states(tree: ast.AST) -> list[int]:
    """Lines on which ``something.state`` is assigned, alone or in a tuple."""
    lines = []
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            for each in ast.walk(target) if target is not None and not isinstance(node, ast.comprehension) else ():
                if isinstance(each, ast.Attribute) and each.attr == "state" and isinstance(each.ctx, ast.Store):
                    lines.append(each.lineno)
    return lines


def updated_states(tree: ast.AST) -> list[int]:
    """Lines on which a queryset's ``update`` sets ``state``."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "update"
        and any(word.arg == "state" for word in node.keywords)
    ]


def acts(path: Path) -> bool:
    """The demo writes down a year that has passed, and so is no act."""
    return path.parts[len(ROOT.parts)] in (*APPS, "config") and not {"transitions", "demo"} & set(path.parts)


def test_only_verbs_change_a_state():
    elsewhere = [
        f"{relative(path)}:{line}"
        for path in SOURCES
        if acts(path)
        for line in (lambda tree: assigned_states(tree) + updated_states(tree))(ast.parse(path.read_text()))
    ]
    assert elsewhere == []


@pytest.mark.parametrize("code", ["item.state = 1", "a, item.state = 1, 2", "items.update(state=1)"])
def test_the_test_for_states_would_see_one(code):
    tree = ast.parse(code)
    assert assigned_states(tree) + updated_states(tree)


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_every_rule_has_a_clause_and_says_its_sentence(rule):
    assert rule.clauses and all(clause.text.strip() for clause in rule.clauses)
    assert re.search(r"[一-鿿]", rule.sentence) and rule.sentence.endswith("。")


def test_rules_have_each_code_once():
    codes = [rule.code for rule in RULES]
    assert len(codes) == len(set(codes)) > 40
    assert opinion.OPINION


def test_no_file_is_longer_than_it_can_be_read():
    """A test that is one long table or one long story may be a little longer."""
    most = {path: 450 if "tests" in path.parts else 400 for path in SOURCES}
    assert [relative(path) for path in SOURCES if len(path.read_text().splitlines()) > most[path]] == []


def test_nothing_bears_a_name_that_says_nothing():
    named = [relative(path) for path in SOURCES if FORBIDDEN & {path.stem, path.parent.name}]
    assert named == []


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_constraints_read_as_sentences(model):
    names = [constraint.name for constraint in model._meta.constraints]
    names += [trigger.name for trigger in getattr(model._meta, "triggers", [])]
    assert [name for name in names if len(name.split("_")) < 3] == []


def test_every_module_says_what_it_is():
    silent = [
        relative(path)
        for path in SOURCES
        if path.read_text().strip()
        and not ast.get_docstring(ast.parse(path.read_text()))
        and path.name not in ("manage.py", "apps.py")
    ]
    assert silent == []


WRONG_IN_A_TEMPLATE = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I),
    "an event handler": re.compile(r"\s(on[a-z]{3,}|hx-on[:\w-]*)\s*=", re.I),
    "an address outside": re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""", re.I),
    "a script address": re.compile(r"javascript:", re.I),
}


@pytest.mark.parametrize("what", WRONG_IN_A_TEMPLATE)
def test_templates_are_free_of(what):
    pattern = WRONG_IN_A_TEMPLATE[what]
    found = [
        f"{relative(path)}: {match.group(0)}" for path in TEMPLATES for match in pattern.finditer(path.read_text())
    ]
    assert found == []


def test_styles_and_scripts_load_nothing_from_elsewhere():
    outside = re.compile(r"""(?:url\(|@import|import|from|fetch\()\s*["']?(?:https?:)?//""")
    found = [
        relative(path) for path in tracked("static/**/*.css", "static/**/*.js") if outside.search(path.read_text())
    ]
    assert found == []
