"""督办: what has to be carried out, by whom and by when, and the report that it was."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from meetings import transitions as verbs
from meetings.models import Item, Matter

from .stage import acting, signed
from .test_decisions import party


def shown(client, show="") -> str:
    return client.get(reverse("follow_up_list", args=["shifan"]), {"show": show} if show else {}).content.decode()


def report(item) -> str:
    return reverse("report_done", args=["shifan", item.pk])


def act(item, verb) -> str:
    return reverse("follow_up_act", args=["shifan", item.pk, verb])


def day(days=0) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def issued(cast, *titles, **more) -> Item:
    """Decided, in issued minutes; the first of them."""
    meeting = signed(cast, party(cast, *titles, **more))
    verbs.issue(meeting, by=acting(cast.zhao), despite="已当面沟通。")
    return meeting.items.order_by("no").first()


def due_in(days: int, title: str) -> Item:
    item = Item.objects.get(matter__title=title)
    Item.objects.filter(pk=item.pk).update(due=timezone.localdate() + timedelta(days=days))
    return item


def test_an_empty_list_says_where_its_rows_come_from(cast, sign_in):
    assert "没有待办结的事项" in shown(sign_in(cast.he))


def test_open_ones_come_by_due_date_and_overdue_is_said_in_words(cast, sign_in):
    party(cast, "远的事", "近的事", "过期的事")
    due_in(20, "远的事"), due_in(2, "近的事"), due_in(-3, "过期的事")
    page = shown(sign_in(cast.zheng))
    assert page.index("过期的事") < page.index("近的事") < page.index("远的事")
    assert "逾期 3 天" in page and "还有 2 天" in page
    late = shown(sign_in(cast.zheng), "overdue")
    assert "过期的事" in late and "近的事" not in late


def test_a_decision_without_a_date_is_not_forgotten(cast, sign_in):
    party(cast, "没写时限的事")
    Item.objects.update(due=None)
    assert "没有时限" in shown(sign_in(cast.zheng))


def test_mine_are_those_i_answer_for(cast, sign_in):
    party(cast, "李副校负责的事")
    assert "李副校负责的事" in shown(sign_in(cast.li), "mine") and "去反馈" in shown(sign_in(cast.li))
    assert "李副校负责的事" not in shown(sign_in(cast.wu), "mine")
    assert "去反馈" not in shown(sign_in(cast.wu))
    assert "我负责的" not in shown(sign_in(cast.wang))


def test_who_leads_reports_and_the_head_closes_in_one_tap(cast, sign_in):
    item = issued(cast, "师德方案")
    answer = sign_in(cast.li).post(report(item), {"done_on": day(), "note": "活动已开展，材料存办公室。"}, follow=True)
    assert "已反馈办结，等负责人销号" in answer.content.decode()
    item.refresh_from_db()
    assert item.done_on == timezone.localdate() and item.matter.state == Matter.State.DECIDED
    assert "活动已开展" in shown(sign_in(cast.zhao), "to_close")
    assert act(item, "close_follow_up") in shown(sign_in(cast.zhao), "to_close")
    assert act(item, "close_follow_up") not in shown(sign_in(cast.qian), "to_close")  # it was the party that decided
    for who in (cast.li, cast.qian, cast.zheng, cast.wang):
        sign_in(who).post(act(item, "close_follow_up"))
    item.refresh_from_db()
    assert item.closed_at is None
    client = sign_in(cast.zhao)
    for _ in range(2):
        client.post(act(item, "close_follow_up"), {"back": "list"})
    item.refresh_from_db()
    assert item.closed_by == cast.zhao and item.matter.state == Matter.State.CLOSED
    assert item.progress.filter(kind="closed").count() == 1
    assert "师德方案" in shown(client, "done") and "师德方案" not in shown(client)


def test_an_error_keeps_what_was_typed(cast, sign_in):
    party(cast, "师德方案")
    item = Item.objects.get()
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    page = sign_in(cast.li).post(report(item), {"done_on": tomorrow, "note": "写了很久。"}).content.decode()
    assert "办结日期不能晚于今天" in page and "写了很久。" in page
    page = sign_in(cast.li).post(report(item), {"done_on": tomorrow, "note": ""}).content.decode()
    assert 'class="form-errors"' in page


def test_a_second_click_says_that_it_is_done(cast, sign_in):
    party(cast, "师德方案")
    item, client = Item.objects.get(), sign_in(cast.zheng)
    given = {"done_on": timezone.localdate().isoformat(), "note": "已办。"}
    client.post(report(item), given)
    page = client.post(report(item), given | {"note": "别的话"}).content.decode()
    assert "已于" in page
    item.refresh_from_db()
    assert item.done_note == "已办。"


def test_others_cannot_report(cast, sign_in):
    party(cast, "师德方案")
    item = Item.objects.get()
    given = {"done_on": timezone.localdate().isoformat(), "note": "已办。"}
    for who in (cast.wu, cast.wang):
        sign_in(who).post(report(item), given)
    assert item.progress.count() == 0
    for who in (cast.wei, cast.feng, cast.chu):
        assert sign_in(who).post(report(item), given).status_code == 404
    item.refresh_from_db()
    assert item.done_on is None


def test_a_full_page_costs_the_same_as_one_row(cast, sign_in, count_queries, settings):
    settings.PAGE_SIZE = 5
    client = sign_in(cast.li)
    party(cast, "第 0 件事")
    shown(client)
    few = count_queries(lambda: shown(client))
    party(cast, *(f"第 {n} 件事" for n in range(1, 8)))
    assert count_queries(lambda: shown(client)) == few <= 8
