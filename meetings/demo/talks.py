"""The regular talks of secretary and principal over the past year; at one school a month was let go by."""

import random
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from governance.communicating import pair_of
from governance.models import Communication

from ..facts import day_facts
from .people import DemoSchool

NOTES = (
    "通报近期上级会议精神，商量两周内的重点工作。",
    "商量拟上会的议题和先后次序，意见一致。",
    "交流教师队伍情况，谈到两名年轻教师的培养。",
    "商量校园安全检查发现的问题和整改分工。",
    "沟通经费执行进度，提醒年底前完成支付。",
    "",
)
LET_GO = {"nine_year": 47}  # days without a talk before the newest ones


def write(school: DemoSchool, on: date, chance: random.Random) -> None:
    dossier = day_facts(school.organisation, on)
    silent = LET_GO.get(school.organisation.stage, 0)
    back = chance.randint(3, 6)
    while back < 360:
        day = on - timedelta(days=back)
        day -= timedelta(days=max(day.weekday() - 4, 0))  # at weekends nobody is there: the Friday before
        at = timezone.make_aware(datetime.combine(day, time(chance.choice((8, 12, 16)), 20)))
        pair = pair_of(dossier, at)
        if len(pair) == 2:
            talk = Communication.objects.create(
                school=school.organisation,
                at=at,
                note=chance.choice(NOTES),
                entered_by=school.clerk.user,
                entered_at=at + timedelta(hours=2),
            )
            talk.people.set(pair)
        back += silent or chance.randint(8, 11)
        silent = 0
