"""What every rule owes its reader, and that none was lost."""

import subprocess
import sys
from pathlib import Path

import pytest

from governance.rules.clauses import Clause, S
from governance.rules.index import RULES, rule
from governance.rules.ruling import Looks, Rule

CONTRACT = """
P-01 M warn  S(5)
P-03 I block S(5)
P-04 I block S(5)
P-06 I block S(5)
P-07 T warn  S(5)
P-08 I block S(5)
P-09 I block S(1)3, S(2), S(5)
P-10 I block school rule
P-11 I warn  S(5), school rule
P-12 I warn  school rule
P-13 I warn  school rule
P-14 I warn  school rule
P-16 S info  school rule
P-20 I block arithmetic
P-21 I block S(2)
A-01 M warn  S(6)
A-03 I block S(6)
A-06 T warn  S(6)
A-07 I block S(6)
A-08 I warn  S(6)
A-09 I info  S(6)
A-16 M info  school rule
C-01 T warn  S(7)
C-02 I block S(7), S(9)
C-03 I block S(9)
C-04 I warn  S(2), S(9)
C-05 I block S(7)
C-06 I warn  S(7)
C-07 I warn  MoE order 32
C-08 I warn  S(7)
C-09 I warn  S(4), S(6)
C-10 I warn  school rule
C-11 M warn  school rule
C-14 I block school rule
C-15 I warn  school rule
C-16 I info  S(7)
C-17 I warn  school rule
C-18 T block S(2)
C-19 T warn  school rule
C-20 I block S(7)
C-21 M warn  school rule
C-24 M warn  S(5), S(6)
C-26 T warn  S(7)
C-28 T warn  S(1)3
C-29 I warn  S(7)
R-01 M warn  school rule
R-02 M warn  school rule
R-03 M info  school rule
R-04 M warn  school rule
R-05 M warn  audit practice
R-06 M info  document rules
R-07 I warn  S(11)
R-08 I warn  school rule
R-09 I warn  S(3)
R-11 M warn  audit practice
R-12 I info  audit practice
R-13 M warn  school rule
R-14 I warn  S(3)
G-01 B warn  S(7)
G-02 S info  S(9)
G-04 S warn  S(12)
G-05 S warn  S(12)
G-06 S warn  S(12)
"""
LETTERS = {Looks.MEETING: "M", Looks.ITEM: "I", Looks.MATTER: "T", Looks.SCHOOL: "S", Looks.BODY: "B"}


def test_the_rules_are_those_of_the_contract_in_its_order():
    written = [line.split(maxsplit=3) for line in CONTRACT.strip().splitlines()]
    assert [[one.code, LETTERS[one.looks_at], one.mode, one.clause] for one in RULES] == written


@pytest.mark.parametrize("one", RULES, ids=str)
def test_a_rule_has_a_sentence_a_clause_and_a_text_to_open(one: Rule):
    assert one.sentence.endswith("。")
    assert "\n" not in one.sentence
    assert one.clauses
    assert all(clause.code and clause.label and clause.text for clause in one.clauses)


@pytest.mark.parametrize(
    ("code", "cited"),
    [
        ("P-04", "《意见》（五）"),
        ("P-09", "《意见》（一）3、（二）、（五）"),
        ("C-02", "《意见》（七）、（九）"),
        ("P-10", "本校议事规则"),
        ("P-11", "《意见》（五）、本校议事规则"),
        ("G-04", "《意见》（十二）"),
    ],
)
def test_citations_read_as_people_write_them(code: str, cited: str):
    assert rule(code).cited == cited


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        (S(1, 3), "讨论决定事关学校改革发展稳定及教育教学、行政管理中的“三重一大”事项"),
        (S(2), "凡属重大问题都要按照集体领导、民主集中、个别酝酿、会议决定的原则"),
        (S(5), "会议应当有半数以上党组织班子成员到会方能召开；讨论决定干部任免等重要事项时，必须有三分之二以上"),
        (S(6), "会议应当有半数以上行政班子成员到会方能召开。校长应当在广泛听取与会人员意见基础上"),
        (S(7), "会议决定的事项如需变更、调整，应当按照决策程序进行复议"),
        (S(9), "意见不一致的议题暂缓上会"),
        (S(12), "同时应当设1名专职副书记"),
        (S(15), "公办幼儿园参照执行，民办中小学校党的工作按照有关规定执行"),
    ],
)
def test_a_clause_opens_with_its_own_words(clause: Clause, words: str):
    assert words in clause.text


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
