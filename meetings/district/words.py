"""What the generated schools are called, who works there and what they decide about. All invented."""

import random
from collections.abc import Sequence
from typing import TypeVar

from ..demo.texts import LEAVE, TEXTS, VIEWS, Text

T = TypeVar("T")

COUNTIES = (
    "东澜", "西屏", "南渡", "北栈", "云岭", "清溪", "望江", "石桥", "柳湾", "梅川", "松林", "竹溪", "兰亭", "桂岭", "枫桥", "荷塘",
    "杏坪", "桃源", "榆关", "槐安",
)  # fmt: skip
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
GIVEN = "嘉明思远雨晨子涵欣怡宇轩浩然梓萱诗涵俊杰雅婷志强建国秀英海燕晓东春梅立新文博安宁書瑶若溪景行知秋长风慧敏永康国栋玉兰振华素琴德厚鹏飞静姝怀瑾清扬望舒云起亦凡庭芳可欣书瑶".replace(
    "書", "书"
)
PLACES = (
    "东校区",
    "西校区",
    "南楼",
    "北楼",
    "综合楼",
    "体育馆",
    "食堂",
    "图书馆",
    "实验楼",
    "宿舍区",
    "操场",
    "报告厅",
)
GRADES = (
    "一年级",
    "二年级",
    "三年级",
    "毕业年级",
    "各年级",
    "全校",
    "教研组",
    "后勤处",
    "德育处",
    "总务处",
    "信息中心",
    "团队室",
)
DONE = ("安排", "检修", "采购", "培训", "检查", "评比", "展示", "整理", "维护", "活动", "演练", "值守")
THINGS = (
    "教室灯具", "办公用品", "体育器材", "课后服务", "家长会", "期中检测", "校园广播", "消防设施", "食堂卫生", "图书借阅", "校车线路", "社团课程",
    "班主任会", "教师外出学习", "学生体检", "运动会", "艺术节", "读书节", "防溺水教育", "心理辅导", "网络设备", "门禁系统", "绿化养护", "垃圾分类",
    "劳动实践", "研学活动", "课桌椅", "饮水设备", "监控设备", "实验药品", "档案室", "值班值守", "节能用电", "校服发放", "教材发放", "宿舍管理",
)  # fmt: skip
STUDIES = (
    "师德师风建设的规定", "安全工作会议精神", "党风廉政建设的要求", "教师队伍建设的文件", "作业管理的规定", "学生心理健康工作的要求", "校园食品安全的通知",
    "规范办学行为的通知", "招生工作的政策", "课程改革的文件", "劳动教育的意见", "财务管理的规定", "意识形态工作的要求", "统战工作的部署", "群团工作的意见",
    "科学教育的意见", "资助工作的政策", "保密工作的规定",
)  # fmt: skip
FIRMS = "启明|绿野|安泰|清禾|讯达|文汇|恒信|博雅|金穗|天成|永固|嘉禾|华晟|宏图|远景|三合|新元|同德|广济|立方|百川|和顺|中远|东篱".split(
    "|"
)
TRADES = "教学仪器公司|园林服务部|管道工程队|农产品配送中心|电子服务部|办公用品店|建筑装饰公司|图书发行部|印务公司|物业公司|体育用品公司|软件公司|检测技术公司|消防工程公司|家具厂|服装厂".split(
    "|"
)
ROOMS = {"party": "党员活动室", "office": "行政楼二楼会议室"}
SAID = tuple(view for view in VIEWS if len(view) < 20) + ("同意。", "赞成。", "没有意见。", "同意，抓紧办理。")
OBJECTS = "保留意见，单价偏高，建议再核。"
INSTEAD = {
    "deferred": "材料还不充分，会议决定缓议，补充后再议。",
    "rejected": "会议未予通过。",
    "referred": "",
}  # of the decision
HEARD = ("会议听取了情况。", "已知悉，按要求落实。", "")
AWAY = LEAVE

HAS_A_ROUTE = {"H", "G"}
OWN = [text for text in TEXTS if text.category in ("D01", "D13")]
PERSONNEL = [text for text in TEXTS if text.category.startswith("H")]
BOTH = [
    text for text in TEXTS if text not in OWN and text.category[0] not in HAS_A_ROUTE and text.share not in (0.05, 0.08)
]
UNMARKED = [text for text in TEXTS if text.category in ("D06", "D14", "F04")]
RESERVED = [text for text in TEXTS if text.category in ("D06", "D14", "D18", "D19", "F04")]
STUDIED = [text for text in TEXTS if text.category == "D01"]
EMERGENCY = next(text for text in TEXTS if text.category == "D14")


def one(chance: random.Random, among: Sequence[T]) -> T:
    return among[int(chance.random() * len(among))]


def name(chance: random.Random) -> str:
    given = one(chance, GIVEN) + (one(chance, GIVEN) if chance.random() < 0.8 else "")
    return one(chance, SURNAMES) + given


def firm(chance: random.Random) -> str:
    return one(chance, FIRMS) + one(chance, TRADES)


def titled(chance: random.Random, text: Text, year: int) -> str:
    return f"{text.title}（{year}年{one(chance, PLACES)}）"


def everyday(chance: random.Random) -> str:
    return f"{one(chance, GRADES)}{one(chance, THINGS)}{one(chance, DONE)}"
