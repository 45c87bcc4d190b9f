"""规则与依据: what is printed is what the code says, and can be found."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from governance.rules.catalogue import DEFAULT
from governance.rules.clauses import S
from governance.rules.index import RULES
from governance.rules.ruling import Mode
from governance.rules.values import PARAMETERS
from meetings import rulebook
from meetings.transitions.table import VERBS

LINES = {line.rule.code: line for _, lines in rulebook.book()["chapters"] for line in lines}


def test_the_written_page_is_what_the_code_says():
    assert not rulebook.stale(), "docs/rules.md: python manage.py rules_page"
    call_command("rules_page", check=True)


def test_a_stale_page_is_told_and_written_anew(monkeypatch, tmp_path):
    monkeypatch.setattr(rulebook, "WRITTEN", tmp_path / "rules.md")
    monkeypatch.setattr("meetings.management.commands.rules_page.WRITTEN", tmp_path / "rules.md")
    with pytest.raises(CommandError, match="rules_page") as stopped:
        call_command("rules_page", check=True)
    assert stopped.value.returncode == 1
    call_command("rules_page")
    assert not rulebook.stale()


def test_every_rule_is_written_with_its_sentence_clause_and_text():
    written = rulebook.written()
    for rule in RULES:
        assert f"| {rule.code} | {rule.sentence} | {rule.cited} | {LINES[rule.code].mode}" in written
        assert all(f"**{clause.label}**　{clause.text}" in written for clause in rule.clauses)
    assert f"**{S(15).label}**" in written


def test_every_parameter_and_category_is_written():
    written = rulebook.written()
    assert all(f"{one.label}（`{name}`）" in written for name, one in PARAMETERS.items())
    assert all(f"| {category.code} | {category.title} |" in written for category in DEFAULT.values())
    assert (
        "| 讨论干部任免等重要事项须到人数（`quorum_two_thirds_matters`） | 党组织会议 | 三分之二以上 | 不得低于三分之二以上 | 《意见》（五） | P-04 |"
        in written
    )
    assert "| D08 | 绩效工资、校内分配方案、福利 | 是 | 校长办公会议先行研究 | 教代会讨论通过 |" in written


@pytest.mark.parametrize(
    ("code", "stops"),
    [
        ("C-02", ("同意上会（召集会议的负责人）", "议定（学校秘书）", "签发纪要（召集会议的负责人）")),
        ("P-08", ("发出通知（学校秘书）", "议定（学校秘书）", "签发纪要（召集会议的负责人）")),
        ("P-03", ("议定（学校秘书）", "签发纪要（召集会议的负责人）")),
        ("P-01", ()),
    ],
)
def test_whom_a_rule_stops_is_read_from_the_table_of_verbs(code, stops):
    assert LINES[code].stops == stops


def test_only_what_blocks_stops_anybody_and_says_how_it_weighs_elsewhere():
    for line in LINES.values():
        blocks = line.rule.mode is Mode.BLOCK
        judged = any(line.rule.code in verb.rules for verb in VERBS.values())
        assert bool(line.stops) is (blocks and judged)
        assert line.softened == ("提醒" if blocks else "")
        assert line.stopping.startswith("拦住" if line.stops else rulebook.STOPS_NOTHING)


def test_a_finding_leads_to_its_rule(sign_in, cast):
    page = sign_in(cast.li).get(reverse("rules")).content.decode()
    assert all(f'id="{rule.code}"' in page for rule in RULES)
    assert all(f'id="{name}"' in page for name in rulebook.SETTING)
    assert S(5).text in page


def test_rules_are_found_by_code_and_by_word(page_of, cast):
    page = page_of(cast.li, reverse("rules"))
    page.get_by_label("查找").fill("p-04")
    rows = page.locator("tbody tr:visible")
    assert {row.get_attribute("id") for row in rows.all()} == {
        "P-04", "quorum_two_thirds_matters", "two_thirds_categories", "recusal_reduces_base", "catalogue",
    }  # fmt: skip
    page.get_by_label("查找").fill("主持人 最后")
    assert rows.all_inner_texts()[0].startswith("P-14")
    page.get_by_label("查找").fill("没有这样的规则")
    page.get_by_text("没有找到，换一个词再试").wait_for()
