"""Jobs dealt out to processes, stopped as a person does: Ctrl-C in the terminal, which all of them hear."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from core.weights import ROOT

SCRIPT = """
import click, sys, time
from pathlib import Path
from core.cli.run import run_command
from core.media.atomic import atomic_write
from core.processes import worker_processes

def slow(folder):
    with atomic_write(folder / "half.bin") as temporary:
        temporary.write_bytes(b"half")
        (folder / "started").touch()
        time.sleep(60)

@click.command()
@click.argument("folder", type=Path)
def main(folder):
    with worker_processes(2) as pool:
        pool.submit(slow, folder).result()

if __name__ == "__main__":
    run_command(main)
"""


@pytest.mark.skipif(os.name != "posix", reason="a terminal's Ctrl-C is sent to a process group")
def test_ctrl_c_ends_the_processes_at_once_in_one_sentence(tmp_path: Path) -> None:
    script, out = tmp_path / "script.py", tmp_path / "out"
    script.write_text(textwrap.dedent(SCRIPT), encoding="utf-8")
    out.mkdir()
    command = [sys.executable, str(script), str(out)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True) as job:
        end = time.monotonic() + 60
        while not (out / "started").exists():
            assert time.monotonic() < end and job.poll() is None
            time.sleep(0.05)
        os.killpg(job.pid, signal.SIGINT)
        said = job.communicate(timeout=30)[1]
    assert said.strip() == "Error: Interrupted; nothing partial was left." and job.returncode == 130
    assert [path.name for path in out.iterdir()] == ["started"]
