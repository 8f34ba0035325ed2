"""The table of known data sets."""

from __future__ import annotations

import re

from fullstride.data import KNOWN_NAMES, known_name
from fullstride.data.known import KNOWN, CifarFiles


def test_names():
    assert (
        *("digits", "mnist", "fashion-mnist", "kmnist", "emnist-byclass", "emnist-bymerge"),
        *("emnist-balanced", "emnist-letters", "emnist-digits", "emnist-mnist", "cifar-10", "cifar-100"),
    ) == KNOWN_NAMES
    assert [known_name(name) for name in KNOWN_NAMES] == [*KNOWN_NAMES]
    others = [known_name(name) for name in ("emnist", "cifar10", "cifar100", "cifar", "./mnist", "photos")]
    assert others == ["emnist-balanced", "cifar-10", "cifar-100", None, None, None]
    assert [known.name for known in KNOWN.values()] == list(KNOWN)


def test_classes():
    numbers = {name: len(known.class_names) for name, known in KNOWN.items()}
    assert numbers == {
        "mnist": 10,
        "fashion-mnist": 10,
        "kmnist": 10,
        "emnist-byclass": 62,
        "emnist-bymerge": 47,
        "emnist-balanced": 47,
        "emnist-letters": 26,
        "emnist-digits": 10,
        "emnist-mnist": 10,
        "cifar-10": 10,
        "cifar-100": 100,
    }
    assert all(len(set(known.class_names)) == len(known.class_names) for known in KNOWN.values())
    # In the order of their ASCII codes; the letters of the merged classes are named in the paper of EMNIST.
    characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    assert "".join(KNOWN["emnist-byclass"].class_names) == characters == "".join(sorted(characters))
    assert "".join(KNOWN["emnist-balanced"].class_names) == "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt"
    assert KNOWN["emnist-bymerge"].class_names == KNOWN["emnist-balanced"].class_names
    assert "".join(KNOWN["emnist-letters"].class_names) == "abcdefghijklmnopqrstuvwxyz"
    # The authors of CIFAR-100 have them in the order of the alphabet.
    fine = KNOWN["cifar-100"].class_names
    assert (fine[0], fine[19], fine[49], fine[99]) == ("apple", "cattle", "mountain", "worm")
    assert list(fine) == sorted(fine)


def test_files_to_download():
    sums, names = [], set()
    for known in KNOWN.values():
        for file in known.downloads:
            assert re.fullmatch("[0-9a-f]{32}", file.md5)
            assert file.addresses
            for address in file.addresses:
                assert re.fullmatch(rf"https?://[a-z0-9./~_-]+/{file.name}", address, re.IGNORECASE), address
            sums.append(file.md5)
            names.add((known.folder, file.name))
    assert len(set(sums)) == len(names) == 15, "12 for four-file sets, one EMNIST, two CIFAR; all different"
    assert [file.name for file in KNOWN["kmnist"].downloads] == [
        "train-images-idx3-ubyte.gz",
        "train-labels-idx1-ubyte.gz",
        "t10k-images-idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte.gz",
    ]
    assert (
        len(KNOWN["mnist"].downloads[0].addresses) == len(KNOWN["emnist-mnist"].downloads[0].addresses) == 2
    )


def test_contents():
    assert KNOWN["emnist-letters"].content.names == (
        "emnist-letters-train-images-idx3-ubyte",
        "emnist-letters-train-labels-idx1-ubyte",
        "emnist-letters-test-images-idx3-ubyte",
        "emnist-letters-test-labels-idx1-ubyte",
    )
    for name, records, label_bytes in (("cifar-10", 5 * [10_000], 1), ("cifar-100", [50_000], 2)):
        content = KNOWN[name].content
        assert isinstance(content, CifarFiles)
        assert [count for _, count in content.train] == records
        assert [count for _, count in content.test] == [10_000]
        assert content.label_bytes == label_bytes


def test_preprocessing():
    for name, known in KNOWN.items():
        is_colour = name.startswith("cifar")
        assert known.preprocessing.input_shape == ((32, 32, 3) if is_colour else (28, 28, 1))
        assert known.preprocessing.scale == 1 / 255
        assert known.preprocessing.ink == ("as-is" if is_colour else "light")
    framings = {
        name: KNOWN[name].preprocessing.framing for name in ("mnist", "fashion-mnist", "kmnist", "cifar-10")
    }
    assert framings == {"mnist": "centre", "fashion-mnist": "fit", "kmnist": "fit", "cifar-10": "stretch"}
    assert KNOWN["emnist-digits"].preprocessing.box == (24 / 28, 24 / 28), "a border of two pixels"
