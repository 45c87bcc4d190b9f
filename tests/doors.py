"""The table of doors: who may look where, and who may do what.

A door is an address by its name. Whoever adds one says here who may open it; tests/test_permissions.py tries.
"""

from django.core.files.base import ContentFile
from django.utils import timezone

from governance.communicating import version_of
from meetings import transitions as verbs
from meetings.views.presence import KEY
from tests.district_doors import OF_THE_DISTRICT
from tests.everything import blank_page
from tests.opening import (
    ADMINISTRATOR,
    AUTHORITY,
    CARRIERS,
    CLERK,
    EVERYBODY,
    INSPECTOR,
    NO_ONE,
    PARTY_HEAD,
    READERS,
    SCHOOL,
    TALKERS,
    Door,
    about,
    account,
    answer,
    listed,
    marked,
    of,
    one,
    only,
    own,
    school,
    today,
)

DOORS: dict[str, Door] = {
    # a school's pages
    "desk": school(),
    "matter_list": school(),
    "matter_new": school(SCHOOL, SCHOOL, writes=False),
    "matter_needs": school(query="category=D13"),
    "matter": school(at=of("matters", "issued")),
    "matter_edit": school(only("li", "zheng"), only("li", "zheng"), of("matters", "draft"), writes=False),
    "matter_act": school(only("li", "zheng"), only("li", "zheng"), of("matters", "draft", verb="propose")),
    "consult": school(READERS, SCHOOL, of("matters", "asked"), writes=False),
    "matter_texts": school(at=of("matters", "asked")),
    "confirm_anew": school(READERS, SCHOOL, one("former"), body=lambda scene: {"note": "结果不受影响。"}),
    "decided_without": school(SCHOOL, SCHOOL, of("matters", "asked"), writes=False),
    "answer": school(
        READERS, only("zhao", "qian"), one("consultation"), body=lambda scene: {"outcome": "agreed", "note": ""}
    ),
    "agenda": school(),
    "item_act": school(READERS, PARTY_HEAD, of("items", "ready", verb="confirm")),
    "attachment_add": school(only("li", "zheng"), only("li", "zheng"), of("matters", "draft"), writes=False),
    "attachment": school(only("li", "zheng"), at=one("attachment")),
    "attachment_remove": school(READERS, only("li", "zheng"), one("attachment")),
    "meeting_list": school(),
    "meeting_sheet": school(),
    "meeting_new": school(CLERK, CLERK, writes=False),
    "meeting": school(at=of("meetings", "issued")),
    "meeting_agenda": school(
        None,
        CLERK,
        of("meetings", "planned"),
        body=lambda scene: {"seen": str(scene.agenda), "order": f"{scene.agenda},{scene.items['confirmed'].pk}"},
    ),
    "agenda_versions": school(at=of("meetings", "called")),
    "meeting_expect": school(None, CLERK, of("meetings", "planned"), writes=False),
    "meeting_act": school(None, CLERK, of("meetings", "planned", verb="call")),
    "note": school(
        None,
        CLERK,
        of("meetings", "open"),
        body=lambda scene: {"path": "meeting/place", "value": "第二会议室", "base": None},
    ),
    "room_strip": school(at=of("meetings", "open")),
    "move": school(
        None, CLERK, of("meetings", "open"), body=lambda scene: {"move": f"recused/{scene.cast.li.pk}", "item": "1"}
    ),
    "check_ins": school(None, CLERK, of("meetings", "open"), body=lambda scene: {"here": str(scene.check_in.pk)}),
    "check_in": school(
        at=lambda scene: {"key": KEY.sign(str(scene.meetings["called"].pk))},
        do=only("zhao", "qian", "sun", "li", "zheng"),
    ),
    "notice_print": school(at=of("meetings", "called")),
    "revisions": school(
        READERS, CLERK, of("meetings", "open"), body=lambda scene: {"revision": scene.revision.pk, "base": scene.base}
    ),
    "phrase_list": school(CLERK, CLERK, body=lambda scene: {"where": "opinion", "text": "同意该方案。"}),
    "phrases_usual": school(None, CLERK),
    "phrases_at_hand": school(CLERK),
    "phrase_act": school(None, CLERK, one("phrase", act="delete")),
    "meeting_reply": school(
        None,
        CLERK | only("li"),
        of("meetings", "called"),
        body=lambda scene: {"answer": "coming", "person": scene.cast.li.pk},
    ),
    "answers_remind": school(None, CLERK, of("meetings", "called")),
    "leave_decide": school(
        None,
        PARTY_HEAD,
        lambda scene: {"pk": scene.meetings["called"].attendance.get(person=scene.cast.wu).pk},
        body=lambda scene: {"granted": "yes"},
    ),
    "vote": school(
        None, CLERK, of("items", "open"), body=lambda scene: {"method": "oral", "agree": "4", "token": scene.token}
    ),
    "vote_abandon": school(None, CLERK, one("vote"), body=lambda scene: {"reason": "票数记错"}),
    "settle": school(None, CLERK, of("items", "written")),
    "unsettle": school(None, CLERK, of("items", "settled"), body=lambda scene: {"reason": "写错"}),
    "override": school(
        None,
        PARTY_HEAD,
        of("items", "written"),
        body=lambda scene: {"reason": "情况紧急", "codes": "P-03"},
        writes=False,
    ),
    "explain": school(
        None,
        PARTY_HEAD,
        of("items", "written"),
        body=lambda scene: {"reason": "情况紧急", "codes": "P-03"},
        writes=False,
    ),
    "record": school(at=of("meetings", "ended")),
    "rebuilt": school(only("zhao", "qian", "zheng", "wang"), at=of("meetings", "issued")),
    "complete": school(None, CLERK, of("meetings", "ended")),
    "sign": school(
        None, only("zhao", "zheng"), of("meetings", "completed"), body=lambda scene: {"digest": scene.digest}
    ),
    "reopen": school(None, CLERK | PARTY_HEAD, of("meetings", "completed"), body=lambda scene: {"reason": "补充意见"}),
    "correction_pick": school(CLERK, at=of("meetings", "issued")),
    "correction_new": school(
        CLERK,
        CLERK,
        of("meetings", "issued"),
        query="path=meeting/place",
        body=lambda scene: {"field": "meeting/place", "right": "报告厅", "found_by": "钱校长", "reason": "记错了"},
    ),
    "correction_sign": school(
        None, PARTY_HEAD, one("correction"), body=lambda scene: {"digest": scene.correction.digest}
    ),
    "correction_drop": school(None, CLERK | PARTY_HEAD, one("correction")),
    "minutes": school(at=of("meetings", "completed")),
    "minutes_edit": school(
        None,
        CLERK | PARTY_HEAD,
        of("meetings", "completed"),
        body=lambda scene: {
            f"text-{scene.minutes_row.pk}": "改过的文字。",
            f"base-{scene.minutes_row.pk}": verbs.version_of(scene.minutes_row.text),
        },
    ),
    "minutes_draft": school(at=of("meetings", "completed")),
    "minutes_draft_word": school(at=of("meetings", "completed")),
    "issue": school(None, PARTY_HEAD, of("meetings", "signed")),
    "document_page": school(at=one("document")),
    "document": school(at=one("document")),
    "document_sheet": school(at=one("ledger")),
    "document_word": school(at=one("document")),
    "signed_copy_add": school(
        CLERK, CLERK, one("document"), body=lambda scene: {"file": ContentFile(blank_page() + b"%", name="扫描件.pdf")}
    ),
    "signed_copy_check": school(
        CLERK,
        CLERK,
        lambda scene: {"pk": scene.document.pk, "token": scene.signed_word},
        body=lambda scene: {"note": "签字时补了落款。"},
    ),
    "signed_copy": school(at=one("signed_copy")),
    "signed_copy_differences": school(at=one("signed_copy")),
    "document_pages": school(at=one("document")),
    "document_page_image": school(at=one("document", no=1)),
    "minutes_preview": school(None, READERS, of("meetings", "completed"), writes=False),
    "paper_list": school(),
    "papers_about": school(at=about("meeting", "issued")),
    "paper_make": school(SCHOOL, CLERK, about("meeting", "called", code="notice")),
    "paper_save": school(
        None,
        CLERK,
        about("meeting", "called", code="notice"),
        body=lambda scene: {"path": "contact", "value": "郑秘书，门卫电话转", "base": None},
    ),
    "paper_reset": school(None, CLERK, about("meeting", "called", code="notice"), writes=False),
    "paper_preview": school(None, SCHOOL, about("meeting", "called", code="notice"), writes=False),
    "paper_draft": school(SCHOOL, at=about("meeting", "called", code="notice")),
    "paper_draft_word": school(SCHOOL, at=about("meeting", "called", code="notice")),
    "paper_page_image": school(NO_ONE, at=lambda scene: {"key": "0" * 40, "no": 1}),  # nobody has drawn it
    "paper_style": school(
        CLERK,
        CLERK,
        body=lambda scene: {"numbering": "running", "seal": "plain", "retention": "permanent", "printed_by": "办公室"},
    ),
    "paper_style_preview": school(None, CLERK, writes=False),
    "decision_list": school(),
    "decision_sheet": school(),
    "follow_up_list": school(),
    "follow_up_sheet": school(),
    "follow_up": school(at=of("items", "issued")),
    "report_progress": school(READERS, CARRIERS, of("items", "issued"), body=lambda scene: {"text": "已开第一次会。"}),
    "report_done": school(
        READERS, CARRIERS, of("items", "issued"), body=lambda scene: {"done_on": today(), "note": "已落实。"}
    ),
    "ask_extension": school(
        READERS, CARRIERS, of("items", "issued"), body=lambda scene: {"until": today(60), "reason": "材料未齐"}
    ),
    "add_step": school(None, CARRIERS, of("items", "issued"), body=lambda scene: {"step-text": "制定方案"}),
    "follow_up_act": school(None, PARTY_HEAD, of("items", "reported", verb="close_follow_up")),
    "execution_report": school(
        only("qian", "zheng"), only("qian", "zheng"), body=lambda scene: {"since": today(-30), "until": today()}
    ),
    "publish": school(
        CLERK,
        CLERK,
        of("items", "issued"),
        body=lambda scene: {"published": "yes", "kind": "校务公开", "since": today(), "scope": "教职工"},
    ),
    "procedure_list": school(READERS | {"chu"}),
    "procedure": school(READERS | {"chu"}, at=of("procedures", "draft")),
    "procedure_new": school(CLERK, CLERK, query="body=party", body=lambda scene: {"body": "party"}, writes=False),
    "procedure_edit": school(CLERK, CLERK, of("procedures", "draft"), writes=False),
    "procedure_file": school(READERS | {"chu"}, at=of("procedures", "draft")),
    "procedure_submit": school(None, CLERK, of("procedures", "draft"), body=lambda scene: {"submitted_on": today()}),
    "procedure_return": school(
        None, AUTHORITY, of("procedures", "submitted"), body=lambda scene: answer(scene, reason="请修改第三条。")
    ),
    "procedure_accept": school(
        None,
        AUTHORITY,
        of("procedures", "submitted"),
        body=lambda scene: answer(scene, filed_on=today(), number="区教议备〔2026〕1号"),
    ),
    "large_sum_list": school(READERS | {"chu"}),
    "large_sum_new": school(
        CLERK, CLERK, body=lambda scene: {"since": today(9), "amount": "8万", "inclusive": "on", "cumulative": "on"}
    ),
    "large_sum_edit": school(CLERK, CLERK, one("large_sum"), body=lambda scene: {"since": today(9), "amount": "8万"}),
    "catalogue": school(READERS | {"chu"}),
    "catalogue_row_new": school(CLERK, CLERK, query="code=D02", writes=False),
    "catalogue_row_edit": school(
        CLERK,
        CLERK,
        one("catalogue_row"),
        body=lambda scene: {"since": today(9), "title": "食堂经营", "route": "P", "reserved": "on"},
    ),
    "leadership": school(READERS | {"chu"}),
    "post_new": school(CLERK | {"chu"}, CLERK | {"chu"}, writes=False),
    "post_end": school(CLERK | {"chu"}, CLERK | {"chu"}, one("post"), body=lambda scene: {"until": today(1)}),
    "calendar": school(READERS | {"chu"}),
    "calendar_mark": school(CLERK | {"chu"}, CLERK | {"chu"}, body=lambda scene: marked()),
    "calendar_unmark": school(None, CLERK | {"chu"}, body=lambda scene: {"pk": scene.own_day.pk}),
    "school_check": school(query="on=2026-03-10"),
    "search": school(query="q=食堂"),
    "communication_list": school(),
    "communication_new": school(TALKERS, TALKERS, body=lambda scene: {"at": "2026-01-07T10:00"}),
    "communication_now": school(None, TALKERS),
    "communication_edit": school(
        only("zhao", "zheng"),
        only("zhao", "zheng"),
        one("talk"),
        body=lambda scene: {"at": "2026-01-06T09:00", "base": version_of(scene.talk)},
    ),
    "exchange": school(CLERK, CLERK, writes=False),
    "exchange_template": school(CLERK),
    "exchange_export": school(CLERK, query="kind=json"),
    "arrival": school(CLERK, at=lambda scene: {"token": scene.arrival}),
    "arrival_marked": school(CLERK, at=lambda scene: {"token": scene.arrival}),
    "arrival_import": school(None, CLERK, lambda scene: {"token": scene.fit_arrival}),
    "batch_list": school(SCHOOL),
    "batch_new": school(
        CLERK, CLERK, body=lambda scene: {"year": timezone.localdate().year, "kinds": ["minutes", "record"]}
    ),
    "batch": school(SCHOOL, at=one("batch")),
    "batch_stop": school(None, CLERK, one("batch")),
    "batch_file": school(SCHOOL, at=one("pack_batch")),
    "pack_new": school(SCHOOL, CLERK, lambda scene: {"of": "meeting", "key": scene.meetings["issued"].pk}),
    "pack_file": school(SCHOOL, at=one("pack")),
    **OF_THE_DISTRICT,
    # accounts and the journal
    "journal": Door(lambda scene: {"code": "shifan"}, only("feng", "chen")),
    "account_list": Door(lambda scene: {"code": "shifan"}, ADMINISTRATOR),
    "account_new": Door(lambda scene: {"code": "shifan"}, ADMINISTRATOR, ADMINISTRATOR, writes=False),
    "account": account(see=ADMINISTRATOR, do=None),
    "account_edit": account(writes=False),
    "account_act": Door(
        lambda scene: {"code": "shifan", "pk": scene.cast.li.user.pk, "act": "reset"}, None, ADMINISTRATOR
    ),
    "role_new": account(writes=False),
    "role_end": Door(
        lambda scene: {"code": "shifan", "pk": scene.cast.zheng.user.pk, "role": scene.role.pk},
        None,
        ADMINISTRATOR,
        body=lambda scene: {"until": today(1)},
    ),
    # one's own
    "home": own(),
    "switch": own(),
    "notices": own(),
    "notices_read_all": own(None),
    "notices_by_email": own(None),
    "notice": Door(one("notice"), only("li")),
    "api_token": own(),
    "api_docs": own(),
    "rules": own(),
    "signed_in_again": own(),
    "account_change_password": own(),
    "account_reauthenticate": own(),
    "mfa_index": own(),
    "mfa_reauthenticate": own(),
    "mfa_activate_totp": own(),
    "mfa_deactivate_totp": own(),
    "mfa_view_recovery_codes": own(),
    "mfa_generate_recovery_codes": own(),
    "mfa_download_recovery_codes": own(),
    # for anybody
    "account_login": own(EVERYBODY),
    "account_inactive": own(EVERYBODY),
    "sign_in_again": own(EVERYBODY),
    "account_logout": own(EVERYBODY),
    "mfa_authenticate": own(EVERYBODY),
    "health": own(EVERYBODY),
    "schema": own(),
    # the API
    "api-check": own(),
    "api-check-schema": own(EVERYBODY),
    "api-school-list": listed(),
    "api-school-detail": Door(lambda scene: {"code": "shifan"}, READERS),
    "api-matter-list": listed(),
    "api-matter-detail": Door(of("matters", "issued"), READERS),
    "api-meeting-list": listed(),
    "api-meeting-detail": Door(of("meetings", "issued"), READERS),
    "api-decision-list": listed(),
    "api-decision-detail": Door(of("items", "issued"), READERS),
    "api-finding-list": listed(),
    "api-finding-detail": Door(one("finding"), READERS),
}
# Drafts and what is being prepared, at the same doors.
MORE_ROOMS: dict[str, list[Door]] = {
    "matter": [school(only("li", "zheng"), at=of("matters", "draft"))],
    "matter_edit": [
        school(
            READERS,
            only("li", "zheng"),
            of("matters", "asked"),
            body=lambda scene: {"title": "改过的名称", "proposal": "改过的方案。"},
        )
    ],
    "meeting": [school(SCHOOL, at=of("meetings", "planned"))]
    + [school(at=of("meetings", name)) for name in ("called", "open", "ended", "completed", "signed")],
    "inspection_act": [Door(of("inspections", "running", act="end"), None, INSPECTOR)],
    "report": [Door(one("report_asked", authority="district"), INSPECTOR)],
    "room_strip": [school(SCHOOL, at=of("meetings", "planned"))],
    "matter_act": [school(READERS, only("li", "zheng"), of("matters", "asked", verb="withdraw"))],
    "item_act": [
        school(READERS, PARTY_HEAD, of("items", "ready", verb=verb), body=lambda scene: {"reason": "再作准备"})
        for verb in ("send_back", "postpone")
    ],
    "follow_up_act": [
        school(
            None,
            PARTY_HEAD,
            of("items", "reported", verb="send_back_report"),
            body=lambda scene: {"reason": "材料不全"},
        ),
        *(
            school(None, PARTY_HEAD, of("items", "asked", verb=verb), body=lambda scene: {"reason": "按期办"})
            for verb in ("grant_extension", "refuse_extension")
        ),
        *(
            school(None, CARRIERS, of("items", "asked", verb=verb), body=lambda scene: {"step": scene.step.pk})
            for verb in ("finish_step", "remove_step")
        ),
    ],
    "meeting_act": [
        school(None, CLERK, of("meetings", name, verb=verb), body=lambda scene: {"reason": "改期再开"})
        for name, verb in (("called", "open"), ("called", "cancel"), ("running", "end"))
    ],
    "api-matter-detail": [Door(of("matters", "draft"), only("li", "zheng"))],
    "api-meeting-detail": [Door(of("meetings", "planned"), SCHOOL)],
}
# Doors of a school that a grant opens, where what the table asks for is in its scope.
BY_GRANT = {
    "matter", "record", "finding", "met", "search", "document_page", "document", "document_word", "document_pages",
    "document_page_image", "signed_copy", "signed_copy_differences",
}  # fmt: skip
ROOMS = [(name, door) for name in DOORS for door in (DOORS[name], *MORE_ROOMS.get(name, ()))]
