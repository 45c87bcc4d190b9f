"""决策台账: every settled item, found again by body, class, result, year and text."""

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from governance.models import Body
from meetings import transitions as verbs
from meetings.models import Item, Meeting

from .stage import acting, confirmed, decided, mark, opened, proposed, vote


def ledger(client, **query) -> str:
    return client.get(reverse("decision_list", args=["shifan"]), query).content.decode()


def party(cast, *titles, **more) -> Meeting:
    items = [confirmed(cast, title=title, **more) for title in titles]
    meeting = opened(cast, *items)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    for item in Item.objects.filter(meeting=meeting):
        vote(cast, item, agree=3, abstain=1)
        decided(cast, item, text=f"同意{item.matter.title}。")
    return meeting


def office(cast, title) -> Meeting:
    """A general matter that the principal decided."""
    item = verbs.confirm(proposed(cast, title=title, category="G").items.get(), by=acting(cast.qian))
    meeting = opened(cast, item, body=Body.OFFICE)
    mark(cast, meeting, "present", cast.qian, cast.li, cast.zhou, cast.he)
    verbs.note(meeting, f"item/{item.pk}/outcome", "principal_decided", base=None, by=acting(cast.zheng))
    decided(cast, Item.objects.get(pk=item.pk))
    return meeting


def test_an_empty_ledger_says_what_belongs_in_it(cast, sign_in):
    assert "还没有议定的事项" in ledger(sign_in(cast.li))


def test_a_row_says_how_it_was_decided_and_leads_on(cast, sign_in):
    meeting = party(cast, "师德师风建设年活动方案", amount=120000)
    page = ledger(sign_in(cast.wang))
    item = meeting.items.get()
    for text in ("师德师风建设年活动方案", "5／4", "同意 3，弃权 1", "通过", "李副校", "12 万元", "还有 30 天", "D13"):
        assert text in strip_tags(page)
    assert reverse("matter", args=["shifan", item.matter_id]) in page
    assert f"{reverse('meeting', args=['shifan', meeting.pk])}?item=1" in page


def test_what_is_not_settled_is_not_in_it(cast, sign_in):
    item = confirmed(cast, title="还在议的事")
    opened(cast, item)
    assert "还在议的事" not in ledger(sign_in(cast.zheng))


@pytest.mark.parametrize(
    ("query", "party_shown", "office_shown"),
    [
        ({"body": "party"}, True, False),
        ({"body": "office"}, False, True),
        ({"category": "G"}, False, True),
        ({"category": "D"}, True, False),
        ({"outcome": "principal_decided"}, False, True),
        ({"q": "体育"}, False, True),
        ({"q": "同意师德"}, True, False),
        ({"year": "1999"}, True, True),  # no such year: the choice is refused, nothing is hidden
        ({"body": "nonsense"}, True, True),
    ],
)
def test_filtered(cast, sign_in, again, query, party_shown, office_shown):
    again(party, "师德方案")
    again(office, "秋季体育运动会")
    page = ledger(sign_in(cast.zheng), **query)
    assert ("师德方案" in page, "秋季体育运动会" in page) == (party_shown, office_shown)


def test_a_filter_that_finds_nothing_can_be_cleared(cast, sign_in, again):
    again(party, "师德方案")
    assert "没有符合条件的事项" in ledger(sign_in(cast.zheng), q="没有这样的事")


def test_a_full_page_costs_the_same_as_one_row(cast, sign_in, count_queries, settings):
    settings.PAGE_SIZE = 5
    client = sign_in(cast.li)
    party(cast, "第 0 件事")
    ledger(client)
    few = count_queries(lambda: ledger(client))
    party(cast, *(f"第 {n} 件事" for n in range(1, 8)))
    assert count_queries(lambda: ledger(client)) == few <= 8
    assert '共 <b class="figure">8</b> 项' in ledger(client)


def test_another_school_and_those_who_read_no_records_find_nothing(cast, sign_in, again):
    again(party, "师德方案")
    for who in (cast.wei, cast.feng, cast.chen, cast.chu):
        assert sign_in(who).get(reverse("decision_list", args=["shifan"])).status_code == 404
    assert "师德方案" not in sign_in(cast.wei).get(reverse("decision_list", args=["waixiao"])).content.decode()
