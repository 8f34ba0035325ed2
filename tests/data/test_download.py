"""Downloads, from a server of this machine that behaves as servers do: well, badly, and not at all."""

from __future__ import annotations

import gzip
import os
import re
import resource
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fullstride.data import download, load
from fullstride.data.known import IDX_FILES, KNOWN
from fullstride.errors import DataError, FileFormatError, OutputError
from tests.support.loopback import Answer, closed_port, serving
from tests.support.small_sets import emnist_zip, four_files, serve_set

FILES = {
    f"{name}.gz": gzip.compress(content, compresslevel=0, mtime=0)
    for name, content in zip(IDX_FILES, four_files((28, 28)), strict=True)
}
"""A small set of four files, as they lie on a server."""
FIRST, *OTHERS = FILES
LARGE = gzip.compress(np.random.default_rng(0).bytes(300_000), mtime=0)
"""What comes in several pieces."""


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """The cache folder, which does not exist yet."""
    monkeypatch.setenv("FULLSTRIDE_DATA_DIR", str(tmp_path / "a" / "cache"))
    return tmp_path / "a" / "cache"


@pytest.fixture
def server():
    with serving(FILES) as running:
        yield running


def whole(home: Path, name: str = "mnist") -> list[str]:
    """The files in the cache that count; what is hidden does not."""
    return sorted(path.name for path in (home / name).iterdir() if not path.name.startswith("."))


def reason_of(address: str, name: str = "mnist") -> str:
    """Why `address`, the only mirror, does not give the first file."""
    with pytest.raises(DataError) as caught:
        load(name)
    first = KNOWN[name].downloads[0].name
    found = re.fullmatch(
        rf"{name}: {first} cannot be downloaded \({re.escape(address)}[^:]*: (.*)\); put it into .*",
        str(caught.value),
    )
    assert found, caught.value
    return found.group(1)


def test_once_and_never_again(home, server, monkeypatch):
    serve_set(monkeypatch, "mnist", FILES, [server.url])
    data = load("mnist")
    assert data.X_train[1, 0, :5, 0].tolist() == [(784 + w) % 251 for w in range(5)]
    assert (data.y_train.tolist(), data.y_test.tolist()) == ([0, 1, 2, 3, 0, 1], [0, 1, 2, 3])
    assert server.asked == list(FILES)
    assert {name: (home / "mnist" / name).read_bytes() for name in whole(home)} == FILES
    assert not list((home / "mnist").glob(".download-*"))
    again = load("mnist")
    assert server.asked == list(FILES)
    assert np.array_equal(data.X_train, again.X_train)
    assert np.array_equal(load("mnist", home).X_train, data.X_train), "the cache folder serves as a data_dir"


def test_only_what_is_missing_is_asked_for(home, server, monkeypatch):
    serve_set(monkeypatch, "mnist", FILES, [server.url])
    (home / "mnist").mkdir(parents=True)
    (home / "mnist" / OTHERS[0]).write_bytes(FILES[OTHERS[0]])  # put there by hand
    load("mnist")
    assert server.asked == [FIRST, *OTHERS[1:]]


def test_splits_of_emnist_share_a_download(home, monkeypatch):
    files = {"gzip.zip": emnist_zip("letters", "digits")}
    with serving(files) as server:
        for name in ("emnist-letters", "emnist-digits"):
            serve_set(monkeypatch, name, files, [server.url])
            assert load(name).y_train.tolist() == [0, 1, 2, 3, 0, 1]
    assert server.asked == ["gzip.zip"]
    assert whole(home, "emnist") == ["gzip.zip"]


def test_a_checksum_is_made_once(home, server, monkeypatch):
    serve_set(monkeypatch, "mnist", FILES, [server.url])
    made = []
    actual = download.hashlib.file_digest
    monkeypatch.setattr(download.hashlib, "file_digest", lambda *a: made.append(a[0].name) or actual(*a))
    load("mnist")
    load("mnist")
    assert made == []
    path = home / "mnist" / FIRST
    os.utime(path, ns=(1, 1))
    load("mnist")
    load("mnist")
    assert made == [str(path)], "the file was touched"


@pytest.mark.parametrize(
    "change", [lambda body: body[:-1] + b"\7", lambda body: body[:100], lambda body: b""]
)
def test_a_file_that_was_changed_is_downloaded_again(home, server, monkeypatch, change):
    serve_set(monkeypatch, "mnist", FILES, [server.url])
    load("mnist")
    path = home / "mnist" / FIRST
    path.write_bytes(change(FILES[FIRST]))
    os.utime(path, ns=(5, 5))
    server.asked.clear()
    load("mnist")
    assert server.asked == [FIRST]
    assert path.read_bytes() == FILES[FIRST]


def test_a_changed_file_stays_where_it_cannot_be_downloaded(home, monkeypatch):
    address = closed_port()
    serve_set(monkeypatch, "mnist", FILES, [address])
    (home / "mnist").mkdir(parents=True)
    (home / "mnist" / FIRST).write_bytes(b"mine")
    with pytest.raises(DataError, match=r"\(the file that is there has another checksum; http.*refused\)"):
        load("mnist")
    assert (home / "mnist" / FIRST).read_bytes() == b"mine"


def test_a_cache_that_can_only_be_read_serves(home, server, monkeypatch):
    serve_set(monkeypatch, "mnist", FILES, [server.url])
    load("mnist")
    for note in (home / "mnist").glob(".*.md5"):
        note.unlink()
        note.mkdir()  # so that none can be written
    load("mnist")
    assert server.asked == list(FILES)


def test_progress(server, monkeypatch):
    server.answers[FIRST] = Answer(LARGE)
    server.answers[OTHERS[0]] = Answer(FILES[OTHERS[0]], length=-1)
    files = {**FILES, FIRST: LARGE}
    serve_set(monkeypatch, "mnist", files, [server.url])
    calls = []
    with pytest.raises(FileFormatError, match="not an IDX file"):
        load("mnist", progress=lambda *call: calls.append(call))
    of_first = [call for call in calls if call[2] == FIRST]
    assert len(of_first) >= 4
    assert [call[0] for call in of_first] == sorted({call[0] for call in of_first})
    assert {call[1] for call in of_first} == {len(LARGE)}
    assert of_first[-1][0] == len(LARGE)
    assert [call for call in calls if call[2] == OTHERS[0]] == [(len(FILES[OTHERS[0]]), None, OTHERS[0])]
    assert list(dict.fromkeys(call[2] for call in calls)) == list(FILES)


def test_a_declared_encoding_is_not_undone(server, monkeypatch):
    """Servers declare `.gz` files so, and whoever believes them gets another file than lies there."""
    for name, body in FILES.items():
        server.answers[name] = Answer(
            body, headers={"Content-Encoding": "x-gzip", "Content-Type": "text/plain"}
        )
    serve_set(monkeypatch, "mnist", FILES, [server.url])
    assert len(load("mnist").X_train) == 6


def test_a_redirection_is_followed(server, monkeypatch):
    server.answers["new"] = server.answers[FIRST]
    server.answers[FIRST] = Answer(b"moved", 302, headers={"Location": f"{server.url}new"})
    serve_set(monkeypatch, "mnist", FILES, [server.url])
    load("mnist")
    assert server.asked[:2] == [FIRST, "new"]


BAD = {
    "the server answers 404 Not Found": Answer(b"no", 404),
    "the server answers 500 Internal Server Error": Answer(b"no", 500),
    "broken off after 2,371 of 4,743 bytes": Answer(FILES[FIRST][:2371], length=4743),
    "broken off after 200,000 of 300,000 bytes": Answer(bytes(200_000), length=300_000),
    "wrong checksum, expected md5 [0-9a-f]{32}; got [0-9a-f]{32} of 2,398 bytes": Answer(
        FILES[FIRST][:2398], length=-1
    ),
    "wrong checksum, .*; got [0-9a-f]{32} of 20 bytes": Answer(b"<html>log in!</html>"),
    "wrong checksum, .* of 0 bytes": Answer(b""),
}


@pytest.mark.parametrize("reason", BAD)
def test_a_bad_mirror_is_followed_by_the_next(home, server, monkeypatch, reason):
    with serving({FIRST: b""}) as bad:
        bad.answers[FIRST] = BAD[reason]
        serve_set(monkeypatch, "mnist", FILES, [bad.url])
        assert re.fullmatch(reason, reason_of(bad.url))
        assert whole(home) == []
        assert not [path for path in (home / "mnist").iterdir() if path.is_dir()]
        serve_set(monkeypatch, "mnist", FILES, [bad.url, server.url])
        load("mnist")
        assert bad.asked == [FIRST, *FILES], "once for the error, then for each file"
    assert server.asked == list(FILES)
    assert whole(home) == sorted(FILES)


def test_the_sentence_says_why_and_what_to_put_where(home, monkeypatch):
    first, second = closed_port(), closed_port()
    serve_set(monkeypatch, "kmnist", FILES, [first, second])
    with pytest.raises(DataError) as caught:
        load("kmnist")
    assert str(caught.value) == (
        f"kmnist: {FIRST} cannot be downloaded ({first}{FIRST}: connection refused; "
        f"{second}{FIRST}: connection refused); put it into {home / 'kmnist'}, or all of "
        f"{', '.join(FILES)} into a folder that data_dir (--data-dir) names"
    )
    serve_set(monkeypatch, "emnist-mnist", {"gzip.zip": b""}, [first])
    with pytest.raises(DataError, match=r"put it into .*emnist, or gzip.zip into a folder that data_dir "):
        load("emnist-mnist")


def test_offline(monkeypatch):
    """As without a network: no name is known."""

    def unknown(host, *arguments, **more):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setenv("no_proxy", "*")
    serve_set(monkeypatch, "mnist", FILES, ["http://data.invalid/"])
    assert reason_of("http://data.invalid/") == "name or service not known"


def test_the_reason_is_not_that_of_an_error_before(monkeypatch):
    address = closed_port()
    serve_set(monkeypatch, "mnist", FILES, [address])
    try:
        raise KeyError("of the caller")
    except KeyError:
        assert reason_of(address) == "connection refused"


def test_a_server_that_falls_silent(server, monkeypatch):
    monkeypatch.setattr(download, "_TIMEOUT", (0.2, 0.2))
    server.answers[FIRST] = Answer(FILES[FIRST], wait=5)
    serve_set(monkeypatch, "mnist", FILES, [server.url])
    assert reason_of(server.url) == "timed out"
    server.answers[FIRST] = Answer(bytes(200_000), length=300_000, hold=5)
    assert re.fullmatch(
        "broken off after [0-9]{2,3},[0-9]{3} of 300,000 bytes: timed out", reason_of(server.url)
    )


def test_an_address_that_is_none(monkeypatch):
    known = serve_set(monkeypatch, "mnist", FILES, ["x"])
    downloads = tuple(replace(file, addresses=("http://[half/",)) for file in known.downloads)
    monkeypatch.setitem(KNOWN, "mnist", replace(known, downloads=downloads))
    assert "[half" in reason_of("http://[half/")


def test_ctrl_c_leaves_nothing(home, server, monkeypatch):
    files = {**FILES, FIRST: LARGE}
    server.answers[FIRST] = Answer(LARGE)
    serve_set(monkeypatch, "mnist", files, [server.url])

    def stop(done, total, name):
        if done > len(LARGE) // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load("mnist", progress=stop)
    assert list((home / "mnist").iterdir()) == []


@pytest.mark.parametrize("place", ["a", "a/cache", "a/cache/mnist"])
def test_a_file_where_the_folder_should_be(tmp_path, server, monkeypatch, place):
    serve_set(monkeypatch, "mnist", FILES, [server.url])
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"mine")
    with pytest.raises(OutputError, match=r"; FULLSTRIDE_DATA_DIR names another folder for downloads$"):
        load("mnist")
    assert path.read_bytes() == b"mine"
    assert server.asked == []


def test_a_folder_where_a_file_should_be(home, server, monkeypatch):
    serve_set(monkeypatch, "mnist", FILES, [server.url])
    (home / "mnist" / FIRST).mkdir(parents=True)
    sentence = rf"^cannot keep {FIRST} in .*mnist: is a directory; FULLSTRIDE_DATA_DIR names another folder"
    with pytest.raises(OutputError, match=sentence):
        load("mnist")


def test_a_full_disk(home, server, monkeypatch):
    """A limit on the size of files stands for the disk; no other mirror is asked, it would not help."""
    files = {**FILES, FIRST: LARGE}
    server.answers[FIRST] = Answer(LARGE)
    serve_set(monkeypatch, "mnist", files, [server.url, server.url])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(
            OutputError, match=rf"^cannot keep {FIRST} in .*mnist: file too large; FULLSTRIDE_DATA"
        ):
            load("mnist")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list((home / "mnist").iterdir()) == []
    assert server.asked == [FIRST]


PROCESS = """
import os, sys
from tests.data.test_download import FILES, FIRST, LARGE
from tests.support.small_sets import serve_set
from fullstride.data import load
import pytest

def progress(done, total, name):
    if sys.argv[2] == "killed":
        os._exit(9)

with pytest.MonkeyPatch.context() as patch:
    serve_set(patch, "mnist", FILES, [sys.argv[1]])
    print(load("mnist", progress=progress).X_train.sum())
"""


def started(url: str, kind: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROCESS, url, kind],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )


def test_a_killed_process_leaves_no_file_that_counts(home, server, monkeypatch):
    with started(server.url, "killed") as process:
        assert process.communicate()[0] == ""
    assert process.returncode == 9
    assert whole(home) == []
    assert len(list((home / "mnist").glob(f".download-*/{FIRST}"))) == 1, "it was killed in the middle"
    serve_set(monkeypatch, "mnist", FILES, [server.url])
    load("mnist")
    assert whole(home) == sorted(FILES)
    (left,) = (home / "mnist").glob(".download-*")  # another process may still write there
    os.utime(left, ns=(1, 1))
    (home / "mnist" / FIRST).unlink()
    load("mnist")
    assert not left.exists(), "a day later"


def test_two_processes_and_two_threads_at_once(home, server, monkeypatch):
    for name, body in FILES.items():
        server.answers[name] = Answer(body, wait=0.3)
    serve_set(monkeypatch, "mnist", FILES, [server.url])
    sums = []
    threads = [
        threading.Thread(target=lambda: sums.append(int(load("mnist").X_train.sum()))) for _ in range(2)
    ]
    with started(server.url, "whole") as one, started(server.url, "whole") as two:
        for thread in threads:
            thread.start()
        sums += [int(process.communicate()[0]) for process in (one, two)]
        for thread in threads:
            thread.join()
    assert sums == [int(load("mnist").X_train.sum())] * 4
    assert whole(home) == sorted(FILES)
    assert {name: (home / "mnist" / name).read_bytes() for name in FILES} == FILES


def test_nothing_on_stdout_or_stderr(server, monkeypatch, capfd):
    serve_set(monkeypatch, "mnist", FILES, [server.url])
    load("mnist")
    assert capfd.readouterr() == ("", "")
