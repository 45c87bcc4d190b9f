"""How bin/setup and bin/run do one thing after another in front of a person. Standard library only."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

CHECKOUT = Path(__file__).resolve().parent.parent
VAR = CHECKOUT / "var"
LOGS = VAR / "log"


class StepFailed(Exception):
    """A tool failed; its words are at the end of the log."""


def step(
    title: str, *command: str | Path, log: Path, env: dict[str, str] | None = None, output: IO[str] | None = None
) -> None:
    """Run a tool in the checkout, showing the seconds it takes. Raises StepFailed.

    Its noise goes to ``log``; what it prints goes to ``output`` instead, where given.
    """
    live, began = sys.stdout.isatty(), time.monotonic()
    print(f"· {title} ……", end="", flush=True)
    with open(log, "a") as noise:
        print(f"\n$ {' '.join(map(str, command))}", file=noise, flush=True)
        tool = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=output or noise,
            stderr=noise,
            env={**os.environ, **(env or {})},
        )
        while True:
            try:
                code = tool.wait(timeout=1)
                break
            except subprocess.TimeoutExpired:
                if live:
                    print(f"\r· {title} …… {time.monotonic() - began:.0f} 秒", end="", flush=True)
    print(f"\r· {title} ……" if live else "", f"{time.monotonic() - began:.1f} 秒", flush=True)
    if code:
        raise StepFailed(f"{Path(command[0]).name} 返回 {code}")


def show_end(log: Path, lines: int = 15) -> None:
    """Print the last lines of a log, indented, under its name."""
    print(f"  {log.relative_to(CHECKOUT)} 末尾:")
    for line in log.read_text(errors="replace").splitlines()[-lines:]:
        print("  |", line, flush=True)
