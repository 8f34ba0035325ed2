"""The same seed gives the same bits: what docs/reproducibility.md promises, for whole trainings and predictions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests import hashes
from tests.native.aarch64 import loop, qemu
from tests.support.close import assert_close
from tests.support.kernels import assert_same_bits, machine_of

every_net = pytest.mark.parametrize("name", hashes.NETS)
PAGE = Path(__file__).parents[1] / "docs" / "reproducibility.md"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("FULLSTRIDE_TARGET", "FULLSTRIDE_NUM_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.delenv(variable, raising=False)


def test_every_net_has_a_committed_hash() -> None:
    assert hashes.golden().keys() == hashes.NETS.keys(), "python -m tests.hashes --refresh"
    assert len(set(hashes.golden().values())) == len(hashes.NETS)


@every_net
@pytest.mark.parametrize("target", hashes.TARGETS)
def test_the_committed_bits_on_every_target_with_any_number_of_threads(
    name: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine_of(target)
    monkeypatch.setenv("FULLSTRIDE_TARGET", target)
    found = {
        threads: hashes.hash_of(hashes.trained(hashes.NETS[name], threads)) for threads in hashes.THREADS
    }
    assert found == dict.fromkeys(hashes.THREADS, hashes.golden()[name]), (
        "if the order of summation was changed on purpose: python -m tests.hashes --refresh"
    )


def test_another_process_has_the_same_bits() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.hashes", "tiny"],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == ["tiny", hashes.golden()["tiny"], "as", "committed"]


@pytest.mark.parametrize("threads", [1, 3])
def test_aarch64_has_the_same_bits(threads: int, tmp_path: Path) -> None:
    """A hundred steps under qemu-user."""
    if missing := qemu.missing_tools():
        say = pytest.fail if qemu.required() else pytest.skip
        say(f"{', '.join(missing)} not found (Debian: qemu-user, gcc-aarch64-linux-gnu)")
    found = loop.emulated_hash(hashes.NETS["tiny"], qemu.Workshop(tmp_path), threads)
    assert found == hashes.golden()["tiny"]


@every_net
@pytest.mark.parametrize("threads", [1, 2])
def test_an_image_alone_and_in_any_batch(name: str, threads: int) -> None:
    net = hashes.NETS[name]
    network, X = net.make(net.shape, hashes.CLASSES), hashes.images(net, 64)[0]
    together = network.predict_proba(X, threads=threads)
    for first, count in ((0, 1), (1, 1), (63, 1), (0, 3), (30, 3), (61, 3), (0, 63)):
        alone = network.predict_proba(X[first : first + count], threads=threads)
        assert_same_bits(alone, together[first : first + count])


def test_the_steps_agree_within_the_tolerance_that_is_promised() -> None:
    net = hashes.NETS["tiny"]
    X, y = hashes.images(net, 60)
    native, steps = (net.make(net.shape, hashes.CLASSES) for _ in range(2))
    native.fit(X, y, batch_size=25, lr=0.01)
    steps.fit(X, y, batch_size=25, lr=0.01, engine="steps")
    for name, value in native.parameters.items():
        assert_close(value, steps.parameters[name], rtol=1e-4, atol=1e-5)


def test_training_learns_what_there_is_to_learn() -> None:
    """A hash of a network that has not moved, or has burst, would promise little."""
    net = hashes.NETS["tiny"]
    before, after = net.make(net.shape, hashes.CLASSES), hashes.trained(net)
    X, y = hashes.images(net)
    assert after.score(X, y) > before.score(X, y) + 0.2
    assert all(np.isfinite(value).all() for value in after.parameters.values())


def test_a_single_bit_changes_the_hash() -> None:
    network = hashes.NETS["tiny"].make((8, 8, 1), hashes.CLASSES)
    before = hashes.hash_of(network)
    weight = network.parameters["conv1.W"]
    weight.flat[0] = np.nextafter(weight.flat[0], np.float32(9))
    assert hashes.hash_of(network) != before


def test_the_page_names_the_commands() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for command in (
        "python -m tests.hashes",
        "python -m tests.hashes --refresh",
        "python -m tests.native.aarch64",
    ):
        assert command in text
