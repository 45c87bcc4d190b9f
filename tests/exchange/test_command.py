"""``check_records``: findings to standard output, errors beside them, and a status that says it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.exchange.whole import TEXT, WHOLE, changed, drop, put

ON = "--on=2025-06-30"
BLOCKED = {"rule": "P-08", "meeting": "m1", "item": 1}


@pytest.fixture
def files(tmp_path, monkeypatch):
    """``files(a=value, b=text)``: files of these names in the working folder."""
    monkeypatch.chdir(tmp_path)

    def make(**contents) -> list[str]:
        for name, content in contents.items():
            text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
            Path(f"{name}.json").write_text(text)
        return [f"{name}.json" for name in contents]

    return make


@pytest.fixture
def run(capsys):
    """``run(…)``: the status, the lines of standard output and those of standard error."""

    def run(*arguments) -> tuple[int, list[str], list[str]]:
        status = 0
        try:
            call_command("check_records", *arguments)
        except SystemExit as left:
            status = left.code
        said = capsys.readouterr()
        return status, said.out.splitlines(), said.err.splitlines()

    return run


def private(value):
    return {**value, "school": {**value["school"], "ownership": "private"}}


def test_a_finding_is_a_line(files, run):
    status, out, err = run(*files(a=WHOLE), ON, "--format=json")
    assert status == 1 and err == []
    lines = [json.loads(line) for line in out]
    quorum = next(line for line in lines if line["rule"] == "P-04")
    assert quorum == {
        "file": "a.json",
        "rule": "P-04",
        "outcome": "broken",
        "mode": "block",
        "meeting": "m1",
        "item": 1,
        "matter": "course",
        "clause": "S(5)",
        "message": quorum["message"],
        "values": {"present": 1, "in_office": 2, "needed": 2},
    }
    assert list(quorum) == "file rule outcome mode meeting item matter clause message values".split()
    assert "依据《意见》（五）" in quorum["message"]
    assert {line["outcome"] for line in lines} == {"met", "broken", "unknown"}


def test_a_finding_names_what_it_looks_at(files, run):
    _, out, _ = run(*files(a=WHOLE), ON, "--format=json")
    named = {}
    for line in map(json.loads, out):
        named.setdefault(line["rule"], set()).add(
            " ".join(key for key in line if key in ("meeting", "item", "matter", "body"))
        )
    assert named["P-03"] == {"meeting item matter"} and named["P-01"] == {"meeting"}
    assert named["P-07"] == {"matter"} and named["G-04"] == {""} and named["G-01"] == {"body"}


def test_what_is_not_applicable_is_left_out_unless_it_is_asked_for(files, run):
    (file,) = files(a=WHOLE)
    _, short, _ = run(file, ON, "--format=json")
    _, whole, _ = run(file, ON, "--format=json", "--all")
    assert '"not_applicable"' in "".join(whole) and '"not_applicable"' not in "".join(short)
    assert [line for line in whole if '"not_applicable"' not in line] == short


def test_the_day_of_the_check_is_todays_or_the_one_given(files, run):
    (file,) = files(a=changed(drop("/meetings/0/items/0/done_on")))
    told = {}
    for on in ("2025-04-01", "2025-04-02"):
        _, out, _ = run(file, f"--on={on}", "--format=json")
        told[on] = [line["outcome"] for line in map(json.loads, out) if line["rule"] == "R-14"]
    assert told == {"2025-04-01": [], "2025-04-02": ["broken"]}
    _, out, _ = run(file, "--format=json")
    assert any(line["rule"] == "R-14" for line in map(json.loads, out))


def test_a_school_that_the_opinion_binds_by_reference_is_not_blocked(files, run):
    status, out, _ = run(*files(a=private(WHOLE)), ON, "--format=json")
    assert status == 0
    assert {line["mode"] for line in map(json.loads, out)} == {"warn", "info"}


def test_a_faulty_file_stands_beside_good_ones(files, run):
    bad = changed(put("/meetings/0/starts_at", "2025-03-05"), put("/people/0/name", ""))
    status, out, err = run(*files(a=private(WHOLE), b=bad, c=WHOLE), "missing.json", ON, "--format=json")
    assert status == 2 and err == []
    lines = [json.loads(line) for line in out]
    assert [line["file"] for line in lines] == sorted(line["file"] for line in lines)
    assert {line["file"] for line in lines if "rule" in line} == {"a.json", "c.json"}
    errors = [line for line in lines if "rule" not in line]
    assert [list(line) for line in errors] == [["file", "pointer", "error"]] * 3
    assert [(line["file"], line["pointer"]) for line in errors] == [
        ("b.json", "/people/0/name"),
        ("b.json", "/meetings/0/starts_at"),
        ("missing.json", ""),
    ]
    assert "应为带时差的时间" in errors[1]["error"] and "实际是“2025-03-05”" in errors[1]["error"]


def test_findings_do_not_depend_on_the_files_beside(files, run):
    a, b = files(a=WHOLE, b=private(WHOLE))
    _, together, _ = run(a, b, ON, "--format=json")
    _, turned, _ = run(b, a, ON, "--format=json")
    alone = [run(each, ON, "--format=json")[1] for each in (a, b)]
    assert together == alone[0] + alone[1] and turned == alone[1] + alone[0]


def test_as_text_findings_go_out_and_errors_beside(files, run):
    status, out, err = run(*files(a=private(WHOLE), b="{"), ON)
    assert status == 2
    assert all(line.startswith("a.json：") for line in out)
    assert any(line.startswith("a.json：P-04 不符合（提醒） m1 第 1 项 course：") for line in out)
    assert any(line.startswith("a.json：P-21 符合 m1 第 1 项 course：") for line in out)
    assert "须改正 0" in out[-1]
    assert err[0].startswith("b.json：整个文件：不是合法的 JSON：第 1 行第 2 列")
    assert err[-1] == "b.json：不能读取，共 1 处错误"


def test_a_folder_and_a_wrong_day_are_refused(files, run, tmp_path):
    status, _, err = run(str(tmp_path))
    assert status == 2 and "这是文件夹" in err[0]
    with pytest.raises(CommandError, match="不是日期"):
        call_command("check_records", *files(a=WHOLE), "--on=30.6.2025")


def test_a_bar_is_shown_to_whoever_waits_at_a_terminal(files, run, monkeypatch):
    monkeypatch.setattr("accounts.progress._is_terminal", lambda stream: True)
    (file,) = files(a=WHOLE)
    assert run(file, ON)[2] == []  # nobody waited
    monkeypatch.setattr("accounts.progress.PATIENCE", 0)
    _, out, err = run(file, ON)
    assert "检查" in "".join(err) and "█" in "".join(err) and "█" not in "".join(out)


def test_no_database_is_asked(files):
    """Neither this one's nor any: the command runs where none can be reached or started."""
    (file,) = files(a=TEXT)
    root = Path(__file__).parents[2]
    elsewhere = {"DATABASE_URL": "postgresql:///none?host=/nowhere", "REDIS_URL": "redis://nowhere", "PATH": "/nowhere"}
    program = [sys.executable, str(root / "manage.py"), "check_records", file, ON, "--format=json"]
    done = subprocess.run(program, env=elsewhere, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout.splitlines()[0])["file"] == "a.json" and done.stderr == ""
