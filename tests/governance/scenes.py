"""Rules of procedure that several tests begin from, entered and submitted by the clerk."""

from datetime import date

from django.utils import timezone

from governance import filing, procedures
from governance.facts import ground_of
from governance.models import Procedure
from governance.rules.dossier import Dossier
from tests.meetings.stage import acting

TURN = date(2026, 3, 1)


def entered(cast, body="party", since=TURN, text="第一条 会议由书记召集。", parameters=None, **more) -> Procedure:
    return procedures.enter(body, since=since, text=text, parameters=parameters or {}, by=acting(cast.zheng), **more)


def submitted(cast, **more) -> Procedure:
    filing.submit(version := entered(cast, **more), on=timezone.localdate(), by=acting(cast.zheng))
    return Procedure.objects.get(pk=version.pk)


def answering(cast, school=None):
    """The administrator of the authority, in the school."""
    return acting(cast.chu, school or cast.school)


def of_day(cast) -> Dossier:
    """The school's ground as rules read it."""
    return Dossier(ground_of(cast.school).records())
