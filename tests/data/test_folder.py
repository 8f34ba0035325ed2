"""A folder of images as a data set: what comes of it, when it is decoded again, and every bad input."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fullstride.data import FolderSet, Preprocessing, decoding, load_folder, read_image
from fullstride.data import folder as module
from fullstride.data.images import Picture
from fullstride.errors import ArgumentError, DataError, DtypeError, OutputError, ShapeError
from tests.support.pictures import folder_of, noise, png_of, saved


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("FULLSTRIDE_DATA_DIR", str(tmp_path / "cache"))


class Watch:
    """How often files were decoded."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, int]] = []

    def __call__(self, done: int, total: int) -> None:
        self.calls.append((done, total))

    def decoded(self) -> bool:
        """Whether anything was, since this was last asked."""
        calls, self.calls = self.calls, []
        return bool(calls)


def test_a_folder(tmp_path):
    folder = folder_of(tmp_path / "pets", {"dog": 5, "cat": 10})
    saved(folder / "cat" / "10.png", noise(4, 6, 3, seed=99))
    (folder / "cat" / "Thumbs.db").touch()
    data = load_folder(str(folder))
    assert repr(data) == "DataSet(pets: 13 training and 3 test images of 4x6x3, 2 classes)"
    assert data.class_names == ("cat", "dog")
    assert (data.preprocessing.input_shape, data.scale) == ((4, 6, 3), 1 / 255)
    assert isinstance(data.X_train, np.memmap)
    assert (data.y_train.dtype, data.X_validation, data.y_validation) == (np.int64, None, None)
    assert data.source.ignored == 1
    assert data.source.notes == (
        "no folder test: 20 % of the images were set aside to test, class by class (seed 0)",
    )
    assert load_folder(folder, seed=4).source.notes[0].endswith("(seed 4)")
    assert len(list((tmp_path / "cache").iterdir())) == 2


def test_parts_of_its_own(tmp_path):
    folder = folder_of(tmp_path / "pets", {"train/a": 1, "train/b": 1, "val/b": 2, "test/a": 3})
    data = load_folder(folder)
    assert (len(data.X_train), len(data.X_validation), len(data.X_test)) == (2, 2, 3)
    assert (data.y_train.tolist(), data.y_validation.tolist()) == ([0, 1], [1, 1])
    assert data.source.notes == ()


# Every kind of file that people have: (name, image, options of saving).
EXIF = Image.Exif()
EXIF[0x0112] = 6
PALETTE = Image.fromarray(noise(40, 30) % 4).convert("P")
PALETTE.putpalette([0, 0, 0, 255, 0, 0, 10, 200, 30, 90, 90, 250])
KINDS = {
    "rgb.png": (Image.fromarray(noise(9, 12, 3)), {}),
    "rgb.bmp": (Image.fromarray(noise(9, 12, 3)), {}),
    "photo.jpg": (Image.fromarray(noise(300, 200, 3)).resize((900, 700)), {"quality": 80}),
    "turned.jpg": (Image.fromarray(noise(31, 17, 3)), {"exif": EXIF}),
    "grey.jpg": (Image.fromarray(noise(20, 20)), {}),
    "palette.png": (PALETTE, {}),
    "palette.gif": (PALETTE, {}),
    "clear.png": (PALETTE, {"transparency": 1}),
    "alpha.png": (Image.fromarray(noise(8, 8, 4)), {}),
    "alpha.webp": (Image.fromarray(noise(8, 8, 4)), {"lossless": True}),
    "deep.png": (Image.fromarray(noise(8, 8).astype(np.uint16) * 257), {}),
    "deep.tif": (Image.fromarray(noise(8, 8).astype(np.uint16) * 257), {}),
    "bits.png": (Image.fromarray(noise(8, 8) > 100), {}),
    "cmyk.jpg": (Image.new("CMYK", (20, 16), (9, 99, 50, 20)), {}),
}


@pytest.mark.parametrize(
    ("size", "channels"), [(None, None), (16, 3), ((7, 12), 1), ((31, 17), 3), (1, None)]
)
def test_a_prediction_sees_every_file_as_training_saw_it(tmp_path, size, channels):
    folder = tmp_path / "kinds"
    for label in ("a", "b"):
        for name, (image, options) in KINDS.items():
            saved(folder / label / name, image, **options)
    data = load_folder(folder, size=size, channels=channels)
    assert data.X_train.shape[3] == (channels or 3)
    seen = 0
    for part, X in (("train", data.X_train), ("test", data.X_test)):
        for x, k in zip(X, data.source.rows[part], strict=True):
            np.testing.assert_array_equal(x, read_image(folder / data.source.files[k], data.preprocessing))
            seen += 1
    assert seen == 2 * len(KINDS)


def test_images_of_one_size_keep_every_bit(tmp_path):
    for shape in ((4, 6, 3), (5, 5)):
        folder = folder_of(tmp_path / str(len(shape)), {"train/a": 2, "train/b": 2, "test/a": 1}, shape)
        data = load_folder(folder)
        expected = np.stack([noise(*shape, seed=seed) for seed in range(4)])
        np.testing.assert_array_equal(data.X_train.reshape(expected.shape), expected)


def test_the_default_of_size_and_channels(tmp_path):
    folder = folder_of(tmp_path / "grey", {"a": 3, "b": 3}, (5, 7))
    saved(folder / "a" / "0.png", np.stack([noise(5, 7)] * 3, axis=-1))  # grey, though stored as RGB
    assert load_folder(folder).X_train.shape[1:] == (5, 7, 1)
    assert load_folder(folder, channels=3, size=(2, 3)).X_train.shape[1:] == (2, 3, 3)
    assert load_folder(folder, size=9).source.notes[0].startswith("no folder test")
    saved(folder / "a" / "1.png", noise(5, 8, 3))
    data = load_folder(folder)
    assert data.X_train.shape[1:] == (64, 64, 3)
    assert data.source.notes[0] == (
        "resized to 64x64: the images do not share one size of at most 96 pixels a side"
    )


# --- the cache


def test_a_second_start_decodes_nothing_and_is_the_same(tmp_path):
    folder, watch = folder_of(tmp_path / "data", {"a": 4, "b": 4}), Watch()
    first = load_folder(folder, progress=watch)
    assert watch.calls[-1] == (8, 8)
    assert watch.decoded()
    second = load_folder(folder, progress=watch)
    assert not watch.decoded()
    assert first.digest == second.digest
    assert len(first.digest) == 64
    np.testing.assert_array_equal(first.X_train, second.X_train)
    assert first.source.files == second.source.files


def test_settings_have_entries_of_their_own(tmp_path):
    folder, watch = folder_of(tmp_path / "data", {"a": 4, "b": 4}), Watch()
    settings = [{}, {"size": 3}, {"channels": 1}, {"seed": 1}]
    for expected in (True, False):
        for arguments in settings:
            load_folder(folder, progress=watch, **arguments)
            assert watch.decoded() is expected, arguments


def told(data: FolderSet) -> dict[str, object]:
    """Everything that a set tells, so that it can be compared bit by bit."""

    def bits(value: object) -> object:
        if isinstance(value, dict):
            return {name: bits(one) for name, one in value.items()}
        return (value.dtype, value.shape, value.tobytes()) if isinstance(value, np.ndarray) else value

    return bits({**vars(data), **vars(data.source), "source": None})


@pytest.mark.parametrize("wishes", [{}, {"size": 16}, {"channels": 1}])
@pytest.mark.parametrize("alike", [False, True])
def test_what_the_default_gave_is_not_decoded_again_when_it_is_named(tmp_path, wishes, alike):
    folder, watch = folder_of(tmp_path / "data", {"a": 5, "b": 5}, (90, 5)), Watch()
    (folder / "a" / "empty.png").touch()
    if not alike:
        for name, (image, options) in KINDS.items():
            saved(folder / "a" / name, image, **options)
    shape = load_folder(folder, **wishes).X_train.shape[1:]
    named = load_folder(folder, size=shape[:2], channels=shape[2], progress=watch)
    assert not watch.decoded()
    assert len(list((tmp_path / "cache").iterdir())) == 1
    fresh = load_folder(
        folder, size=shape[:2], channels=shape[2], cache_dir=tmp_path / "fresh", progress=watch
    )
    assert watch.decoded()
    assert told(named) == told(fresh)


def test_other_images_than_those_named_are_decoded(tmp_path):
    folder, watch = folder_of(tmp_path / "data", {"a": 4, "b": 4}), Watch()
    assert load_folder(folder).X_train.shape[1:] == (4, 6, 3)
    named = {"size": (4, 6), "channels": 3}
    for other in ({"size": (6, 4)}, {"channels": 1}, {"seed": 1}):
        load_folder(folder, progress=watch, **{**named, **other})
        assert watch.decoded(), other
    saved(folder / "a" / "4.png", noise(4, 6, 3, seed=50))
    assert len(load_folder(folder, progress=watch, **named).X_train) == 7
    assert watch.decoded(), "what is there is of files that have changed"
    shutil.rmtree(tmp_path / "cache")
    load_folder(folder)
    (default,) = (tmp_path / "cache").iterdir()
    os.truncate(default / "X_train.npy", 100)
    assert len(load_folder(folder, progress=watch, **named).X_train) == 7
    assert watch.decoded(), "what is there is damaged"


def test_the_seed_does_not_matter_where_the_parts_are_given(tmp_path):
    folder, watch = folder_of(tmp_path / "data", {"train/a": 1, "train/b": 1, "test/a": 1}), Watch()
    assert load_folder(folder, progress=watch).digest == load_folder(folder, progress=watch, seed=1).digest
    assert len(watch.calls) == 1


def test_every_change_of_a_file_is_noticed(tmp_path):
    folder, watch = folder_of(tmp_path / "data", {"a": 4, "b": 4}), Watch()
    digests = [load_folder(folder).digest]

    def changed() -> str:
        data = load_folder(folder, progress=watch)
        assert watch.decoded()
        load_folder(folder, progress=watch)
        assert not watch.decoded()
        assert len(list((tmp_path / "cache").iterdir())) == 1, "the old entry is gone"
        return data.digest

    saved(folder / "a" / "4.png", noise(4, 6, 3, seed=50))
    digests.append(changed())
    (folder / "b" / "0.png").unlink()
    digests.append(changed())
    path = folder / "a" / "0.png"
    status = path.stat()
    saved(path, noise(4, 6, 3, seed=51))
    assert path.stat().st_size == status.st_size, "noise is stored as it is: only the time tells"
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    digests.append(changed())
    (folder / "a" / "1.png").rename(folder / "a" / "9.png")
    changed()
    (folder / "b").rename(folder / "c")
    digests.append(changed())
    assert len(set(digests)) == len(digests)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 2))
    assert changed() == digests[-1], "the digest is that of the content"


def test_the_digest_does_not_depend_on_the_place(tmp_path):
    folder = folder_of(tmp_path / "data", {"a": 4, "b": 4})
    shutil.copytree(folder, tmp_path / "copy")
    assert load_folder(folder).digest == load_folder(tmp_path / "copy").digest


@pytest.mark.parametrize("name", ["X_train.npy", "manifest.json", "sizes.npy"])
def test_a_damaged_cache_is_made_again(tmp_path, name):
    folder, watch = folder_of(tmp_path / "data", {"a": 4, "b": 4}), Watch()
    digest = load_folder(folder).digest
    (path,) = (tmp_path / "cache").glob(f"*/{name}")
    os.truncate(path, path.stat().st_size - 1)
    assert load_folder(folder, progress=watch).digest == digest
    assert watch.decoded()
    load_folder(folder, progress=watch)
    assert not watch.decoded()


def test_a_file_that_the_system_refuses_is_tried_again_alone(tmp_path, monkeypatch):
    folder, watch = folder_of(tmp_path / "data", {"a": 4, "b": 4}), Watch()
    (folder / "a" / "loop.png").symlink_to("loop.png")
    first = load_folder(folder, progress=watch)
    assert watch.decoded()
    tried: list[str] = []
    open_picture = decoding.open_picture

    def watched(path: str, preprocessing: Preprocessing) -> Picture:
        tried.append(path)
        return open_picture(path, preprocessing)

    monkeypatch.setattr(decoding, "open_picture", watched)
    for wishes in ({}, {"size": (4, 6), "channels": 3}):
        data = load_folder(folder, progress=watch, **wishes)
        assert not watch.decoded()
        assert tried.pop() == str(folder / "a" / "loop.png")
        assert not tried
        assert data.digest == first.digest
        assert [file for file, _ in data.source.skipped] == ["a/loop.png"]


@pytest.mark.parametrize("wishes", [{}, {"size": (4, 6), "channels": 3}])
def test_a_file_that_the_system_refused_once_is_there_the_next_time(tmp_path, monkeypatch, wishes):
    folder, watch = folder_of(tmp_path / "data", {"a": 4, "b": 4}), Watch()
    open_picture = decoding.open_picture

    def refuses(path: str, preprocessing: Preprocessing) -> Picture:
        if path.endswith("0.png"):
            raise DataError(f"cannot read the image {path}: permission denied") from PermissionError(13, "no")
        return open_picture(path, preprocessing)

    with monkeypatch.context() as patched:
        patched.setattr(decoding, "open_picture", refuses)
        assert load_folder(folder).source.skipped == (
            ("a/0.png", "permission denied"),
            ("b/0.png", "permission denied"),
        )
    for decoded in (True, False):
        assert load_folder(folder, progress=watch, **wishes).source.skipped == ()
        assert watch.decoded() is decoded


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_interruption_leaves_nothing(tmp_path, error):
    folder = folder_of(tmp_path / "data", {"a": 4, "b": 4})

    def stop(done: int, total: int) -> None:
        raise error

    with pytest.raises(error):
        load_folder(folder, progress=stop)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_cache_that_cannot_be_written(tmp_path):
    folder = folder_of(tmp_path / "data", {"a": 4, "b": 4})
    (tmp_path / "file").touch()
    sentence = (
        rf"^cannot .*{re.escape(str(tmp_path / 'file'))}.*; name another folder for decoded images with "
        r"cache_dir or the environment variable FULLSTRIDE_DATA_DIR$"
    )
    with pytest.raises(OutputError, match=sentence):
        load_folder(folder, cache_dir=tmp_path / "file")


def test_a_disk_that_fills_while_images_are_written(tmp_path):
    resource = pytest.importorskip("resource", reason="no limits of files here")
    folder = folder_of(tmp_path / "data", {"a": 3, "b": 3}, (60, 60, 3))  # 64,800 bytes
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, hard))
    try:
        with pytest.raises(
            OutputError, match=r"^cannot write into the folder .*cache: file too large; name anoth"
        ):
            load_folder(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list((tmp_path / "cache").iterdir()) == []
    assert len(load_folder(folder).X_train) == 5


def test_an_entry_that_others_remove_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr("fullstride.data.cache.Entry.load", lambda self: None)
    folder = folder_of(tmp_path / "data", {"a": 4, "b": 4})
    with pytest.raises(
        OutputError,
        match=r"data-\w+-\w+ was removed by another process before it could be read, three times$",
    ):
        load_folder(folder)


def test_two_threads_at_once_do_no_harm(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    folder = folder_of(tmp_path / "data", {"a": 6, "b": 6})
    with ThreadPoolExecutor(4) as threads:
        digests = {
            future.result().digest for future in [threads.submit(load_folder, folder) for _ in range(8)]
        }
    assert len(digests) == 1
    assert len(list((tmp_path / "cache").iterdir())) == 1


# --- bad input


def with_bad_files(folder: Path) -> Path:
    folder_of(folder, {"a": 4, "b": 4})
    (folder / "a" / "bad1.png").write_bytes(b"")
    (folder / "a" / "bad2.png").write_text("a text")
    jpeg = saved(folder / "b" / "bad3.jpg", noise(50, 50, 3))
    jpeg.write_bytes(jpeg.read_bytes()[:900])
    (folder / "b" / "bad4.png").write_bytes(png_of(20_000, 20_000))
    return folder


def test_unreadable_files_are_named_and_skipped(tmp_path):
    data = load_folder(with_bad_files(tmp_path / "data"))
    assert (len(data.X_train), len(data.X_test)) == (6, 2)
    assert data.X_train.shape[1:] == (4, 6, 3)
    assert [file for file, _ in data.source.skipped] == [
        "a/bad1.png",
        "a/bad2.png",
        "b/bad3.jpg",
        "b/bad4.png",
    ]
    reasons = [reason for _, reason in data.source.skipped]
    for reason, start in zip(
        reasons,
        ("it is no image", "it is no image", "image file is truncated", "it has too many"),
        strict=True,
    ):
        assert reason.startswith(start)


def test_strict_refuses_them_at_once_the_second_time(tmp_path):
    folder, watch = with_bad_files(tmp_path / "data"), Watch()
    sentence = (
        f"{folder}: 4 of 12 image files cannot be read; the first is a/bad1.png: "
        "it is no image in a format that Pillow knows"
    )
    for expected in (True, False):
        with pytest.raises(DataError, match=f"^{re.escape(sentence)}$"):
            load_folder(folder, strict=True, progress=watch)
        assert watch.decoded() is expected


def refused(folder: Path, sentence: str) -> None:
    with pytest.raises(DataError, match=f"^{re.escape(f'{folder}: {sentence}')}$"):
        load_folder(folder)


def test_a_class_without_a_readable_image(tmp_path):
    folder = folder_of(tmp_path / "data", {"a": 4})
    (folder / "b").mkdir()
    (folder / "b" / "0.png").write_text("text")
    refused(
        folder,
        "the class b has no readable image to train on; 1 of 5 files cannot be read "
        "(the first: b/0.png: it is no image in a format that Pillow knows)",
    )


def test_no_readable_image_at_all(tmp_path):
    folder = folder_of(tmp_path / "data", {"a": 1, "b": 1})
    for path in folder.rglob("*.png"):
        path.write_bytes(b"")
    refused(
        folder,
        "the class a has no readable image to train on; 2 of 2 files cannot be read "
        "(the first: a/0.png: it is no image in a format that Pillow knows)",
    )


def test_a_part_without_a_readable_image(tmp_path):
    folder = folder_of(tmp_path / "data", {"train/a": 1, "train/b": 1})
    (folder / "test" / "a").mkdir(parents=True)
    refused(folder, "the part test has no readable image")
    (folder / "test" / "a" / "0.png").write_bytes(b"")
    refused(
        folder,
        "the part test has no readable image (the first: test/a/0.png: it is no image in a format that Pillow knows)",
    )


def test_one_image_a_class(tmp_path):
    refused(
        folder_of(tmp_path / "data", {"a": 1, "b": 9}),
        "the class a has one readable image; without a folder test a class needs two, "
        "one to train on and one to test with",
    )
    refused(
        folder_of(tmp_path / "parts", {"train/a": 2, "train/b": 1, "val/a": 1, "val/b": 1}),
        "the class b has one readable image; without a folder test a class needs two, "
        "one to train on and one to test with",
    )
    assert len(load_folder(folder_of(tmp_path / "two", {"a": 2, "b": 2})).X_test) == 1


def test_an_empty_folder(tmp_path):
    (tmp_path / "data").mkdir()
    refused(
        tmp_path / "data", "images must stand in one folder a class, named as the class; it holds no folder"
    )
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({"size": 0}, ArgumentError, "size must be a whole number >= 1; got 0"),
        ({"size": "big"}, DtypeError, "size must be a whole number >= 1; got 'big' of type str"),
        ({"size": (1, 2, 3)}, ShapeError, "size must be an int or a pair (vertical, horizontal); "),
        ({"channels": 2}, ArgumentError, "channels must be 1 (grey), 3 (RGB) or None; got 2"),
        ({"channels": 1.5}, DtypeError, "channels must be a whole number >= 1; got 1.5 of type float"),
        ({"seed": -1}, ArgumentError, "seed must be a whole number >= 0; got -1"),
        ({"seed": 2**64}, ArgumentError, "seed must be less than 2**64; got 18446744073709551616"),
        ({"strict": 1}, DtypeError, "strict must be True or False; got 1 of type int"),
    ],
)
def test_refused_arguments(tmp_path, arguments, error, sentence):
    folder = folder_of(tmp_path / "data", {"a": 2, "b": 2})
    with pytest.raises(error, match=f"^{re.escape(f'load_folder: {sentence}')}"):
        load_folder(folder, **arguments)


def test_a_new_version_of_the_decoder_decodes_again(tmp_path, monkeypatch):
    folder, watch = folder_of(tmp_path / "data", {"a": 2, "b": 2}), Watch()
    load_folder(folder)
    monkeypatch.setattr("importlib.metadata.version", lambda name: "99")
    load_folder(folder, progress=watch)
    assert watch.decoded()
    monkeypatch.setattr(module, "_VERSION", module._VERSION + 1)
    load_folder(folder, progress=watch)
    assert watch.decoded()
