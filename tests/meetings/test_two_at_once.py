"""Two people at once on one item: one waits for the other, and nobody is thrown out."""

import pytest

from meetings import transitions as verbs
from meetings.models import Item, Matter, TextRevision

from .stage import acting, called, confirmed, mark, opened, rewritten, vote
from .test_votes import at_once


def tried(act):
    """The sentence for people where an act was not done; any other fault stays one."""

    def run():
        try:
            return act()
        except verbs.Stopped as stopped:
            return stopped

    return run


@pytest.mark.django_db(transaction=True)
def test_what_is_withdrawn_is_on_no_agenda_and_a_text_that_changes_is_the_agendas_too(cast):
    first, second, clerk = confirmed(cast), confirmed(cast, title="校园安全"), acting(cast.zheng)
    meeting = called(cast, confirmed(cast, title="课后服务"))
    order = [*meeting.items.values_list("pk", flat=True), first.pk, second.pk]
    at_once(
        tried(lambda: verbs.set_agenda(meeting, order, by=clerk)),
        tried(lambda: verbs.withdraw(first.matter, by=clerk)),
        tried(lambda: rewritten(cast, second.matter, proposal="改过的方案。", by=clerk)),
    )
    on_agenda = meeting.items.filter(pk=first.pk).exists()
    assert on_agenda != (Matter.objects.get(pk=first.matter_id).state == "withdrawn")
    lines = meeting.agenda_versions.order_by("number").last().items
    texts = {line["matter"]: line["text"] for line in lines}
    assert texts == {pk: verbs.proposal_digest(Matter.objects.get(pk=pk)) for pk in texts}


@pytest.mark.django_db(transaction=True)
def test_an_item_is_settled_while_its_fields_save_themselves_and_its_author_mends_the_text(cast):
    item = confirmed(cast)
    meeting, clerk = opened(cast, item), acting(cast.zheng)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun)
    item = Item.objects.get(pk=item.pk)
    vote(cast, item, agree=3)
    fields = {"decision_text": "同意实施。", "due": "2099-01-01", "responsible": str(cast.li.pk)}
    for name, value in fields.items():
        verbs.note(meeting, f"item/{item.pk}/{name}", value, base=None, by=clerk)

    def types():
        for n in range(12):
            verbs.note(meeting, f"item/{item.pk}/decision_text", f"同意实施。{n}", base=None, by=clerk)

    matter = Matter.objects.get(pk=item.matter_id)
    _typed, settled, mended = at_once(
        tried(types),
        tried(lambda: verbs.settle(item, by=clerk)),
        tried(lambda: rewritten(cast, matter, proposal="会上还在改的方案。", by=clerk)),
    )
    item = Item.objects.get(pk=item.pk)
    assert (settled.state, item.state) == ("settled", "settled")
    assert isinstance(mended, verbs.WrongState)
    last = TextRevision.objects.filter(meeting=meeting, field=f"item/{item.pk}/decision_text").first()
    assert item.decision_text == last.text
