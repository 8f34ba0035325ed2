"""The digest of a data set: what changes it, and what does not."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from fullstride import mapping
from fullstride.data import data_digest, fingerprint, from_arrays
from fullstride.data import digest as module
from fullstride.data.digest import in_chunks
from tests.support.cases import views
from tests.support.memory import MIB, resident, sparse_images
from tests.support.pictures import noise

X = noise(7, 2, 3, 3)


def test_the_hashes_are_the_well_known_ones():
    found = fingerprint(X)
    assert found.digest() == hashlib.sha256(X.tobytes()).hexdigest()
    expected = [hashlib.blake2b(row.tobytes(), digest_size=16).digest() for row in X]
    assert [row.tobytes() for row in found.rows()] == expected


def test_views_memory_maps_and_chunks_of_any_size_give_the_same(tmp_path, monkeypatch):
    expected = fingerprint(X)
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    arrays = [np.asfortranarray(X), X[::-1].copy()[::-1], mapped, np.repeat(X, 2, axis=3)[..., ::2]]
    for chunk in (1, 20, 1 << 20):
        monkeypatch.setattr(module, "_CHUNK", chunk)
        for array in arrays:
            assert fingerprint(array).digest() == expected.digest()
            np.testing.assert_array_equal(fingerprint(array).rows(), expected.rows())


def test_the_order_of_bytes_in_memory_does_not_count():
    floats = X / 255
    for name, view in views(floats):
        if name in ("column-major", "read-only", "other byte order"):
            assert fingerprint(view).digest() == fingerprint(floats).digest(), name


def test_chunks_are_small_and_together_they_are_all(monkeypatch):
    monkeypatch.setattr(module, "_CHUNK", 40)  # two images of 18 bytes
    assert [len(rows) for rows in in_chunks(X)] == [2, 2, 2, 1]
    assert list(in_chunks(X[:0])) == []


def all_in_chunks(X):
    return [int(rows.sum()) for rows in in_chunks(X)]


def data_of(X):
    y = np.arange(len(X)) % 2
    return from_arrays(X, y, X_test=X[:2], y_test=y[:2])


@pytest.mark.parametrize("look", [all_in_chunks, fingerprint, data_of])
def test_memory_stays_flat(tmp_path, monkeypatch, look):
    monkeypatch.setattr(mapping, "_MOST", 4 * MIB)
    X = sparse_images(tmp_path / "X.npy")
    look(X[:2])
    start = resident()
    look(X)
    assert resident() - start < 16 * MIB


def test_everything_that_matters_changes_the_digest():
    y = np.arange(7) % 2

    def of(names=("a", "b"), A=X, labels=y, part="train"):
        return data_digest(names, {part: (fingerprint(A).digest(), A.shape, A.dtype, labels)})

    swapped = y.copy()
    swapped[[0, 1]] = 1, 0
    darker = X.copy()
    darker[6, 1, 2, 2] ^= 1
    others = [of(("b", "a")), of(A=darker), of(labels=swapped), of(part="test"), of(A=X.reshape(7, 3, 2, 3))]
    assert len({of(), *others}) == 6
    assert of() == of(["a", "b"], X.copy(), y.astype(y.dtype.newbyteorder()))
    assert len(of()) == 64
