"""The doors of rectification, on both sides. As in tests/doors.py."""

from tests.opening import INSPECTOR, READERS, SCHOOL, Door, district, of, one, only, school

DIRECTS = only("zhao", "qian", "zheng")

RECTIFICATION: dict[str, Door] = {
    "rectification_list": district(),
    "rectification_sheet": district(),
    "rectification_print": district(),
    "rectification_new": district(query="school=shifan", do=INSPECTOR, body=lambda scene: {"school": "shifan"}),
    "rectification_add": district(do=INSPECTOR, at=of("notices", "draft"), writes=False),
    "rectification": district(do=INSPECTOR, at=of("notices", "draft"), writes=False),
    "rectification_drop": district(None, do=INSPECTOR, at=of("notices", "draft")),
    "rectification_preview": district(at=of("notices", "draft")),
    "problem": district(at=of("problems", "closed")),
    "problem_act": district(None, do=INSPECTOR, at=of("problems", "answered", verb="close_problem")),
    "school_rectification_list": school(),
    "school_rectification_sheet": school(),
    "school_rectification_print": school(),
    "school_rectification": school(at=of("notices", "issued")),
    "rectification_receive": school(None, SCHOOL, of("notices", "issued")),
    "rectification_pdf": school(at=of("notices", "issued")),
    "rectification_word": school(at=of("notices", "issued")),
    "school_problem": school(at=of("problems", "answered")),
    "school_problem_act": school(
        None,
        DIRECTS,
        of("problems", "open", verb="assign_problem"),
        body=lambda scene: {"leader": scene.cast.li.pk, "department": "党办"},
    ),
    "school_problem_answer": school(
        READERS, DIRECTS, of("problems", "open"), body=lambda scene: {"text": "已经改正。"}
    ),
    "evidence": school(at=one("evidence")),
}
