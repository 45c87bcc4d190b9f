"""The round buttons of the room: one chosen, one perhaps closed, and every word escaped."""

from django.template import Context, Template


def shown(**given):
    return Template('{% load radios %}{% radios choices chosen "a" 7 closed=closed %}').render(Context(given))


def test_what_was_chosen_is_checked_what_is_over_is_closed_and_words_are_escaped():
    choices = [("", "未登记"), ("present", "到会"), ("x", "<b>")]
    assert shown(choices=choices, chosen="present", closed="") == (
        '<label><input type="radio" name="a7" value=""><span>未登记</span></label>'
        '<label><input type="radio" name="a7" value="present" checked><span>到会</span></label>'
        '<label><input type="radio" name="a7" value="x"><span>&lt;b&gt;</span></label>'
    )
    assert 'value="present" disabled>' in shown(choices=choices, chosen="", closed="present")
    assert "disabled" not in shown(choices=choices, chosen="", closed="")
