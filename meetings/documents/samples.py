"""样张: invented papers, in which a school sees its names, numbers and seal before they stand on a real one."""

from datetime import date

from accounts.models import Organisation
from governance.models import Body

from ..models import Document, PaperStyle
from ..transitions.papers import number_of
from .blocks import Paper
from .kinds import kind_of
from .style import styled

KINDS = (Document.Kind.MINUTES, Document.Kind.DECISION)
CHOICES = [(f"{kind}-{body}", f"{body.label}{kind.label.removeprefix('会议')}") for kind in KINDS for body in Body]
_DAY = "2026-03-05"
_PRESENT = ["张三", "欧阳明华", "王五", "赵六"]
_TEXT = "同意学校师德师风建设年活动方案，由分管领导牵头组织实施。各处室要按照方案要求，细化措施，明确责任，抓好落实。"


def sample(school: Organisation, style: PaperStyle, which: str) -> Paper:
    """One of CHOICES in this style; another word gives the first."""
    code, _, body = (which if which in dict(CHOICES) else CHOICES[0][0]).partition("-")
    kind = Document.Kind(code)
    number = number_of(kind, style, body, date.fromisoformat(_DAY).year, 3)
    facts = _minutes(school, body) if kind == Document.Kind.MINUTES else _decision(school, body, style)
    stamp = {"number": number, "version": 1, "replaces": "", "issued_on": _DAY, "issued_by": "张三"}
    return kind_of(kind).laid_out(facts | {"style": styled(school, body, style)} | stamp)


def _meeting(school: Organisation, body: str) -> dict:
    return {
        "school": school.name,
        "body": Body(body).label,
        "meeting_number": 3,
        "starts_at": f"{_DAY}T15:00:00+08:00",
        "in_office": 5,
    }


def _minutes(school: Organisation, body: str) -> dict:
    return _meeting(school, body) | {
        "title": "",
        "ends_at": f"{_DAY}T16:30:00+08:00",
        "place": "第一会议室",
        "chair": "张三",
        "recorder": "孙七",
        "present": _PRESENT,
        "leave": ["周八（外出培训）"],
        "absent": [],
        "unrecorded": [],
        "observers": ["吴九"],
        "items": [
            {
                "no": 1,
                "heading": "师德师风建设年活动方案",
                "outcome": "通过",
                "text": f"会议讨论通过。会议决定：{_TEXT}",
                "responsible": ["王五"],
                "due": "2026-06-30",
                "overrides": [],
            }
        ],
    }


def _decision(school: Organisation, body: str, style: PaperStyle) -> dict:
    party = body == Body.PARTY
    unit = styled(school, body, style)["unit"]
    wording = "决议" if party else "决定"
    return _meeting(school, body) | {
        "minutes": "",
        "no": 1,
        "matter": "师德师风建设年活动方案",
        "outcome": "通过" if party else "校长决定",
        "present": 4,
        "votes": [],
        "decision": _TEXT,
        "lead": "王五",
        "helpers": [],
        "due": "2026-06-30",
        "corrections": [],
        "worded": {
            "wording": wording,
            "title": f"{unit}关于师德师风建设年活动方案的{wording}",
            "addressee": "各处室、年级组、教研组",
            "text": _TEXT,
            "votes": "不写",
            "copies_to": style.copies_to,
            "note": "",
        },
    }
