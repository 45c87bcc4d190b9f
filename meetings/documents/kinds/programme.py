"""The agenda of a meeting as its latest version has it: what notice and agenda print."""

from django.utils import timezone

from ...agenda_changes import changes_between
from ...facts import Load
from ...models import AgendaVersion, Item
from ...since_notice import in_numbers
from ...transitions.versions import lines_of
from .words import moment

HIDDEN = "人事议题"


def programme(loaded: Load, pk: int) -> dict:
    """``items`` in order, the version of the agenda (0: no notice has gone out), and what changed since the first."""
    meeting, dossier = loaded.meetings[pk], loaded.dossier
    versions = list(AgendaVersion.objects.filter(meeting=pk).order_by("number"))
    lines = versions[-1].items if versions else lines_of(meeting)
    of_item = {item.pk: item.matter for item in loaded.items[pk]}

    def name(person: int | None) -> str:
        return dossier.name(person) if person else ""

    items = []
    for line in lines:
        matter = of_item.get(line["item"])
        proposer, owner = (name(matter.proposer_id), name(matter.owner_id)) if matter else ("", "")
        items.append(
            {
                "no": line["no"],
                "title": line["title"],
                "purpose": Item.Purpose(line["purpose"]).label,
                "personnel": matter is None or matter.personnel,
                "proposer": proposer,
                "reporter": owner or proposer,
                "files": [file["name"] for file in line["files"]],
            }
        )
    kinds = [change["kind"] for change in changes_between(versions[0].items, lines)] if versions else []
    return {
        "items": items,
        "agenda": {
            "version": versions[-1].number if versions else 0,
            "at": timezone.localtime(versions[-1].at).isoformat() if versions else None,
            "changes": in_numbers(kinds),
        },
    }


def of_version(frozen: dict) -> str:
    """议程第2版，2026年3月4日16时20分; nothing before the notice."""
    agenda = frozen["agenda"]
    return f"议程第{agenda['version']}版，{moment(agenda['at'])}" if agenda["version"] else ""
