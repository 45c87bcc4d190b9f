"""What every rule owes its reader, and that none was lost."""

import subprocess
import sys
from pathlib import Path

import pytest

from governance.rules.clauses import S
from governance.rules.index import RULES, rule
from governance.rules.ruling import Mode, Rule

PARTY = "P-01 P-03 P-04 P-06 P-07 P-08 P-09 P-10 P-11 P-12 P-13 P-14 P-16 P-20 P-21"
OFFICE = "A-01 A-03 A-06 A-07 A-08 A-09 A-16"
BEFORE = "C-01 C-02 C-03 C-04 C-05 C-06 C-07 C-08 C-09 C-10 C-11"
AT_THE_MEETING = "C-14 C-15 C-16 C-17 C-18 C-19 C-20 C-21 C-24"
LATER_CODES = "C-26 C-28 C-29"
AFTERWARDS = "R-01 R-02 R-03 R-04 R-05 R-06 R-07 R-08 R-09 R-11 R-12 R-13 R-14"
SCHOOL = "G-01 G-02 G-04 G-05 G-06"
CODES = " ".join([PARTY, OFFICE, BEFORE, AT_THE_MEETING, LATER_CODES, AFTERWARDS, SCHOOL]).split()

BLOCKING = "P-03 P-04 P-06 P-08 P-09 P-10 P-20 P-21 A-03 A-07 C-02 C-03 C-05 C-14 C-18 C-20".split()
INFORMING = "P-16 A-09 A-16 C-16 R-03 R-06 R-12 G-02".split()


def test_the_rules_are_those_of_the_contract_in_its_order():
    assert [one.code for one in RULES] == CODES


def test_the_modes_are_those_of_the_contract():
    assert [one.code for one in RULES if one.mode is Mode.BLOCK] == [code for code in CODES if code in BLOCKING]
    assert [one.code for one in RULES if one.mode is Mode.INFO] == [code for code in CODES if code in INFORMING]


@pytest.mark.parametrize("one", RULES, ids=str)
def test_a_rule_has_a_sentence_a_clause_and_a_text_to_open(one: Rule):
    assert one.sentence.endswith("。")
    assert "\n" not in one.sentence
    assert one.clauses
    assert all(clause.code and clause.label and clause.text for clause in one.clauses)


@pytest.mark.parametrize(
    ("code", "clause", "cited"),
    [
        ("P-04", "S(5)", "《意见》（五）"),
        ("P-09", "S(1)3, S(2), S(5)", "《意见》（一）3、（二）、（五）"),
        ("C-02", "S(7), S(9)", "《意见》（七）、（九）"),
        ("P-10", "school rule", "本校议事规则"),
        ("P-11", "S(5), school rule", "《意见》（五）、本校议事规则"),
        ("G-04", "S(12)", "《意见》（十二）"),
    ],
)
def test_citations_read_as_the_contract_and_as_people_write_them(code: str, clause: str, cited: str):
    assert (rule(code).clause, rule(code).cited) == (clause, cited)


def test_the_mutilated_clause_cannot_be_cited():
    with pytest.raises(KeyError):
        S(14)


def test_a_code_that_is_no_rule_is_an_error():
    with pytest.raises(KeyError):
        rule("P-02")


def test_rules_need_no_django():
    program = "import sys, governance.rules.what_if; sys.exit('django' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 0
