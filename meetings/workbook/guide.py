"""填写说明: the first sheet, for whoever fills the others. It also says whose workbook this is."""

from typing import Any

from governance.rules import facts

from .layout import LEFT_OUT, MOST_LINES, SHEETS

SCHOOL, CODE = "学校", "学校代码"
HOW = (
    "每张表第一行是列名，请不要改列名；红底的列必填，其余不知道的留空，不要猜。点到格子里会有提示和下拉。",
    "先填“人员与任职”“事项”“会议”，后面几张表里的姓名、事项、会议就能从下拉中选。",
    "日期写成 2025-03-05，时间写成 2025-03-05 15:00（北京时间，24 小时制）；金额以元计，也可写 12万元。",
    "同名的人、同名的事项，写成“姓名（编号）”“名称（编号）”，编号在各表最后一列。",
    "系统中已经有的记录，表格里可以照样留着：不会重复登记，也不会被改写。要更正的请在系统中办理。",
    "填好后在系统“导入导出”页上传：先核对，有错的格子会标出来并说明原因；确认后才登记。",
    f"一个表格最多 {MOST_LINES} 行、10 MB。本系统不得处理涉密信息。",
)


def write(formats: Any, at: Any, school: facts.School, period: str, lost: list[str]) -> None:
    at.hide_gridlines(2)
    at.set_column(0, 0, 18)
    at.set_column(1, 1, 92)
    title, label = formats.of(bold=True, font_size=16), formats.of(bold=True, valign="top")
    text, quiet = (
        formats.of(text_wrap=True, valign="top"),
        formats.of(text_wrap=True, valign="top", font_color="#4b5565"),
    )
    at.set_row(0, 32)
    at.write_string(0, 0, "学校会议登记表", title)
    row = 1
    for name, said in (
        (SCHOOL, school.name),
        (CODE, school.code),
        ("内容", period or "空白表，已填好本校现有的人员和任职"),
    ):
        at.write_string(row, 0, name, label)
        at.write_string(row, 1, said, text)
        row += 1
    row += 1
    for number, said in enumerate(HOW):
        at.write_string(row, 0, "" if number else "怎样填", label)
        at.write_string(row, 1, f"{number + 1}. {said}", text)
        at.set_row(row, 33 if len(said) > 52 else 18)
        row += 1
    row += 1
    for number, sheet in enumerate(SHEETS):
        at.write_string(row, 0, "" if number else "有哪些表", label)
        at.write_string(row, 1, f"{sheet.title}：{sheet.purpose}", text)
        row += 1
    row += 1
    for number, said in enumerate([LEFT_OUT, *(f"{each}。" for each in lost)]):
        at.write_string(row, 0, "" if number else "表里没有的", label)
        at.write_string(row, 1, said, quiet)
        row += 1
    at.set_landscape()
    at.fit_to_pages(1, 0)
