"""The model file, its bytes taken apart and put together by hand."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fullstride.errors import ArgumentError, FileFormatError, OutputError
from fullstride.formats import read_model, write_model

TENSORS = {
    "2.W": np.arange(12, dtype=np.float32).reshape(2, 2, 3, 1),
    "2.b": np.array([[[[0.5]]]], np.float32),
    "counts": np.array([1, 2, 3], np.int64),
    "nothing": np.zeros((0, 3), np.float64),
    "one": np.array(7.0),
}
DESCRIPTION: dict[str, object] = {
    "layers": [{"kind": "Conv", "f": [2, 2]}],
    "class_names": ["T-shirt/top", "größer"],
    "lr": 0.1,
    "seed": 2**64 - 1,
}


def container(header: object, body: bytes = b"") -> bytes:
    """A safetensors file put together by hand."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def with_description(text: str) -> bytes:
    return container({"__metadata__": {"fullstride": text}})


def test_round_trip(tmp_path):
    path = tmp_path / "a.safetensors"
    write_model(path, TENSORS, DESCRIPTION)
    for place in (path, str(path)):
        tensors, description = read_model(place)
        assert description == DESCRIPTION
        assert tensors.keys() == TENSORS.keys()
        for name, tensor in tensors.items():
            assert tensor.dtype == TENSORS[name].dtype
            assert tensor.shape == TENSORS[name].shape
            assert tensor.tobytes() == TENSORS[name].tobytes()
            assert tensor.flags.writeable
            assert tensor.flags.aligned
            assert tensor.flags.c_contiguous
            assert tensor.flags.owndata


def test_a_folder_that_holds_it(tmp_path):
    write_model(tmp_path / "model.safetensors", TENSORS, DESCRIPTION)
    assert read_model(tmp_path)[1] == DESCRIPTION


def test_the_bytes_are_safetensors_with_one_metadata_key_of_sorted_json(tmp_path):
    path = tmp_path / "a"
    write_model(path, TENSORS, DESCRIPTION)
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    metadata = header.pop("__metadata__")
    assert metadata == {
        "fullstride": (
            '{"class_names": ["T-shirt/top", "größer"], "format": 1, "layers": [{"f": [2, 2], "kind": "Conv"}], '
            '"lr": 0.1, "seed": 18446744073709551615}'
        )
    }
    assert (8 + length) % 8 == 0
    start, end = header["2.W"]["data_offsets"]
    body = content[8 + length :]
    assert (header["2.W"]["dtype"], header["2.W"]["shape"]) == ("F32", [2, 2, 3, 1])
    assert struct.unpack("<12f", body[start:end]) == tuple(range(12))


def test_the_same_model_gives_the_same_bytes_whatever_the_order(tmp_path):
    write_model(tmp_path / "a", TENSORS, DESCRIPTION)
    write_model(tmp_path / "b", dict(reversed(TENSORS.items())), dict(reversed(DESCRIPTION.items())))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_views_and_foreign_byte_order_are_stored_as_the_numbers_they_are(tmp_path):
    array = np.arange(24, dtype=np.float64).reshape(2, 3, 4)
    views = {
        "transposed": array.T,
        "strided": array[:, ::2, ::-1],
        "big": array.astype(">f8"),
        "fortran": np.asfortranarray(array),
    }
    write_model(tmp_path / "a", views, {})
    tensors, _ = read_model(tmp_path / "a")
    for name, view in views.items():
        assert tensors[name].tolist() == view.tolist()
        assert tensors[name].dtype.isnative


def test_a_file_of_another_program_s_making_with_an_unaligned_body(tmp_path):
    header: dict[str, Any] = {
        "__metadata__": {"fullstride": '{"format": 1, "a": 2}'},
        "x": {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]},
    }
    for spaces in range(8):
        text = json.dumps(header).encode() + b" " * spaces
        (tmp_path / "a").write_bytes(container(text, struct.pack("<d", 1.5)))
        tensors, description = read_model(tmp_path / "a")
        assert description == {"a": 2}
        assert tensors["x"].tolist() == [1.5]
        assert tensors["x"].flags.aligned


# --- what cannot be written


def test_format_is_reserved(tmp_path):
    with pytest.raises(ArgumentError, match="write_model: the description's key 'format' is reserved"):
        write_model(tmp_path / "a", {}, {"format": 1})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1}, b"x", np.float32(1)])
def test_the_description_is_plain_finite_json(tmp_path, value):
    with pytest.raises(ArgumentError, match="write_model: the description must be plain, finite JSON: "):
        write_model(tmp_path / "a", {}, {"value": [value]})


@pytest.mark.parametrize("dtype", [object, "c8", "U3", "M8[s]"])
def test_tensors_are_of_plain_numbers(tmp_path, dtype):
    with pytest.raises(
        ArgumentError, match="write_model: tensor W must be of floats, integers or booleans; got "
    ):
        write_model(tmp_path / "a", {"W": np.zeros(3, dtype)}, {})
    assert list(tmp_path.iterdir()) == []


def test_unwritable_place(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"^cannot write .*file/a: not a directory$"):
        write_model(tmp_path / "file" / "a", TENSORS, DESCRIPTION)


# --- what cannot be read


def refused(path: Path, sentence: str) -> None:
    with pytest.raises(FileFormatError, match=f"^{re.escape(sentence)}"):
        read_model(path)


def test_missing(tmp_path):
    nowhere = tmp_path / "nowhere"
    refused(
        nowhere,
        f"there is no model file {nowhere}; give the file or the folder of a run that holds model.safetensors",
    )
    refused(tmp_path, f"the folder {tmp_path} holds no model.safetensors")


def test_empty_and_no_regular_file(tmp_path):
    path = tmp_path / "model.safetensors"
    path.touch()
    refused(path, f"the model file {path} is empty")
    refused(tmp_path, f"the model file {path} is empty")
    path.unlink()
    path.mkdir()
    refused(tmp_path, f"{path} is no regular file")


def test_every_cut_is_refused(tmp_path):
    whole, path = tmp_path / "whole", tmp_path / "cut"
    write_model(whole, TENSORS, DESCRIPTION)
    content = whole.read_bytes()
    for end in range(1, len(content)):
        path.write_bytes(content[:end])
        refused(path, f"{path} is no model file, or is cut off or damaged: ")
    path.write_bytes(content + b"x")
    refused(path, f"{path} is no model file, or is cut off or damaged: ")


def test_every_damaged_byte_of_the_header_gives_a_model_or_our_own_error(tmp_path):
    whole, path = tmp_path / "whole", tmp_path / "damaged"
    write_model(whole, TENSORS, DESCRIPTION)
    content = whole.read_bytes()
    for place in range(8 + struct.unpack("<Q", content[:8])[0]):
        for value in (0x00, 0x22, 0x39, 0xFF):
            path.write_bytes(content[:place] + bytes([value]) + content[place + 1 :])
            try:
                read_model(path)
            except FileFormatError as error:
                assert str(path) in str(error)  # noqa: PT017 - a model is as good


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 a zip file, as other programs write their models",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\xff" * 100,
        bytes(100),
        container(b"not JSON"),
        container({"x": {"dtype": "F32", "shape": [2**40, 2**40], "data_offsets": [0, 4]}}, bytes(4)),
        container({"x": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}, bytes(4)),
    ],
)
def test_not_safetensors(tmp_path, content):
    path = tmp_path / "a"
    path.write_bytes(content)
    refused(path, f"{path} is no model file, or is cut off or damaged: ")


@pytest.mark.parametrize("metadata", [{}, {"__metadata__": {}}, {"__metadata__": {"format": "pt"}}])
def test_foreign(tmp_path, metadata):
    path = tmp_path / "a"
    path.write_bytes(
        container({**metadata, "x": {"dtype": "BF16", "shape": [1], "data_offsets": [0, 2]}}, bytes(2))
    )
    refused(
        path, f"{path} is a safetensors file, but none of fullstride: its metadata has no key 'fullstride'"
    )


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("{", ""),
        ("", ""),
        ('{"format": 1, "x": NaN}', "NaN is no finite number"),
        ('{"format": 1, "x": -Infinity}', "-Infinity is no finite number"),
        ("[" * 100_000, ""),
    ],
)
def test_bad_json(tmp_path, text, end):
    path = tmp_path / "a"
    path.write_bytes(with_description(text))
    refused(path, f"{path}: its description is not valid JSON: {end}")


@pytest.mark.parametrize("text", ["[]", "1", '"format"', "null"])
def test_json_of_another_kind(tmp_path, text):
    path = tmp_path / "a"
    path.write_bytes(with_description(text))
    refused(path, f"{path}: its description must be a JSON object; got {text}")


@pytest.mark.parametrize(
    ("text", "version"),
    [("2", "2"), ("0", "0"), ('"1"', "'1'"), ("true", "True"), ("null", "None"), ("[1]", "[1]")],
)
def test_unknown_version(tmp_path, text, version):
    path = tmp_path / "a"
    path.write_bytes(with_description(f'{{"format": {text}}}'))
    refused(path, f"{path} has format {version}; this version of fullstride reads format 1")
    path.write_bytes(with_description("{}"))
    refused(path, f"{path} has format None; this version of fullstride reads format 1")


@pytest.mark.parametrize(("dtype", "size"), [("BF16", 2), ("F8_E4M3", 1)])
def test_a_dtype_that_numpy_has_not(tmp_path, dtype, size):
    header: dict[str, Any] = {
        "__metadata__": {"fullstride": '{"format": 1}'},
        "x": {"dtype": dtype, "shape": [1], "data_offsets": [0, size]},
    }
    path = tmp_path / "a"
    path.write_bytes(container(header, bytes(size)))
    refused(path, f"{path} holds a tensor of a dtype that numpy does not have: ")


def test_a_file_that_the_system_cannot_read(tmp_path, monkeypatch):
    def fails(*arguments, **options):
        raise OSError(5, "Input/output error")

    write_model(tmp_path / "a", TENSORS, DESCRIPTION)
    monkeypatch.setattr("safetensors.safe_open", fails)
    refused(tmp_path / "a", f"cannot read {tmp_path / 'a'}: input/output error")
