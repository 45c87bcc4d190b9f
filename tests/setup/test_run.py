"""bin/run ends what an earlier run left behind, and nothing else."""

import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from config.services import CHECKOUT


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """bin/run as a module, with its notes in a folder of our own."""
    monkeypatch.setattr(sys, "path", [str(CHECKOUT / "bin"), *sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader = SourceFileLoader("bin_run", str(CHECKOUT / "bin/run"))
    module = module_from_spec(spec_from_loader("bin_run", loader))
    loader.exec_module(module)
    module.RUN, module.LOCK = tmp_path, tmp_path / "lock"
    return module


def test_an_orphan_is_ended_and_a_stranger_with_its_number_is_not(run: ModuleType, tmp_path: Path) -> None:
    with (
        subprocess.Popen(["sleep", "60"], start_new_session=True) as orphan,
        subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger,
    ):
        (tmp_path / "web.pid").write_text(f"{orphan.pid} {run.born(orphan.pid)}")
        (tmp_path / "beat.pid").write_text(f"{stranger.pid} 1")
        run.end_all()
        assert orphan.wait(timeout=5) == -15
        assert stranger.poll() is None
        stranger.kill()
    assert not list(tmp_path.glob("*.pid"))


def test_a_second_run_of_the_same_checkout_is_seen(run: ModuleType) -> None:
    with run.only_one() as first, run.only_one() as second:
        assert first is not None
        assert second is None
    with run.only_one() as third:
        assert third is not None


def test_a_taken_port_is_said_with_a_way_out(run: ModuleType) -> None:
    with run.socket.create_server(("127.0.0.1", 0)) as taken:
        run.PORT = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"PORT={run.PORT + 1} make run"):
            run.check_port()
