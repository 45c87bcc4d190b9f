"""What follows from acts on papers: the file is made, and whoever answers for the school's papers is told."""

from datetime import datetime

from django.utils import timezone

from accounts.models import Entry
from governance.models import Body

from . import documents
from .notices import Offices, link, tell, to_each


def make_paper(entry: Entry, now: datetime) -> None:
    if entry.facts["document"]:  # while a meeting goes on its corrections have no paper
        documents.make_file(entry.facts["document"])


def tell_of_paper_style(entry: Entry, now: datetime) -> None:
    """Both heads learn under which name and number the school's papers go out from now on."""
    school = entry.organisation
    heads = Offices.of([school.pk], timezone.localdate(now)).heads
    tell(
        to_each(
            (heads[school.pk, Body.PARTY] | heads[school.pk, Body.OFFICE]) - {entry.actor_id},
            school=school,
            key=f"paper_style/{entry.pk}",
            kind="paper_style",
            title="学校的文件格式有改动",
            body=f"{entry.actor_name}{entry.summary}。此后生成的文件照此编排，已生成的不变。",
            url=link("paper_list", school),
            mail_due=False,
        )
    )
