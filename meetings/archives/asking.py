"""The verb that archives: what is to be made, as a batch of which a pack comes."""

from django.db import transaction

from accounts.models import Organisation
from governance.access import Standing

from ..batches.asking import Part, begin_batch, held
from ..documents.style import style_of
from ..models import Batch, Pack, PaperStyle
from ..transitions.acting import Stopped
from .belonging import Scope

# As DA/T 22 codes them: 永久, 定期 30 年, 定期 10 年; WS is 文书档案.
RETENTION = {PaperStyle.Retention.PERMANENT: "Y", PaperStyle.Retention.THIRTY: "D30", PaperStyle.Retention.TEN: "D10"}


@transaction.atomic
def make_pack(scope: Scope, *, by: Standing) -> Batch:
    """Archive a matter, a meeting or a year. What the pack wants and nobody has issued is issued for it, by whoever
    archives. Asking twice, while it is made, is asking once; later it is another pack, with a number of its own."""
    held(by, "make_pack")
    if missing := scope.missing:
        raise Stopped(missing)
    parts: list[Part] = [
        (f"{kind.label}：{label}", {"issue": str(kind.code), **about}) for kind, label, about in scope.lacking()
    ]
    parts += [(paper.number, {"document": paper.pk}) for paper in scope.documents.filter(file="")]
    return begin_batch(Batch.Kind.PACK, scope.key, f"{scope.label}归档", parts, verb="make_pack", by=by)


def number_of(school: Organisation, style: PaperStyle, year: int, serial: int) -> str:
    """档号: 全宗号-文书·年度-保管期限-件号. A school without a number of its archive has its code there."""
    fonds = style.fonds or school.code.upper()
    return f"{fonds}-WS·{year}-{RETENTION[PaperStyle.Retention(style.retention)]}-{serial:04d}"


def next_number(school: Organisation, year: int) -> tuple[int, str, PaperStyle]:
    last = Pack.objects.filter(school=school, year=year).order_by("-serial").values_list("serial", flat=True).first()
    style, serial = style_of(school), (last or 0) + 1
    return serial, number_of(school, style, year, serial), style
