"""班子: who is in the two teams on a day, and how a term begins and ends."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry
from governance.models import Person, Post
from tests.cast import SINCE

PAGE = reverse("leadership", args=["shifan"])
NEW = reverse("post_new", args=["shifan"])


def end(post) -> str:
    return reverse("post_end", args=["shifan", post.pk])


def post_of(person, name) -> Post:
    return Post.objects.get(person=person, post=name)


def given(person=None, **more) -> dict:
    return {"person": person.pk if person else "new", "post": "party_committee_member", "since": "2026-09-01"} | more


def test_the_two_teams_of_today(cast, sign_in):
    page = sign_in(cast.wu).get(PAGE).content.decode()
    assert '党组织会议应到 <span class="figure">5</span> 人' in page
    assert '校长办公会议应到 <span class="figure">4</span> 人' in page
    assert "登记任职" not in page  # a member reads


def test_the_teams_of_another_day(cast, sign_in):
    client = sign_in(cast.zheng)
    Post.objects.filter(person=cast.wu).update(until=date(2026, 3, 1))
    on_the_last_day = client.get(PAGE, {"on": "2026-02-28"}).content.decode()
    assert '党组织会议应到 <span class="figure">5</span> 人' in on_the_last_day
    on_the_first_without = client.get(PAGE, {"on": "2026-03-01"}).content.decode()
    assert '党组织会议应到 <span class="figure">4</span> 人' in on_the_first_without
    before_anybody = client.get(PAGE, {"on": "2020-01-01"}).content.decode()
    assert "不能召开党组织会议" in before_anybody
    assert "不是有效的日期" in client.get(PAGE, {"on": "3月1日"}).content.decode()


def test_a_vacant_head_is_said(cast, sign_in):
    Post.objects.filter(person=cast.zhao).update(until=timezone.localdate())
    assert "党组织书记空缺" in sign_in(cast.zheng).get(PAGE).content.decode()


def test_the_clerk_appoints_somebody_new_and_the_journal_says_so(cast, sign_in):
    client = sign_in(cast.zheng)
    client.post(NEW, given(name="沈委员", party_member="True"))
    post = Post.objects.get(person__name="沈委员")
    assert post.school == cast.school and post.since == date(2026, 9, 1) and post.person.party_member
    assert list(Entry.objects.order_by("pk").values_list("verb", "actor")) == [
        ("add_person", cast.zheng.user.pk),
        ("appoint", cast.zheng.user.pk),
    ]
    assert '党组织会议应到 <span class="figure">6</span> 人' in client.get(PAGE).content.decode()


def test_the_administrator_of_the_authority_appoints_too_and_reads_no_meetings(cast, sign_in):
    client = sign_in(cast.chu)
    assert client.get(PAGE).status_code == 200
    client.post(NEW, given(cast.he))
    assert post_of(cast.he, "party_committee_member")
    assert client.get(reverse("decision_list", args=["shifan"])).status_code == 404


def test_two_secretaries_at_a_time_are_refused_with_the_name_of_the_first(cast, sign_in):
    page = sign_in(cast.zheng).post(NEW, given(cast.sun, post="party_secretary")).content.decode()
    assert "赵书记 2024年9月1日起已任党组织书记。请先办理免职，或核对日期。" in page
    assert 'value="2026-09-01"' in page  # the form comes back filled
    assert not Post.objects.filter(person=cast.sun, post="party_secretary").exists()


def test_the_day_one_leaves_is_the_day_another_may_begin(cast, sign_in):
    client = sign_in(cast.zheng)
    client.post(end(post_of(cast.zhao, "party_secretary")), {"until": "2026-09-01"})
    page = client.post(NEW, given(cast.sun, post="party_secretary", since="2026-08-31")).content.decode()
    assert "赵书记 2024年9月1日至2026年9月1日已任党组织书记。请把任职之日改到这以后。" in page
    client.post(NEW, given(cast.sun, post="party_secretary", since="2026-09-01"))
    assert post_of(cast.sun, "party_secretary")


def test_the_same_post_twice_is_refused(cast, sign_in):
    page = sign_in(cast.zheng).post(NEW, given(cast.wu)).content.decode()
    assert "吴委员 2024年9月1日起已任党组织委员" in page


def test_a_refused_term_leaves_no_new_person_behind(cast, sign_in):
    sign_in(cast.zheng).post(NEW, given(name="新来的", post="principal"))
    assert not Person.objects.filter(name="新来的").exists() and not Entry.objects.exists()


def test_what_is_missing_is_said_beside_the_field(cast, sign_in):
    client = sign_in(cast.zheng)
    assert "请填写新人员的姓名" in client.post(NEW, given()).content.decode()
    assert "form-errors" in client.post(NEW, given() | {"person": ""}).content.decode()
    assert "已选择了人员" in client.post(NEW, given(cast.he, name="又一个")).content.decode()
    backwards = client.post(NEW, given(cast.he, until="2026-09-01")).content.decode()
    assert "免职之日须在任职之日以后" in backwards
    outsider = client.post(NEW, given(cast.wei)).content.decode()
    assert "名单里没有这个人" in outsider and not Post.objects.filter(person=cast.wei, school=cast.school).exists()


def test_a_term_ends_once_and_after_it_began(cast, sign_in):
    client, post = sign_in(cast.zheng), post_of(cast.wu, "party_committee_member")
    before = (SINCE - timedelta(days=1)).isoformat()
    assert "须在任职之日（2024年9月1日）以后" in client.post(end(post), {"until": before}).content.decode()
    for _ in range(2):
        assert client.post(end(post), {"until": "2026-10-01"}).status_code == 302
    post.refresh_from_db()
    assert post.until == date(2026, 10, 1)
    assert Entry.objects.get(verb="dismiss").summary == "吴委员 免党组织委员，自2026年10月1日"


def test_a_longer_term_may_not_run_into_the_next(cast, sign_in):
    client, first = sign_in(cast.zheng), post_of(cast.zhao, "party_secretary")
    client.post(end(first), {"until": "2026-09-01"})
    client.post(NEW, given(cast.sun, post="party_secretary"))
    page = client.post(end(first), {"until": "2026-10-01"}).content.decode()
    assert "孙副书记 2026年9月1日起已任党组织书记" in page


def test_who_may_not(cast, sign_in):
    post = post_of(cast.wu, "party_committee_member")
    for who in (cast.zhao, cast.wang):  # leaders and inspectors read
        client = sign_in(who)
        assert client.get(PAGE).status_code == 200
        assert client.get(NEW).status_code == 403 and client.post(end(post), {"until": "2026-10-01"}).status_code == 403
    for who in (cast.wei, cast.feng, cast.chen):  # strangers, auditors and system administrators find nothing
        client = sign_in(who)
        assert {client.get(address).status_code for address in (PAGE, NEW, end(post))} == {404}
    post.refresh_from_db()
    assert post.until is None


def test_another_schools_post_is_not_found(cast, sign_in):
    assert sign_in(cast.zheng).get(end(post_of(cast.wei, "party_secretary"))).status_code == 404


def test_a_full_page_costs_the_same_as_one_row(cast, sign_in, count_queries):
    client = sign_in(cast.zheng)
    client.get(PAGE)
    few = count_queries(lambda: client.get(PAGE))
    for number in range(60):
        someone = Person.objects.create(school=cast.school, name=f"第 {number} 人")
        Post.objects.create(school=cast.school, person=someone, post="admin_member", since=SINCE)
    assert count_queries(lambda: client.get(PAGE)) == few <= 8
