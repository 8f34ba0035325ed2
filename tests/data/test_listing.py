"""What counts as a class, a part and an image file; nothing is opened, so the files are empty here."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fullstride.data import is_image_folder
from fullstride.data.listing import list_folder
from fullstride.errors import DataError


def touched(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def refused(folder: Path, sentence: str) -> None:
    with pytest.raises(DataError, match=f"^{re.escape(sentence)}$"):
        list_folder(folder)


def test_classes_are_ordered_by_name_and_numbers_by_value(tmp_path):
    names = ["10", "9", "cat", "Zebra", "c10", "c9", "01", "1", "Äpfel"]
    listing = list_folder(touched(tmp_path, *(f"{name}/a.png" for name in names)))
    assert listing.class_names == ("01", "1", "9", "10", "Zebra", "c9", "c10", "cat", "Äpfel")
    assert [group.label for group in listing.groups] == list(range(9))
    assert not listing.divided


def test_the_order_does_not_depend_on_the_locale(tmp_path):
    touched(tmp_path, "b/1.png", "B/1.png", "a/1.png", "ä/1.png")
    code = f"from fullstride.data.listing import *; print(ascii(list_folder(Path({str(tmp_path)!r})).class_names))"
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "LC_ALL": locale, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for locale in ("C", "C.UTF-8", "de_DE.UTF-8")
    }
    assert printed == {"('B', 'a', 'b', '\\xe4')\n"}


def test_files_with_their_sizes_and_times(tmp_path):
    touched(tmp_path, "a/2.png", "a/10.JPG", "b/x.webp")
    (tmp_path / "a" / "2.png").write_bytes(b"123")
    os.utime(tmp_path / "a" / "2.png", ns=(5, 1_700_000_000_123_456_789))
    listing = list_folder(tmp_path)
    assert listing.files() == ["a/10.JPG", "a/2.png", "b/x.webp"]
    assert listing.groups[0].bytes == [0, 3]
    assert listing.groups[0].mtimes[1] == 1_700_000_000_123_456_789


def test_what_is_hidden_or_no_image_is_ignored_and_counted(tmp_path):
    touched(
        tmp_path,
        *("a/1.png", "a/Thumbs.db", "a/notes.txt", "a/.hidden.png", "a/inside/2.png"),  # 4 ignored
        *("b/1.tiff", ".git/1.png", "__MACOSX/a/1.png", "README.md", "stray.png"),  # 4 ignored
    )
    listing = list_folder(tmp_path)
    assert listing.class_names == ("a", "b")
    assert listing.files() == ["a/1.png", "b/1.tiff"]
    assert listing.ignored == 8


def test_every_suffix(tmp_path):
    suffixes = ("png", "jpg", "jpeg", "bmp", "gif", "webp", "tif", "tiff", "PNG", "Jpg")
    touched(tmp_path, "b/1.png", *(f"a/{suffix}.{suffix}" for suffix in suffixes))
    assert len(list_folder(tmp_path).groups[0].names) == len(suffixes)


@pytest.mark.parametrize("validation", ["val", "valid", "validation", "Val"])
def test_parts(tmp_path, validation):
    touched(
        tmp_path, "Train/b/1.png", "Train/a/1.png", "TEST/b/1.png", "TEST/b/2.png", f"{validation}/a/1.png"
    )
    touched(tmp_path, "TEST/readme.txt", "docs/index.html")
    listing = list_folder(tmp_path)
    assert listing.class_names == ("a", "b")
    assert listing.divided
    assert [(group.part, group.folder, group.label) for group in listing.groups] == [
        ("train", "Train/a", 0),
        ("train", "Train/b", 1),
        ("validation", f"{validation}/a", 0),
        ("test", "TEST/b", 1),
    ]
    assert listing.ignored == 2


def test_a_part_to_validate_without_one_to_test_leaves_the_division_open(tmp_path):
    listing = list_folder(touched(tmp_path, "train/a/1.png", "train/b/1.png", "val/a/1.png"))
    assert not listing.divided


def test_a_class_of_trains(tmp_path):
    listing = list_folder(touched(tmp_path, "bus/1.png", "train/1.png", "test/1.png"))
    assert listing.class_names == ("bus", "test", "train")
    assert {group.part for group in listing.groups} == {""}


def test_links_are_followed_and_a_broken_one_is_left_for_decoding_to_name(tmp_path):
    touched(tmp_path, "real/1.png", "data/b/1.png")
    (tmp_path / "data" / "a").symlink_to(tmp_path / "real")
    (tmp_path / "data" / "b" / "2.png").symlink_to(tmp_path / "nowhere")
    listing = list_folder(tmp_path / "data")
    assert listing.files() == ["a/1.png", "b/1.png", "b/2.png"]
    assert (listing.groups[1].bytes[1], listing.groups[1].mtimes[1]) == (-1, -1)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_not_waited_for(tmp_path):
    touched(tmp_path, "a/1.png", "b/1.png")
    os.mkfifo(tmp_path / "a" / "2.png")
    assert list_folder(tmp_path).ignored == 1


def test_no_folder(tmp_path):
    refused(tmp_path / "nowhere", f"there is no folder {tmp_path / 'nowhere'}")
    touched(tmp_path, "file")
    refused(tmp_path / "file", f"{tmp_path / 'file'} is a file; a folder of images was expected")


def test_a_folder_that_cannot_be_read(tmp_path, monkeypatch):
    def refuses(path: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.scandir", refuses)
    refused(tmp_path, f"cannot read the folder {tmp_path}: permission denied")
    assert not is_image_folder(tmp_path)


def test_no_class_or_one(tmp_path):
    rule = "images must stand in one folder a class, named as the class"
    refused(tmp_path, f"{tmp_path}: {rule}; it holds no folder")
    touched(tmp_path, "1.png", "2.png", ".3.png")
    refused(tmp_path, f"{tmp_path}: {rule}; 2 image files stand in it directly")
    touched(tmp_path, "cat/1.png")
    refused(tmp_path, f"{tmp_path}: a data set needs at least two classes, one folder each; got one, cat")


def test_a_class_without_an_image_file(tmp_path):
    touched(tmp_path, "a/1.png", "b/1.txt")
    refused(tmp_path, f"{tmp_path / 'b'}: the class b has no image file (PNG, JPEG, BMP, GIF, WebP, TIFF)")


def test_a_class_to_test_alone(tmp_path):
    touched(tmp_path, "train/a/1.png", "train/b/1.png", "test/a/1.png", "test/c/1.png")
    refused(tmp_path, f"{tmp_path / 'test' / 'c'}: the class c stands in test, but not in train")


def test_parts_that_are_none(tmp_path):
    touched(tmp_path, "test/a/1.png", "test/b/1.png")
    refused(tmp_path, f"{tmp_path} has test, but no train with classes in it")
    touched(tmp_path, "train/a/1.png", "train/b/1.png", "val/a/1.png", "validation/a/1.png")
    refused(tmp_path, f"{tmp_path} has both val and validation: one folder a part")


def test_images_beside_the_parts(tmp_path):
    touched(tmp_path, "train/a/1.png", "train/b/1.png", "test/1.png", "test/2.png")
    refused(
        tmp_path,
        f"{tmp_path / 'test'}: images must stand in one folder a class, as in train; "
        "2 image files stand in it directly",
    )
    (tmp_path / "test").rename(tmp_path / "extra")
    refused(
        tmp_path,
        f"{tmp_path} has a folder train with classes in it, and beside it extra with 2 image files: "
        "put extra into a part, or elsewhere",
    )


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are not bytes here")
def test_a_name_that_is_no_text(tmp_path):
    touched(tmp_path, "a/1.png")
    os.mkdir(os.fsencode(tmp_path) + b"/\xff")
    refused(tmp_path, f"{tmp_path}: the name of the class folder '\\udcff' is not valid UTF-8")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a/1.png", "b/1.png"], True),
        (["train/a/1.png"], True),
        (["1.png"], True),
        (["a/1.dcm", "notes.txt"], True),
        ([], False),
        (["notes.txt", ".git/1.png"], False),
        (["train-images-idx3-ubyte", "more/1.png"], False),
        (["t10k-labels-idx1-ubyte.gz", "1.png"], False),
    ],
)
def test_what_looks_like_a_folder_of_images(tmp_path, names, expected):
    assert is_image_folder(touched(tmp_path, *names)) is expected


def test_what_is_no_folder_does_not_look_so(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(touched(tmp_path, "home/a/1.png") / "home"))
    assert is_image_folder("~")
    assert not is_image_folder(tmp_path / "nowhere")
    assert not is_image_folder(touched(tmp_path, "1.png") / "1.png")
