"""A progress bar for whoever waits at a terminal: only there, and only after a second."""

import time
from typing import Any

WIDTH = 30
PATIENCE = 1.0  # seconds


class Progress:
    """``with Progress("导入 a.json", stream) as progress: progress.at(done, of)``. Leaves a clean line behind."""

    def __init__(self, what: str, stream: Any) -> None:
        self.what, self.stream = what, stream
        self.shown = False
        self.since = self.last = time.monotonic()

    def __enter__(self) -> "Progress":
        return self

    def at(self, done: int, of: int) -> None:
        now = time.monotonic()
        if not _is_terminal(self.stream) or now - self.since < PATIENCE or (now - self.last < 0.1 and done < of):
            return
        self.last, self.shown = now, True
        filled = WIDTH * done // of if of else 0
        self.stream.write(f"\r{self.what} {'█' * filled}{'·' * (WIDTH - filled)} {done}/{of}", ending="")
        self.stream.flush()

    def clear(self) -> None:
        """Out of the way of what is printed next."""
        if self.shown:
            self.stream.write("\r\033[K", ending="")
            self.stream.flush()
            self.shown = False

    def __exit__(self, *_raised: Any) -> None:
        self.clear()


def _is_terminal(stream: Any) -> bool:
    return bool(getattr(stream, "isatty", lambda: False)())
