"""Files that belong to a matter: attached, and taken away again."""

from django.db import transaction
from django.utils import timezone

from accounts import journal
from accounts.uploads import Unwelcome, welcome
from governance.access import Standing

from .models import Attachment, Consultation, Matter
from .transitions import VERBS, NotAllowed, Stopped, WrongState, agendas_changed, hold, may


@transaction.atomic
def attach(matter: Matter, upload, *, by: Standing, consultation: Consultation | None = None) -> Attachment:
    """Keep a file with its matter. The same content a second time is the same attachment."""
    matter = hold(matter)
    verb = VERBS["consult" if consultation else "attach"]  # whoever writes down a prior step adds its paper
    if matter.school_id != by.organisation.pk or not verb.who(by, matter):
        raise NotAllowed(f"附件由{verb.whom}添加。")
    if matter.state not in verb.sources:
        raise WrongState(f"现在是“{matter.get_state_display()}”，不能再添加附件。")
    try:
        seen = welcome(upload)
    except Unwelcome as refused:
        raise Stopped(str(refused)) from None
    same = matter.attachments.filter(sha256=seen.sha256, consultation=consultation, removed_at=None).first()
    if same:
        return same
    kept = Attachment.objects.create(
        matter=matter,
        consultation=consultation,
        file=upload,
        name=seen.name,
        size=upload.size,
        content_type=seen.content_type,
        sha256=seen.sha256,
        uploaded_by=by.user,
    )
    _write("attach", matter, by, "添加附件", kept)
    if consultation is None:
        agendas_changed(matter, by=by)
    return kept


@transaction.atomic
def remove(attachment: Attachment, *, by: Standing) -> None:
    """Take a file away from a matter. The row stays, and what it was."""
    hold(attachment.matter)
    attachment = Attachment.objects.select_for_update(of=("self",)).select_related("matter").get(pk=attachment.pk)
    if attachment.removed_at:
        return
    if attachment.progress_id:
        raise WrongState("这是督办报告附的材料，随报告保存，不能移除。要补充，请再报告一次。")
    mine = by.clerk or attachment.uploaded_by_id == by.user.pk
    if (
        attachment.matter.school_id != by.organisation.pk
        or not mine
        or not may(by, "remove_attachment", attachment.matter)
    ):
        raise NotAllowed("附件由上传人或学校秘书在议决以前移除。")
    attachment.removed_at = timezone.now()
    attachment.save(update_fields=["removed_at"])
    _write("remove_attachment", attachment.matter, by, "移除附件", attachment)
    if attachment.consultation_id is None:
        agendas_changed(attachment.matter, by=by)


def _write(verb: str, matter: Matter, by: Standing, what: str, attachment: Attachment) -> None:
    # The name of a file may say what a personnel matter is about: the journal carries none.
    shown = "" if matter.personnel else f"“{attachment.name[:60]}”"
    journal.record(
        verb, matter, f"{what}{shown}", organisation=by.organisation, by=by.user, facts={"attachment": attachment.pk}
    )
