"""The catalogue of matters: what is reserved to the party meeting, and what must come before it.

Its rows are dated. The first edition stands from the first day there is (``date.min``): the Opinion
bound nobody to a list, and a dossier may reach back before it. A school's own row for a code below can only add to it; a
row for a code of the school's own stands as it says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from governance.rules.facts import CatalogueRow

BY_AMOUNT = "F01"
"""The one category that is reserved only from the school's large sum on."""

PERSONNEL = "H"
"""The class of matters that two thirds have to be there for, whatever a school says."""

CLASSES = {
    "D": "重大决策",
    "H": "重要人事任免",
    "P": "重大项目安排",
    "F": "大额资金使用",
    "G": "一般事项",
}
MARKS = {
    "J1": "听取教职工意见",
    "J2": "教代会讨论通过",
    "E": "专家评估",
    "L": "法律审查",
    "N": "酝酿",
    "G": "公示",
}
ROUTES = {"P": "党组织会议", "A→P": "校长办公会议先行研究", "A": "校长办公会议"}


@dataclass(frozen=True, slots=True)
class Category:
    """A row of the catalogue as it stands on a day."""

    code: str
    title: str
    route: str
    marks: frozenset[str]
    reserved: bool
    two_thirds: bool = False
    by_amount: bool = False

    @property
    def letter(self) -> str:
        """The class: D, H, P, F or G, or the first letter of a school's own code."""
        return self.code[0]


_ROWS = """
D01 P   传达落实上级重要精神和决策部署
D02 A→P 发展规划、办学理念 J1 E
D03 A→P 学校章程、基本管理制度 J1 L
D04 A→P 学年、学期、年度工作计划与总结 J1
D05 A→P 教育教学改革、专项改革方案 J1 E
D06 A→P 内设机构设置与调整
D07 A→P 年度预算、决算、预算调整 J1
D08 A→P 绩效工资、校内分配方案、福利 J2
D09 A→P 聘任、考核、奖惩办法 J2
D10 A→P 职称评审方案与人选 J1 G
D11 A→P 评优评先、表彰 G
D12 A→P 招生方案、办学规模、校区调整 J1
D13 P   党建、意识形态、德育、师德师风重要部署
D14 A→P 安全稳定、重大突发事件处置
D15 A→P 重大违纪、处分 L
D16 A→P 教师招聘、引进、解聘方案 L
D17 A→P 教育收费、课后服务、食堂等 J1 G
D18 A→P 重要合同、协议、对外合作 L
D19 A→P 校园规划、资源调整 E
H01 P   中层干部任免、调整 N G
H02 P   年级组长、教研组长及骨干任免 N G
H03 P   后备干部推荐 N
H04 P   推荐校级领导人选 N
H05 P   班子成员分工 N
H06 P   干部考核等次、奖惩 N G
H07 P   党代表、代表委员、先进人选推荐 N G
P01 A→P 基本建设立项、新建改扩建 E
P02 A→P 年度维修计划、较大修缮 E
P03 A→P 大宗设备、服务采购 E
P04 A→P 信息化项目 E
P05 A→P 重要资产处置 E L
P06 A→P 办学资源配置 E
P07 A→P 合作办学、联合体、集团化 L
P08 A→P 校服、食堂、教辅、研学等委托服务选定 J1 G
F01 A→P 预算内大额支出（达到起点金额）
F02 A→P 超预算、预算外支出 E
F03 A→P 对外捐赠、赞助 L
F04 A→P 专项资金安排与调整
F05 A→P 借款、投资、担保 L
G   A   一般事项（不属“三重一大”）
"""


def _category(line: str) -> Category:
    code, route, title, *marks = line.split()
    return Category(
        code,
        title,
        route,
        frozenset(marks),
        reserved=code not in ("G", BY_AMOUNT),
        by_amount=code == BY_AMOUNT,
    )


_EDITIONS = {date.min: _ROWS}
"""A change of the law is one more edition, from its day: the rows that it changes or adds, and no others."""

Dated = tuple[tuple[date, Category], ...]


def _dated(editions: dict[date, str]) -> dict[str, Dated]:
    dated: dict[str, Dated] = {}
    for since in sorted(editions):
        for category in map(_category, editions[since].strip().splitlines()):
            dated[category.code] = (*dated.get(category.code, ()), (since, category))
    return dated


DATED = _dated(_EDITIONS)
"""Each code's rows of the default catalogue with the day from which each stands, the earliest first."""

DEFAULT: dict[str, Category] = {code: rows[-1][1] for code, rows in DATED.items()}
"""The latest row of each code: what is offered and listed. What is judged goes by ``default_on``."""


def defaults_of(code: str) -> list[Category]:
    """Every row that a code ever had in the default catalogue."""
    return [category for _since, category in DATED.get(code, ())]


def default_on(code: str, day: date) -> Category | None:
    """The default catalogue's row of a code on a day."""
    for since, category in reversed(DATED.get(code, ())):
        if since <= day:
            return category
    return None


def _own(row: CatalogueRow) -> Category:
    return Category(
        row.code,
        row.title,
        row.route,
        frozenset(row.prior),
        reserved=row.reserved is not False,
        two_thirds=bool(row.two_thirds),
    )


def _stricter(category: Category, row: CatalogueRow) -> Category:
    return Category(
        category.code,
        category.title,
        category.route,
        category.marks | frozenset(row.prior),
        reserved=category.reserved or bool(row.reserved),
        two_thirds=bool(row.two_thirds),
        by_amount=category.by_amount and not row.reserved,
    )


def _later_and_stricter(row: CatalogueRow) -> tuple[date, bool, bool, list[str], str, str]:
    # no school enters two rows from one day; a file may have them, and its order decides nothing
    return row.since, row.reserved is not False, bool(row.two_thirds), sorted(row.prior), row.route, row.title


def category_on(rows: Iterable[CatalogueRow], code: str, day: date) -> Category | None:
    """The category of a code on a day; ``None`` for a school's own code before its first row."""
    standing = (row for row in rows if row.code == code and row.since <= day)
    latest = max(standing, key=_later_and_stricter, default=None)
    default = default_on(code, day)
    if latest is None:
        return default
    return _own(latest) if default is None else _stricter(default, latest)
