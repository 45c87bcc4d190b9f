"""The cast stands where its names say."""

from governance.access import school_for, standings_of


def test_posts_and_roles_of_the_cast(cast):
    assert school_for(cast.zhao.user, "shifan").heads("party")
    assert school_for(cast.qian.user, "shifan").heads("office")
    assert school_for(cast.zheng.user, "shifan").clerk
    assert school_for(cast.wang, "shifan").supervises
    assert [s.organisation for s in standings_of(cast.wei.user)] == [cast.elsewhere]
