"""Proposing a matter, and the page of one matter."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from governance.models import CatalogueRow, LargeSum
from meetings import transitions as verbs
from meetings.models import Item, Matter
from tests.cast import SINCE

from .stage import acting, agreed, draft, proposed

NEW = "/s/shifan/matters/new/"


def filled(**more):
    return {
        "title": "校园安防改造",
        "category": "D14",
        "proposal": "拟改造门禁。",
        "act": "save",
        "keep": "matter-new",
    } | more


def test_a_leader_proposes_and_the_heads_are_asked(cast, sign_in):
    client = sign_in(cast.li)
    answer = client.post(NEW, filled(act="propose", owner=cast.li.pk))
    matter = Matter.objects.get()
    assert answer.url == f"/s/shifan/matters/{matter.pk}/"
    assert (matter.state, matter.proposer, matter.owner) == ("proposed", cast.li, cast.li)
    assert matter.items.get().body == "office"  # A→P: the office meeting proposes first
    assert matter.consultations.get().at is None
    assert answer.cookies["kept"].value == "matter-new"


def test_the_clerk_names_the_leader_who_proposes(cast, sign_in):
    client = sign_in(cast.zheng)
    assert 'name="proposer"' in client.get(NEW).content.decode()
    assert 'name="proposer"' not in sign_in(cast.li).get(NEW).content.decode()
    sign_in(cast.zheng).post(NEW, filled(proposer=cast.zhou.pk))
    assert Matter.objects.get().proposer == cast.zhou


def test_a_draft_is_kept_though_it_cannot_be_proposed_yet(cast, sign_in):
    answer = sign_in(cast.li).post(NEW, filled(act="propose", proposal=""), follow=True)
    matter = Matter.objects.get()
    assert matter.state == "draft"
    page = answer.content.decode()
    assert "还不能提交：请补填建议方案" in page and 'value="校园安防改造"' in page


def test_the_form_comes_back_filled_when_something_is_wrong(cast, sign_in):
    answer = sign_in(cast.li).post(NEW, filled(category="", amount="约十万", background="老旧"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "拟改造门禁。" in page and "约十万" in page and "老旧" in page
    assert not Matter.objects.exists()


@pytest.mark.parametrize(
    ("written", "amount"), [("12万", "120000"), ("120,000元", "120000"), ("１２．５ 万元", "125000"), ("0.5", "0.5")]
)
def test_money_is_read_as_people_write_it(cast, sign_in, written, amount):
    sign_in(cast.li).post(NEW, filled(category="F01", amount=written))
    assert Matter.objects.get().amount == Decimal(amount)


def test_a_new_matter_sent_twice_is_one(cast, sign_in):
    client = sign_in(cast.li)
    client.post(NEW, filled(act="propose"))
    client.post(NEW, filled(act="propose"))
    assert Matter.objects.count() == 1


def test_an_emergency_is_told_wholly_or_not_at_all(cast, sign_in):
    answer = sign_in(cast.li).post(NEW, filled(emergency_reason="水管爆裂"))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"emergency_at", "emergency_by"}
    at = timezone.localtime() - timedelta(hours=3)
    sign_in(cast.li).post(
        NEW,
        filled(emergency_reason="水管爆裂", emergency_by=cast.qian.pk, emergency_at=at.strftime("%Y-%m-%dT%H:%M")),
    )
    assert Matter.objects.get().emergency_by == cast.qian


def test_candidates_stand_one_to_a_line(cast, sign_in):
    sign_in(cast.zhao).post(NEW, filled(category="H01", candidates=" 冯某 \n\n褚某\n"))
    assert Matter.objects.get().candidates == ["冯某", "褚某"]
    answer = sign_in(cast.zhao).post(NEW, filled(title="又一项", category="H01", candidates="冯某\n冯某"))
    assert "同一人选填写了两次" in answer.content.decode()


def test_only_the_author_and_the_clerk_edit_and_once_proposed_only_the_text(cast, sign_in):
    matter = draft(cast)
    address = f"/s/shifan/matters/{matter.pk}/edit/"
    assert sign_in(cast.li).get(address).status_code == 200
    assert sign_in(cast.zheng).get(address).status_code == 200
    assert sign_in(cast.wu).get(address).status_code == 404  # a draft of somebody else
    verbs.propose(matter, by=acting(cast.li))
    form = sign_in(cast.li).get(address).context["form"]
    assert "title" in form.fields and not {"category", "candidates", "proposer"} & form.fields.keys()
    assert sign_in(cast.wu).get(address).status_code == 302


def test_two_who_edit_at_once_lose_nothing(cast, sign_in):
    matter = draft(cast)
    address = f"/s/shifan/matters/{matter.pk}/edit/"
    seen = matter.updated_at.isoformat()
    sign_in(cast.li).post(address, filled(title="李的标题", seen=seen))
    answer = sign_in(cast.zheng).post(address, filled(title="郑的标题", seen=seen, proposer=cast.li.pk))
    page = answer.content.decode()
    assert answer.status_code == 422 and "已被他人修改" in page
    assert "李的标题" in page and "郑的标题" in page
    assert Matter.objects.get().title == "李的标题"
    again = answer.context["form"].data["seen"]
    sign_in(cast.zheng).post(address, filled(title="合并的标题", seen=again, proposer=cast.li.pk))
    assert Matter.objects.get().title == "合并的标题"


def test_the_form_says_at_once_what_the_category_needs(cast, sign_in):
    client = sign_in(cast.li)
    needs = "/s/shifan/matters/needs/"
    page = client.get(needs, {"category": "H01"}).content.decode()
    assert "须由党组织会议讨论决定" in page and "酝酿" in page
    assert "班子 5 人，至少到 4 人" in page and "公示" in page
    assert "由校长办公会议研究处理，校长决定" in client.get(needs, {"category": "G"}).content.decode()
    assert "讨论通过" in client.get(needs, {"category": "D08"}).content.decode()
    assert "专家" in client.get(needs, {"category": "D13", "flags": "technical"}).content.decode()
    assert "须由党组织会议讨论决定" in client.get(needs, {"category": "G", "major": "on"}).content.decode()
    assert "选择事项类别后" in client.get(needs).content.decode()


def test_the_large_sum_is_compared_as_it_is_typed(cast, sign_in):
    client = sign_in(cast.li)
    needs = "/s/shifan/matters/needs/"
    assert "还没有登记大额标准" in client.get(needs, {"category": "F01", "amount": "1万"}).content.decode()
    LargeSum.objects.create(school=cast.school, since=SINCE, amount=100000)
    assert "请填写金额" in client.get(needs, {"category": "F01", "amount": "约"}).content.decode()
    assert "达到大额" in client.get(needs, {"category": "F01", "amount": "10万"}).content.decode()
    assert "未达到大额" in client.get(needs, {"category": "F01", "amount": "99,999.99"}).content.decode()


def test_the_school_s_own_category_is_offered(cast, sign_in):
    CatalogueRow.objects.create(school=cast.school, code="X01", title="校史馆建设", since=SINCE, route="P")
    assert "校史馆建设（X01）" in sign_in(cast.li).get(NEW).content.decode()
    sign_in(cast.li).post(NEW, filled(category="X01", act="propose"))
    assert Matter.objects.get().items.get().body == "party"


def test_the_page_shows_what_is_done_and_what_is_missing(cast, sign_in):
    matter = proposed(cast, category="H01", candidates=["冯某"])
    page = sign_in(cast.li).get(f"/s/shifan/matters/{matter.pk}/").content.decode()
    assert "会前沟通还在进行：赵书记待答复，钱校长待答复。" in page
    assert "finding-missing" in page and "本议题上会前没有酝酿的记录" in page
    assert "本议题没有" in page and "第 1 项" not in page
    for head in (cast.zhao, cast.qian):
        verbs.answer(matter.consultations.get(), outcome="agreed", by=acting(head))
    page = sign_in(cast.zhao).get(f"/s/shifan/matters/{matter.pk}/").content.decode()
    assert "会前沟通还在进行" not in page and "符合 2 条" in page
    assert "说明理由后同意" in page
    assert "办理日志" in page


def test_a_returned_matter_is_mended_and_proposed_again(cast, sign_in, again):
    matter = again(agreed)
    verbs.send_back(matter.items.get(), reason="请补充预算", by=acting(cast.zhao))
    client = sign_in(cast.li)
    page = client.get(f"/s/shifan/matters/{matter.pk}/").content.decode()
    assert "请补充预算" in page and "重新申报" in page
    client.post(f"/s/shifan/matters/{matter.pk}/edit/", filled(category="D13", act="propose"))
    matter.refresh_from_db()
    assert matter.state == "proposed"
    assert matter.items.filter(state="waiting").count() == 1


def test_withdrawing_twice_is_withdrawing_once(cast, sign_in, again):
    matter = again(proposed)
    client = sign_in(cast.li)
    address = f"/s/shifan/matters/{matter.pk}/act/withdraw/"
    client.post(address, {"reason": "另行研究"})
    page = client.post(address, follow=True).content.decode()
    assert "已撤回" in page and "said-error" not in page
    assert Item.objects.get().state == "dropped"
    assert client.get(address).status_code == 302  # after signing in again


def test_the_list_is_filtered_and_costs_the_same_for_sixty(cast, sign_in, count_queries):
    client = sign_in(cast.li)
    Matter.objects.bulk_create(
        Matter(
            school=cast.school,
            title=f"第 {number} 件",
            category="H01" if number % 2 else "D01",
            state="proposed",
            proposer=cast.li,
            created_by=cast.li.user,
        )
        for number in range(60)
    )
    address = "/s/shifan/matters/"
    page = client.get(address).content.decode()
    assert "正在看第" in page and "1–50" in page
    assert count_queries(lambda: client.get(address)) <= 8
    assert client.get(address, {"class": "H"}).context["page"].paginator.count == 30
    assert client.get(address, {"q": "第 7 件"}).context["page"].paginator.count == 1
    assert client.get(address, {"state": "held"}).context["page"].paginator.count == 0


def test_the_page_of_a_matter_costs_the_same_however_long_its_life(cast, sign_in, count_queries, again):
    matter = again(agreed)
    client = sign_in(cast.zhao)
    address = f"/s/shifan/matters/{matter.pk}/"
    client.get(address)  # the first look of a session costs one more
    first = count_queries(lambda: client.get(address))
    for day in range(1, 20):
        verbs.consult(
            matter, kind="individual", at=timezone.now() - timedelta(days=day), people=[cast.sun, cast.wu],
            outcome="heard", by=acting(cast.zheng),
        )  # fmt: skip
    assert count_queries(lambda: client.get(address)) == first <= 23


def test_drafts_are_the_authors_own(cast, sign_in):
    matter = draft(cast)
    address = f"/s/shifan/matters/{matter.pk}/"
    assert sign_in(cast.wang).get(address).status_code == 404
    verbs.propose(matter, by=acting(cast.li))
    assert sign_in(cast.wang).get(address).status_code == 200
    assert "还可以办" not in sign_in(cast.wang).get(address).content.decode()


@pytest.mark.parametrize("page", ["", "edit/", "consult/", "attachments/", "act/withdraw/"])
def test_another_school_s_matter_is_not_there(cast, sign_in, page, again):
    matter = again(proposed)
    client = sign_in(cast.wei)
    for address in (f"/s/shifan/matters/{matter.pk}/{page}", f"/s/waixiao/matters/{matter.pk}/{page}"):
        assert client.get(address).status_code == 404
        assert client.post(address, {"reason": "x"}).status_code == 404
    matter.refresh_from_db()
    assert matter.state == "proposed"


def test_people_of_another_school_cannot_be_named(cast, sign_in):
    answer = sign_in(cast.li).post(NEW, filled(owner=cast.wei.pk, interests=[cast.wei.pk]))
    assert set(answer.context["form"].errors) == {"owner", "interests"}


def test_an_inspector_proposes_nothing(cast, sign_in):
    assert sign_in(cast.wang).get(NEW).status_code == 404
    assert sign_in(cast.wang).post(NEW, filled()).status_code == 404
