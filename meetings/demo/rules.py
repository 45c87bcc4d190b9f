"""The rules of procedure, large sums and own catalogue rows of the demo's schools: filed, waiting, returned, and not
submitted yet.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import Organisation
from governance.models import Body, CatalogueRow, LargeSum, Procedure

NAMES = {Body.PARTY: "党组织会议议事规则", Body.OFFICE: "校长办公会议议事规则"}
TEXTS = {
    Body.PARTY: """第一条　为健全党组织领导的校长负责制，规范党组织会议议事决策，制定本规则。
第二条　党组织会议由党组织书记召集并主持，讨论决定学校重大问题。
第三条　会议须有半数以上班子成员到会方能召开；讨论决定干部任免等重要事项，须有三分之二以上班子成员到会。
第四条　议题由班子成员提出，书记确定。重要议题会前书记、校长充分沟通，意见不一致的暂缓上会。
第五条　讨论时班子成员逐一发表意见，主要负责人末位表态。
第六条　表决以赞成票超过应到会成员半数为通过。未到会成员的书面意见不计入票数。
第七条　议题涉及本人或亲属利益的，本人回避。
第八条　会议形成纪要，由书记签发；决定事项由分管负责人落实，办公室督办。""",
    Body.OFFICE: """第一条　为规范校长办公会议（校务会议）议事决策，制定本规则。
第二条　会议由校长召集并主持，研究提出拟由党组织会议讨论决定的重要事项方案，部署落实党组织决议，研究处理教育教学和行政管理工作。
第三条　会议须有半数以上行政班子成员到会方能召开。党组织班子成员可根据工作需要参加。
第四条　议题由班子成员提出，校长确定。
第五条　校长在广泛听取与会人员意见基础上，对讨论研究的事项作出决定。
第六条　会议形成纪要，由校长签发。""",
}


def write(school: Organisation, on: date, large: Decimal, number: int) -> None:
    """``number``: which of the authority's schools it is, from 1."""
    since, filed = on - timedelta(days=540), school.stage != "kindergarten"
    for place, body in enumerate(NAMES, start=1):
        Procedure.objects.create(
            school=school,
            body=body,
            since=since,
            title=f"{school.name}{NAMES[body]}",
            adopted_on=since - timedelta(days=10),
            submitted_on=since if filed else None,
            filed_on=since + timedelta(days=12) if filed else None,
            filing_number=f"青教议备〔{since.year}〕{2 * number - 2 + place}号" if filed else "",
            parameters={"two_thirds_categories": ["D02"]} if body == Body.PARTY and school.stage == "senior" else {},
            text=TEXTS[body],
            entered_at=_at(since),
        )
    LargeSum.objects.create(school=school, since=since, amount=large)
    if school.stage == "nine_year":
        _revised(school, on, Body.PARTY, submitted_on=on - timedelta(days=3))
    if school.stage == "primary":
        _revised(
            school, on, Body.OFFICE, submitted_on=on - timedelta(days=9), returned_on=on - timedelta(days=2),
            returned_reason="第三条到会人数的规定不清楚：请写明党组织班子成员参加会议的，不计入到会人数。",
        )  # fmt: skip
    if school.stage == "senior":
        _stricter(school, on, large)


def _revised(school: Organisation, on: date, body: Body, **more) -> None:
    Procedure.objects.create(
        school=school,
        body=body,
        since=on + timedelta(days=25),
        title=f"{school.name}{NAMES[body]}（修订）",
        adopted_on=on - timedelta(days=12),
        parameters={"quorum": "two_thirds", "notice_hours": 72, "vacation_months": [1, 2, 7, 8]},
        text=TEXTS[body].replace("半数以上", "三分之二以上", 1),
        entered_at=_at(on - timedelta(days=11)),
        **more,
    )


def _stricter(school: Organisation, on: date, large: Decimal) -> None:
    LargeSum.objects.create(school=school, since=on + timedelta(days=40), amount=large * Decimal("1.5"))
    CatalogueRow.objects.create(
        school=school, code="D20", title="校名、校徽、校史馆等形象标识的使用", since=on - timedelta(days=300), route="A→P",
        prior=["J1", "L"], reserved=True,
    )  # fmt: skip
    CatalogueRow.objects.create(
        school=school, code="D14", title="安全稳定、重大突发事件处置", since=on + timedelta(days=25), route="A→P",
        prior=["E"], two_thirds=True,
    )  # fmt: skip


def _at(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(15, 20)))
