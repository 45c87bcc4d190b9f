"""Working papers in the demo: a sample half looked at, what two inspectors wrote, and a school's payments."""

from datetime import date, timedelta
from decimal import Decimal

from accounts.models import Organisation, User
from governance.access import authority_for
from meetings.demo.people import District

from . import transitions as verbs
from .access import decisions_in_scope, findings_in_scope
from .intakes.payments import plain
from .models import Inspection, Payment
from .sampled import population_of
from .transitions import On

ELSEWHERE = (  # what no meeting decided: days ago, yuan, to whom, for what
    (70, 48_000, "城东建筑工程有限公司", "外墙维修第一期"),
    (52, 49_000, "城东建筑工程有限公司", "外墙维修第二期"),
    (31, 46_000, "城东建筑工程有限公司", "外墙维修第三期"),
    (20, 260_000, "智云信息技术有限公司", "智慧校园平台"),
    (12, 18_350, "市供电公司", "电费"),
)

VERDICTS = (("accepted", "", "ducha"), ("set_aside", "查阅纸质记录，当时有书面说明，未录入系统。", "shoupai"))


def write(district: District, on: date) -> None:
    inspection = Inspection.objects.filter(state=Inspection.State.RUNNING).latest("pk")
    lead, invited = (
        authority_for(User.objects.get(username=name), district.authority.code) for name in ("ducha", "shoupai")
    )
    sample = verbs.draw_sample(inspection, population_of(inspection), seed=f"{on:%Y%m%d}-208341", size=12, by=lead)
    for row in sample.items.all()[:5]:
        verbs.look(row, True, by=lead if row.no % 2 else invited)
    said = findings_in_scope(inspection).filter(outcome="broken", item__isnull=False).order_by("-pk")
    findings = list(said.select_related("school", "meeting", "matter", "item")[:2])
    for finding, (verdict, reason, who) in zip(findings, VERDICTS, strict=False):
        verbs.assess(inspection, finding, verdict, reason, by=lead if who == "ducha" else invited)
    on_item = On.of_item(sample.items.select_related("item__matter__school", "item__meeting").first().item)
    verbs.remark(inspection, on_item, "请学校提供当天的签到表和发言提纲核对。", by=invited)
    verbs.find(
        inspection,
        on_item,
        "记录中没有附选人用人的考察材料，事后也没有归档。",
        clause="本校议事规则",
        weight="warn",
        by=lead,
    )
    _payments(inspection, district.schools[0].organisation, on, lead)


def _payments(inspection: Inspection, school: Organisation, on: date, by) -> None:
    decisions = plain(decisions_in_scope(inspection, school))
    priced = [one for one in decisions if one.amount and one.payee and one.on + timedelta(days=9) <= on][-6:]
    paid = [(one.on + timedelta(days=9), one.amount, one.payee, "按会议决定支付") for one in priced]
    paid += [(on - timedelta(days=ago), Decimal(yuan), payee, what) for ago, yuan, payee, what in ELSEWHERE]
    rows = [
        Payment(row=row, paid_on=day, amount=amount, payee=payee, purpose=what, voucher=f"记-{row:04}")
        for row, (day, amount, payee, what) in enumerate(sorted(paid, key=lambda one: one[0]), start=2)
    ]
    brought = verbs.bring_payments(
        inspection, school, rows, decisions, name=f"{school.name}支付明细.xlsx", sha256="0" * 64, by=by
    )
    electric, platform = (brought.payments.get(payee=payee) for payee in ("市供电公司", "智云信息技术有限公司"))
    verbs.settle_payment(electric, "explained", note="年度预算内的经常性支出。", by=by)
    verbs.blame_payment(platform, by=by)
