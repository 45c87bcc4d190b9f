"""The parts of pages: findings of now and kept ones look the same; a form says what is wrong, where."""

from types import SimpleNamespace

from django import forms
from django.template.loader import render_to_string

from governance.rules.index import RULES

RULE = RULES[0]


def kept(outcome, mode="block", clause=None, rule=RULE.code, message=None):
    clause = clause or RULE.cited
    message = message or f"实到 4 人，须到 5 人。依据{clause}。等人到齐。"
    return SimpleNamespace(rule=rule, outcome=outcome, mode=mode, clause=clause, message=message)


def live(outcome, mode="block"):
    return SimpleNamespace(**vars(kept(outcome, mode)) | {"rule": RULE, "clauses": RULE.clauses})


def show(*findings):
    return render_to_string("parts/findings.html", {"findings": findings})


def test_a_kept_finding_reads_like_a_live_one():
    assert show(kept("broken")) == show(live("broken"))


def test_the_clause_opens_in_place_and_is_not_said_twice():
    page = show(kept("broken"))
    assert page.count(RULE.clauses[0].label) == 1
    assert RULE.clauses[0].text in page
    assert "实到 4 人，须到 5 人。" in page and "等人到齐。" in page and "依据" not in page


def test_a_citation_of_former_days_stands_as_it_was_written():
    page = show(kept("broken", clause="《旧规》（三）"))
    assert "《旧规》（三）" in page and "<blockquote>" not in page


def test_a_rule_that_is_no_more_still_shows_its_finding():
    assert "实到 4 人" in show(kept("broken", rule="X-99"))


def test_weights():
    page = show(kept("broken"), kept("broken", "warn"), kept("unknown", "warn"), kept("met"), kept("not_applicable"))
    order = [page.index(f"mark-{tone}") for tone in ("missing", "warn", "unknown", "met")]
    assert order == sorted(order)
    assert "mark-na" not in page


def test_what_is_only_met_is_said_in_a_line():
    assert "1 条都符合" in show(kept("met"))


def test_a_title_is_text_and_nothing_else():
    assert "<script>" not in show(kept("broken", message="<script>alert(1)</script>"))


class Wanted(forms.Form):
    title = forms.CharField(label="议题名称")
    kind = forms.ChoiceField(label="路径", choices=[("p", "党组织会议")], widget=forms.RadioSelect)


def test_errors_stand_at_the_top_and_beside_the_field():
    page = render_to_string("parts/form.html", {"form": Wanted({})})
    assert '<a href="#id_title">议题名称</a>' in page
    assert 'id="id_title_error"' in page and 'aria-describedby="id_title_error"' in page


def test_a_group_of_choices_is_a_fieldset_with_a_legend():
    page = render_to_string("parts/form.html", {"form": Wanted()})
    assert "<legend" in page and "form-control" not in page.split("<fieldset")[1].split("</fieldset>")[0]
