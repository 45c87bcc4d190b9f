"""Doors of an authority: its pages, registers, inspections, rectification, reports and its own work. As in tests.doors."""

from tests.inspection.rectification_doors import RECTIFICATION
from tests.opening import (
    AUTHORITY,
    INSPECTOR,
    READERS,
    SCHOOL,
    Door,
    asked,
    district,
    listed,
    marked,
    of,
    one,
    only,
    own,
    plan_of,
    school,
    today,
)


def inspected(argument: str, name: str):
    """The address of something in the inspection that runs."""
    return lambda scene: {"pk": scene.inspections["running"].pk, argument: getattr(scene, name).pk}


OF_THE_DISTRICT: dict[str, Door] = {
    "district": district(only("wang", "chu")),
    "filing_list": district(only("wang", "chu")),
    "district_schools": district(),
    "district_glance_sheet": district(),
    "district_school": district(code="shifan"),
    "district_findings": district(),
    "district_search": district(query="q=食堂"),
    "register_index": district(),
    "district_register": district(register="overdue"),
    "district_findings_sheet": district(),
    "district_register_sheet": district(register="overdue"),
    "school_registers": school(),
    "school_register": school(at=lambda scene: {"register": "major"}),
    "school_register_sheet": school(at=lambda scene: {"register": "major"}),
    "filter_new": Door(
        lambda scene: {"code": "district"},
        INSPECTOR,
        INSPECTOR,
        lambda scene: {"name": "逾期的", "page": "register/overdue", "query": "school=shifan"},
        query="page=findings",
    ),
    "filter_share": Door(one("saved", code="district"), None, INSPECTOR),
    "filter_keep": Door(one("saved", code="district"), None, INSPECTOR, writes=False),
    "filter_remove": Door(one("saved", code="district"), None, INSPECTOR),
    "finding": Door(one("finding"), READERS),
    "met": Door(
        lambda scene: {"judgement": scene.met.judgement_id, "rule": scene.met.rule, "about": scene.met.about}, READERS
    ),
    "inspection_list": district(),
    "inspection_new": Door(lambda scene: {"authority": "district"}, INSPECTOR, INSPECTOR, body=plan_of),
    "inspection": Door(of("inspections", "running"), INSPECTOR),
    "inspection_edit": Door(of("inspections", "planned"), INSPECTOR, INSPECTOR, writes=False),
    "inspection_extend": Door(of("inspections", "running"), None, INSPECTOR, body=lambda scene: {"until": today(40)}),
    "inspection_act": Door(of("inspections", "planned", act="begin"), None, INSPECTOR),
    "inspection_school": Door(of("inspections", "running", code="shifan"), INSPECTOR),
    "my_inspections": own(),
    "sample_list": Door(
        of("inspections", "running"), INSPECTOR, INSPECTOR, body=lambda scene: {"size": 2, "seed": "8"}
    ),
    "sample": Door(of("inspections", "running", no=1), INSPECTOR, query="again=1"),
    "sample_sheet": Door(of("inspections", "running", no=1), INSPECTOR),
    "sample_look": Door(inspected("sampled", "sampled"), None, INSPECTOR, body=lambda scene: {"looked": "yes"}),
    "working_list": Door(of("inspections", "running"), INSPECTOR),
    "working_sheet": Door(of("inspections", "running"), INSPECTOR),
    "working_item": Door(
        lambda scene: {"pk": scene.inspections["running"].pk, "item": scene.items["issued"].pk},
        INSPECTOR,
        INSPECTOR,
        body=lambda scene: {"act": "find", "text": "没有附预算。", "weight": "warn"},
    ),
    "working_meeting": Door(
        lambda scene: {"pk": scene.inspections["running"].pk, "meeting": scene.meetings["issued"].pk},
        INSPECTOR,
        INSPECTOR,
        body=lambda scene: {"act": "remark", "text": "看过会议。"},
    ),
    "working_school": Door(
        of("inspections", "running", code="shifan"),
        INSPECTOR,
        INSPECTOR,
        body=lambda scene: {"act": "remark", "text": "看过学校。"},
    ),
    "payment_lists": Door(of("inspections", "running", code="shifan"), INSPECTOR, INSPECTOR, writes=False),
    "payment_sheet": Door(of("inspections", "running", code="shifan"), INSPECTOR),
    "payment": Door(inspected("payment", "payment"), INSPECTOR, INSPECTOR, body=lambda scene: {"act": "blame"}),
    "payment_withdraw": Door(inspected("brought", "payments"), None, INSPECTOR),
    "payment_template": listed(),
    "report_list": Door(
        lambda scene: {"authority": "district"},
        INSPECTOR,
        INSPECTOR,
        body=lambda scene: {"of": f"inspection/{scene.inspections['running'].pk}"},
    ),
    "report": Door(one("report", authority="district"), INSPECTOR),
    "report_stop": Door(one("report_asked", authority="district"), None, INSPECTOR),
    "report_file": Door(one("report", authority="district", suffix="pdf"), INSPECTOR),
    "report_records": Door(one("report", authority="district", key="meetings"), INSPECTOR),
    "confidential_views": school(only("zhao", "qian", "zheng")),
    **RECTIFICATION,
    "rejudging_list": school(
        READERS, INSPECTOR, body=lambda scene: {"term": "own", "since": today(-30), "until": today()}
    ),
    "rejudging": school(at=one("rejudging")),
    "deputy_list": district(only("wang", "chu", "chen"), do=only("wang", "chu", "chen"), writes=False),
    "deputy_end": district(None, do=only("wang", "chen"), at=one("deputy")),
    "announcement_list": district(only("wang", "chu")),
    "announcement_new": district(AUTHORITY, do=AUTHORITY, writes=False),
    "announcement": district(only("wang", "chu"), at=one("announcement")),
    "announcement_act": district(
        None, do=AUTHORITY, at=one("announcement", act="withdraw"), body=lambda scene: {"reason": "日期有误"}
    ),
    "announcement_file": district(only("wang", "chu"), at=one("announced_file")),
    "school_announcement_list": school(),
    "school_announcement": school(at=one("announcement")),
    "school_announcement_receive": school(None, SCHOOL, one("announcement")),
    "school_announcement_file": school(at=one("announced_file")),
    "structure": district(AUTHORITY),
    "school_new": district(
        AUTHORITY,
        do=AUTHORITY,
        body=lambda scene: {
            "code": "new",
            "name": "新校",
            "ownership": "public",
            "party_organization": "branch",
            "parent": scene.cast.district.pk,
        },
    ),
    "school_edit": district(
        AUTHORITY,
        do=AUTHORITY,
        code="shifan",
        body=lambda scene: {
            "name": "改名中学",
            "stage": "junior",
            "ownership": "public",
            "party_organization": "committee",
            "parent": scene.cast.district.pk,
        },
    ),
    "authority_list": district(AUTHORITY),
    "authority_new": district(
        AUTHORITY,
        do=AUTHORITY,
        body=lambda scene: {"code": "xinqu", "name": "新区教育局", "parent": scene.cast.district.pk},
    ),
    "authority_edit": district(AUTHORITY, do=AUTHORITY, code="lower", body=lambda scene: {"name": "开发区教育局"}),
    "authority_end": district(None, do=AUTHORITY, code="lower"),
    "authority_appoint": district(
        AUTHORITY, do=AUTHORITY, code="lower", body=lambda scene: {"name": "水主任", "username": "shui"}
    ),
    "structure_import": district(AUTHORITY, do=AUTHORITY, writes=False),
    "structure_template": district(AUTHORITY),
    "structure_arrival": district(AUTHORITY, at=one("structure")),
    "structure_bring": district(None, do=AUTHORITY, at=one("structure")),
    "management": district(only("wang", "chu")),
    "district_large_sum_list": district(only("wang", "chu")),
    "district_large_sum_new": district(AUTHORITY, do=AUTHORITY, body=lambda scene: asked(amount="8万", inclusive="on")),
    "district_large_sum_edit": district(
        AUTHORITY, do=AUTHORITY, at=one("district_sum"), body=lambda scene: asked(amount="8万", cumulative="on")
    ),
    "district_catalogue": district(only("wang", "chu")),
    "district_catalogue_row_new": district(
        AUTHORITY, do=AUTHORITY, body=lambda scene: asked(code="D60", title="校服", route="P", reserved="on")
    ),
    "district_catalogue_row_edit": district(
        AUTHORITY,
        do=AUTHORITY,
        at=one("district_row"),
        body=lambda scene: asked(title="校车", route="P", reserved="on"),
    ),
    "district_floor_list": district(only("wang", "chu")),
    "district_floor_new": district(
        AUTHORITY,
        do=AUTHORITY,
        at=lambda scene: {"body": "office", "name": "notice_hours"},
        body=lambda scene: asked(value="72"),
    ),
    "district_floor_edit": district(
        AUTHORITY, do=AUTHORITY, at=one("district_floor"), body=lambda scene: asked(value="96")
    ),
    "district_calendar": district(only("wang", "chu")),
    "district_calendar_mark": Door(
        lambda scene: {"authority": "district"}, only("chu"), only("chu"), body=lambda scene: marked()
    ),
    "district_calendar_unmark": Door(
        lambda scene: {"authority": "district"}, None, only("chu"), body=lambda scene: {"pk": scene.district_day.pk}
    ),
}
