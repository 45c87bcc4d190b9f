"""Frozen facts and papers that the tests of documents draw."""

from datetime import datetime

from django.utils import timezone

from meetings.documents.blocks import Paper
from meetings.documents.kinds import kind_of
from meetings.models import Document

LONG = (
    "会议认为，教育教学改革关系全体师生切身利益，必须坚持民主集中制，充分听取教职工代表大会意见；"
    "各处室要“分工协作、责任到人”，按月报告进展（书面），年底前专题汇报。"
)
MADE = timezone.make_aware(datetime(2026, 11, 24, 9))


def item(no=1, **more) -> dict:
    return {
        "no": no,
        "heading": "关于教师师德师风建设年活动方案的请示",
        "outcome": "通过",
        "text": "会议讨论通过。会议决定：同意实施。",
        "responsible": ["李副校"],
        "due": "2026-12-23",
        "overrides": [],
    } | more


def frozen(**more) -> dict:
    return {
        "school": "示范中学",
        "style": {"unit": "", "seal": "stamped", "printed_by": "示范中学办公室", "copies_to": ""},
        "body": "党组织会议",
        "meeting_number": 3,
        "number": "党组织会议纪要〔2026〕3号",
        "title": "",
        "starts_at": "2026-11-23T15:05:00+08:00",
        "ends_at": "2026-11-23T16:30:00+08:00",
        "place": "第一会议室",
        "chair": "赵书记",
        "recorder": "郑秘书",
        "in_office": 9,
        "present": ["赵书记", "李镕", "周喆", "吴堃", "郑珺（第 2 项起）", "王祎赟", "冯昇"],
        "leave": ["吴委员（外出培训）"],
        "absent": ["何主任"],
        "unrecorded": [],
        "observers": ["郑秘书"],
        "items": [item()],
        "issued_by": "赵书记",
        "issued_on": "2026-11-24",
    } | more


def minutes(**more) -> Paper:
    return kind_of(Document.Kind.MINUTES).laid_out(frozen(**more))


def long_minutes() -> dict:
    """Minutes of several full pages."""
    return frozen(items=[item(no, text=LONG * 2) for no in range(1, 7)])
