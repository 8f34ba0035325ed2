"""Ordinary image files as inputs of a network: drawn here, with pixels known by hand."""

from __future__ import annotations

import re
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from fullstride.data import Preprocessing, load, read_image
from fullstride.data.images import is_grey, open_picture
from fullstride.errors import DataError
from tests.support.datasets import data_folder
from tests.support.pictures import png_of

GREY = Preprocessing((4, 6, 1), 1 / 255)
COLOUR = Preprocessing((4, 6, 3), 1 / 255)
PIXELS = np.arange(24, dtype=np.uint8).reshape(4, 6) * 10


def saved(folder: Path, image: Image.Image, name: str = "image.png", **options: object) -> Path:
    path = folder / name
    image.save(path, **options)
    return path


def test_grey_of_the_right_size_comes_back_as_it_is(tmp_path):
    image = read_image(saved(tmp_path, Image.fromarray(PIXELS)), GREY)
    assert image.dtype == np.uint8
    np.testing.assert_array_equal(image[..., 0], PIXELS)


def test_colour(tmp_path):
    pixels = np.stack([PIXELS, PIXELS[::-1], PIXELS[:, ::-1]], axis=-1)
    path = saved(tmp_path, Image.fromarray(pixels))
    np.testing.assert_array_equal(read_image(path, COLOUR), pixels)
    luma = pixels @ np.array([0.299, 0.587, 0.114])  # ITU-R 601
    np.testing.assert_allclose(read_image(path, GREY)[..., 0], luma, atol=1)


def test_grey_file_for_a_network_of_colour(tmp_path):
    image = read_image(saved(tmp_path, Image.fromarray(PIXELS)), COLOUR)
    np.testing.assert_array_equal(image, np.repeat(PIXELS[..., None], 3, axis=2))


def test_maximum_16(tmp_path):
    path = saved(tmp_path, Image.fromarray(np.array([[0, 51, 255], [8, 127, 128]], np.uint8)))
    image = read_image(path, Preprocessing((2, 3, 1), 1 / 16, maximum=16))
    # 16 * 51 / 255 = 3.2; 16 * 8 / 255 = 0.502; 16 * 127 / 255 = 7.97; 16 * 128 / 255 = 8.03
    assert image[..., 0].tolist() == [[0, 3, 16], [1, 8, 8]]


def test_stretch_halves_and_takes_no_heed_of_the_aspect(tmp_path):
    blocks = np.kron(PIXELS, np.ones((10, 2), np.uint8))
    image = read_image(saved(tmp_path, Image.fromarray(blocks)), GREY)
    assert image.shape == (4, 6, 1)
    np.testing.assert_allclose(image[1:3, 1:5, 0], PIXELS[1:3, 1:5], atol=1)


def test_sixteen_bits_are_scaled_not_clipped(tmp_path):
    deep = PIXELS.astype(np.uint16) * 257
    for name in ("a.png", "a.tif"):
        image = read_image(saved(tmp_path, Image.fromarray(deep), name), GREY)
        np.testing.assert_array_equal(image[..., 0], PIXELS)


def test_thirty_two_bits_in_the_range_of_sixteen(tmp_path):
    path = saved(tmp_path, Image.fromarray(PIXELS.astype(np.int32) * 257), "a.tif")
    np.testing.assert_array_equal(read_image(path, GREY)[..., 0], PIXELS)


def test_palette_and_one_bit(tmp_path):
    indices = Image.fromarray((PIXELS > 100).astype(np.uint8)).convert("P")
    indices.putpalette([10, 10, 10, 200, 200, 200])
    expected = np.where(PIXELS > 100, 200, 10)
    for name in ("a.png", "a.gif"):
        np.testing.assert_array_equal(read_image(saved(tmp_path, indices, name), GREY)[..., 0], expected)
    bits = Image.fromarray(PIXELS > 100)
    np.testing.assert_array_equal(
        read_image(saved(tmp_path, bits, "b.png"), GREY)[..., 0], np.where(PIXELS > 100, 255, 0)
    )


def test_transparent_becomes_white(tmp_path):
    colour = np.zeros((4, 6, 4), np.uint8)  # black, transparent
    colour[1, 2] = [0, 0, 0, 255]
    colour[2, 3] = [0, 0, 0, 51]  # 20 % black on white: 204
    expected = np.full((4, 6), 255)
    expected[1, 2], expected[2, 3] = 0, 204
    rgba = Image.fromarray(colour)
    for image in (rgba, rgba.convert("LA")):
        np.testing.assert_array_equal(read_image(saved(tmp_path, image), GREY)[..., 0], expected)
    palette = Image.fromarray((PIXELS > 100).astype(np.uint8)).convert("P")
    palette.putpalette([10, 10, 10, 200, 200, 200])
    path = saved(tmp_path, palette, "p.png", transparency=1)
    np.testing.assert_array_equal(read_image(path, GREY)[..., 0], np.where(PIXELS > 100, 255, 10))


def test_a_camera_s_rotation_mark_is_obeyed(tmp_path):
    upright = Image.fromarray(PIXELS)
    exif = Image.Exif()
    exif[0x0112] = 6  # the upright image is this one, turned by 90 degrees clockwise
    path = saved(tmp_path, upright.transpose(Image.Transpose.ROTATE_90), exif=exif)
    np.testing.assert_array_equal(read_image(path, GREY)[..., 0], PIXELS)


def test_first_frame(tmp_path):
    frames = [Image.fromarray(np.full((4, 6), value, np.uint8)) for value in (10, 200)]
    path = saved(tmp_path, frames[0], "a.gif", save_all=True, append_images=frames[1:])
    assert (read_image(path, GREY) == 10).all()


def test_pixels_that_need_no_scaling_are_those_of_the_longer_way(tmp_path):
    # Ink "light" leaves an image with a dark border as it is, but goes through fractions of full brightness.
    pixels = np.arange(1024).reshape(32, 32).astype(np.uint8)
    pixels[[0, -1]] = pixels[:, [0, -1]] = 0
    path = saved(tmp_path, Image.fromarray(pixels))
    for shape in ((32, 32, 1), (11, 40, 1), (32, 32, 3), (7, 5, 3)):
        plain = Preprocessing(shape, 1 / 255)
        image = read_image(path, plain)
        np.testing.assert_array_equal(image, read_image(path, replace(plain, ink="light")))
        assert image.flags.writeable


# --- photographs


def photograph(folder: Path, n_H: int, n_W: int) -> Path:
    coarse = np.random.default_rng(0).integers(0, 256, (n_H // 40, n_W // 40, 3), np.uint8)
    image = Image.fromarray(coarse).resize((n_W, n_H), Image.Resampling.BICUBIC)
    return saved(folder, image, "photo.jpg", quality=90)


def whole(path: Path, preprocessing: Preprocessing) -> np.ndarray:
    """The photograph decoded at its full size, then resized."""
    n_H, n_W, _ = preprocessing.input_shape
    with Image.open(path) as image:
        return np.asarray(image.resize((n_W, n_H), Image.Resampling.BILINEAR))


def test_a_photograph_far_larger_than_the_input_is_decoded_at_a_part_of_its_size(tmp_path):
    path, target = photograph(tmp_path, 640, 960), Preprocessing((16, 20, 3), 1 / 255)
    picture = open_picture(path, target)
    assert picture.size == (640, 960)
    assert picture.image.size == (120, 80), "an eighth: 4 x 20 rows remain"
    np.testing.assert_allclose(read_image(path, target).astype(int), whole(path, target), atol=3)


def test_a_smaller_photograph_is_decoded_as_a_whole(tmp_path):
    path, target = photograph(tmp_path, 640, 960), Preprocessing((81, 20, 3), 1 / 255)
    assert open_picture(path, target).image.size == (960, 640), "half of it would be less than 4 x 81 rows"
    np.testing.assert_array_equal(read_image(path, target), whole(path, target))


def test_ink_is_looked_for_in_the_whole_photograph(tmp_path):
    path = photograph(tmp_path, 640, 960)
    framed = Preprocessing((8, 8, 1), 1 / 255, ink="light", framing="fit")
    assert open_picture(path, framed).image.size == (960, 640)


@pytest.mark.parametrize(
    ("mark", "size"), [(1, (20, 10)), (3, (20, 10)), (5, (10, 20)), (6, (10, 20)), (8, (10, 20))]
)
def test_the_size_is_that_of_the_upright_picture(tmp_path, mark, size):
    exif = Image.Exif()
    exif[0x0112] = mark
    path = saved(tmp_path, Image.new("RGB", (10, 20)), "a.jpg", exif=exif)
    picture = open_picture(path, COLOUR)
    assert picture.size == size
    assert picture.image.size == size[::-1]


def test_what_is_grey():
    grey = Image.fromarray(PIXELS)
    for image in (grey, grey.convert("RGB"), grey.convert("P"), Image.fromarray(PIXELS > 100)):
        assert is_grey(image)
    for place in ((0, 0), (5, 3)):
        colour = grey.convert("RGB")
        colour.putpixel(place, (10, 10, 11))
        assert not is_grey(colour)
        assert not is_grey(colour.convert("P", palette=Image.Palette.ADAPTIVE, colors=256))


# --- ink


def test_light_ink_inverts_dark_on_white_only(tmp_path):
    light = replace(GREY, ink="light")
    drawing = np.full((4, 6), 255, np.uint8)
    drawing[1:3, 2] = 0
    dark_on_white = saved(tmp_path, Image.fromarray(drawing), "a.png")
    light_on_black = saved(tmp_path, Image.fromarray(255 - drawing), "b.png")
    for path in (dark_on_white, light_on_black):
        np.testing.assert_array_equal(read_image(path, light)[..., 0], 255 - drawing)
    np.testing.assert_array_equal(read_image(dark_on_white, GREY)[..., 0], drawing)


def test_light_ink_of_a_colour_image(tmp_path):
    drawing = np.full((4, 6, 3), (250, 240, 230), np.uint8)
    drawing[1:3, 2:4] = (0, 20, 90)
    image = read_image(saved(tmp_path, Image.fromarray(drawing)), replace(COLOUR, ink="light"))
    np.testing.assert_array_equal(image, 255 - drawing)


def test_paper_whose_corners_are_darker_than_its_middle_is_still_paper(tmp_path):
    vertical, horizontal = np.mgrid[-1:1:60j, -1:1:60j]
    photo = 220 - 70 * np.hypot(vertical, horizontal)  # the border is darker than the mean of the inside
    photo[25:35, 28:32] = 30
    path = saved(tmp_path, Image.fromarray(photo.astype(np.uint8)))
    image = read_image(path, Preprocessing((60, 60, 1), 1 / 255, ink="light"))[..., 0]
    assert image[30, 30] == 225
    assert image[0, 30] < 120


# --- framing


def bar(folder: Path, height: int, width: int, place: tuple[int, int] = (20, 50)) -> Path:
    """A black bar on a white sheet of 200x300 pixels."""
    sheet = np.full((200, 300), 255, np.uint8)
    sheet[place[0] : place[0] + height, place[1] : place[1] + width] = 0
    return saved(folder, Image.fromarray(sheet))


def extent(image: np.ndarray) -> tuple[int, int, int, int]:
    """First row, rows, first column, columns of what is not zero."""
    rows, columns = np.flatnonzero(image.any(axis=(1, 2))), np.flatnonzero(image.any(axis=(0, 2)))
    return int(rows[0]), len(rows), int(columns[0]), len(columns)


@pytest.mark.parametrize("place", [(0, 10), (20, 50), (99, 260)])
def test_centre_fits_the_ink_into_the_box_wherever_it_was_drawn(tmp_path, place):
    mnist = Preprocessing((28, 28, 1), 1 / 255, ink="light", framing="centre", box=(20 / 28, 20 / 28))
    image = read_image(bar(tmp_path, 100, 30, place), mnist)
    # 100 x 30 becomes 20 x 6, with its middle at 9.5 and 2.5; 14 - 9.5 = 4.5 and 14 - 2.5 = 11.5 are ties
    top, rows, left, columns = extent(image)
    assert (rows, columns) == (20, 6)
    assert top in (4, 5)
    assert left in (11, 12)
    assert set(np.unique(image)) == {0, 255}


def test_centre_puts_the_mass_in_the_middle_and_fit_the_box(tmp_path):
    sheet = Image.new("L", (200, 200), 255)
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((50, 50, 149, 59), fill=0)  # a long thin arm to the right ...
    draw.rectangle((50, 50, 79, 149), fill=0)  # ... and a heavy stem on the left
    path = saved(tmp_path, sheet)
    half = Preprocessing((40, 40, 1), 1 / 255, ink="light", framing="centre", box=(0.5, 0.5))
    image = read_image(path, half).astype(float)[..., 0]
    place = np.arange(40)
    assert abs((image.sum(axis=0) * place).sum() / image.sum() - 20) <= 0.5
    assert abs((image.sum(axis=1) * place).sum() / image.sum() - 20) <= 0.5
    assert extent(read_image(path, replace(half, framing="fit"))) == (10, 20, 10, 20)


def test_fill_stretches_half_way_to_the_box(tmp_path):
    # A square fits as 20 x 20 into 32 x 20 blocks; half-way to 32 rows is sqrt(20 * 32) = 25 rows, 6.3 pixels.
    fill = Preprocessing((8, 8, 1), 1 / 16, maximum=16, ink="light", framing="fill", box=(1.0, 0.625))
    image = read_image(bar(tmp_path, 50, 50), fill)
    assert image.sum() == pytest.approx(16 * 25 * 20 / 16, abs=4)
    assert image.max() == 16
    # A stroke of 100 x 10 fits as 32 x 3; half-way to 20 columns is sqrt(3.2 * 20) = 8.
    image = read_image(bar(tmp_path, 100, 10), fill)
    assert image.sum() == pytest.approx(16 * 32 * 8 / 16, abs=4)


def test_enlarging_a_small_drawing(tmp_path):
    small = np.full((5, 5), 255, np.uint8)
    small[1:4, 2] = 0
    image = read_image(
        saved(tmp_path, Image.fromarray(small)),
        Preprocessing((28, 28, 1), 1 / 255, ink="light", framing="fit", box=(0.75, 0.75)),
    )
    # 3 x 1 becomes 21 x 7; (28 - 7) / 2 = 10.5 and (28 - 21) / 2 = 3.5 go to the even 10 and 4
    assert extent(image) == (4, 21, 10, 7)


def test_faint_ink_and_grey_paper_use_the_whole_range(tmp_path):
    sheet = np.full((100, 100), 180, np.uint8)
    sheet[::7, ::5] = 176  # the grain of the paper
    sheet[30:70, 40:60] = 120
    image = read_image(
        saved(tmp_path, Image.fromarray(sheet)),
        Preprocessing((28, 28, 1), 1 / 255, ink="light", framing="fit", box=(20 / 28, 20 / 28)),
    )
    assert extent(image) == (4, 20, 9, 10)
    assert image.max() == 255


@pytest.mark.parametrize("framing", ["fit", "centre", "fill"])
@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_blank_sheet_gives_zeros(tmp_path, framing, value):
    path = saved(tmp_path, Image.new("L", (50, 30), value))
    image = read_image(path, Preprocessing((8, 8, 1), 1, ink="light", framing=framing))
    assert image.shape == (8, 8, 1)
    assert not image.any()


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1)])
@pytest.mark.parametrize("framing", ["stretch", "fit", "centre", "fill"])
def test_extreme_sizes(tmp_path, size, framing):
    sheet = np.full(size, 255, np.uint8)
    sheet[-1, -1] = 0
    path = saved(tmp_path, Image.fromarray(sheet))
    assert read_image(path, Preprocessing((8, 8, 1), 1, ink="light", framing=framing)).shape == (8, 8, 1)


def test_digits_of_mnist_drawn_large_come_back_nearly_as_they_were(tmp_path):
    data = load("mnist", data_folder("mnist"))
    differences = []
    for original in data.X_test[:40, :, :, 0]:
        sheet = Image.new("L", (500, 420), 255)
        sheet.paste(Image.fromarray(255 - original).resize((280, 280), Image.Resampling.BICUBIC), (150, 20))
        image = read_image(saved(tmp_path, sheet), data.preprocessing)[..., 0]
        differences.append(np.abs(image.astype(int) - original).mean())
    assert np.mean(differences) < 9  # shifted by one pixel it would be 15 to 30


# --- bad files


def refused(path: Path, sentence: str) -> None:
    with pytest.raises(DataError, match=f"^{re.escape(f'cannot read the image {path}: {sentence}')}"):
        read_image(path, GREY)


def test_missing_folder_and_no_image(tmp_path):
    refused(tmp_path / "nowhere.png", "no such file or directory")
    refused(tmp_path, "it is a folder")
    for content in (b"", b"no image at all", b"\0\0\x08\x03" + bytes(100)):
        (tmp_path / "a.png").write_bytes(content)
        refused(tmp_path / "a.png", "it is no image in a format that Pillow knows")


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "bmp", "tif", "webp"])
def test_every_cut_gives_an_image_or_our_own_error(tmp_path, suffix):
    noise = np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8)
    content = saved(tmp_path, Image.fromarray(noise), f"a.{suffix}").read_bytes()
    path = tmp_path / f"cut.{suffix}"
    path.write_bytes(content[: len(content) // 2])
    refused(path, "")
    for end in range(0, len(content), 97):
        path.write_bytes(content[:end])
        with pytest.raises(DataError, match=r"^cannot read the image "):
            read_image(path, GREY)


def test_every_damaged_byte_gives_an_image_or_our_own_error(tmp_path):
    for suffix in ("png", "jpg", "gif", "bmp", "tif"):
        content = saved(tmp_path, Image.fromarray(PIXELS), f"a.{suffix}").read_bytes()
        for place in range(len(content)):
            (tmp_path / "damaged").write_bytes(content[:place] + b"\x5a" + content[place + 1 :])
            try:
                read_image(tmp_path / "damaged", GREY)
            except DataError as error:
                assert "cannot read the image" in str(error)  # noqa: PT017 - an image is as good


@pytest.mark.parametrize("side", [10_000, 50_000])  # Pillow warns of the one and refuses the other
def test_a_decompression_bomb_is_refused_before_it_is_decoded(tmp_path, side):
    path = tmp_path / "bomb.png"
    path.write_bytes(png_of(side, side))
    refused(path, "it has too many pixels: ")


def test_float_and_32_bit_pixels(tmp_path):
    path = saved(tmp_path, Image.fromarray(PIXELS.astype(np.float32)), "a.tif")
    refused(path, "its pixels are floating-point numbers of unknown range; save it with 8 bits a channel")
    path = saved(tmp_path, Image.fromarray(PIXELS.astype(np.int32) * 70000), "a.tif")
    refused(path, "its pixels have more than 16 bits; save it with 8 bits a channel")


def test_a_decoder_that_fails_in_its_own_way(tmp_path, monkeypatch):
    def fails(image):
        raise struct.error("unpack requires 4 bytes")

    monkeypatch.setattr("PIL.ImageOps.exif_transpose", fails)
    refused(saved(tmp_path, Image.fromarray(PIXELS)), "it is damaged: unpack requires 4 bytes")
