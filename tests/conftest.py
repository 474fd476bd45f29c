"""Shared by all tests: the sample pictures, one loaded pipeline a process, and no silent skips."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from core import Reenactor
from core.bench import measure
from core.media.read_image import read_image
from core.pipeline.encoded import EncodedFace
from core.pipeline.samples import sample_driving, sample_source
from tests import guard

ALLOWED_SKIPS = ("no CUDA device", "no requirements-eval.txt", "no Xvfb and xdotool", "no seccomp", "no mounts",
                 "no glibc")  # fmt: skip


def pytest_configure() -> None:
    """Two test processes on two cores: one thread each is faster than four that fight."""
    torch.set_num_threads(1)
    guard.install()
    # what is kept for the user (the signing certificate, choices) is no business of tests
    kept = tempfile.mkdtemp(prefix="mimesh-tests-")
    atexit.register(shutil.rmtree, kept, ignore_errors=True)
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        os.environ[name] = kept


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew-goldens", action="store_true", help="Write the pictures of the window anew.")


@pytest.fixture
def renew_goldens(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--renew-goldens"))


@pytest.fixture
def short_bench(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bench with few pictures of each kind: every row is there, the numbers are worth little."""
    for name, value in (("FILM_FRAMES", 2), ("FILM_RUNS", 2), ("MANY", 2)):
        monkeypatch.setattr(measure, name, value)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """A skip that was not announced is a failure: what is not run proves nothing."""
    report = yield
    if (
        report.skipped
        and not hasattr(report, "wasxfail")
        and not any(why in str(report.longrepr) for why in ALLOWED_SKIPS)
    ):
        report.outcome = "failed"
    return report


@pytest.fixture(scope="session")
def reenactor() -> Reenactor:
    """By geometry alone: what it promises holds to the bit, whichever weights are the default."""
    return Reenactor.load("cpu", "geometric")


@pytest.fixture(scope="session")
def collins() -> np.ndarray:
    return read_image(sample_source()).pixels


@pytest.fixture(scope="session")
def driver() -> np.ndarray:
    return read_image(sample_driving()).pixels


@pytest.fixture(scope="session")
def source(reenactor: Reenactor, collins: np.ndarray) -> EncodedFace:
    return reenactor.encode_source(collins)


@pytest.fixture(scope="session")
def driving(reenactor: Reenactor, driver: np.ndarray) -> EncodedFace:
    return reenactor.encode_driving(driver)
