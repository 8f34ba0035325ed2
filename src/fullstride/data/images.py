"""Reading ordinary image files as the network saw its training images (see `Preprocessing`)."""

from __future__ import annotations

import math
import os
import warnings
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fullstride.data.preprocessing import Preprocessing
from fullstride.errors import DataError
from fullstride.geometry import Pair

if TYPE_CHECKING:
    from PIL.Image import Image

_WORKING_SIZE = 1024  # pixels an axis that framing looks at: a photograph has far too many
_BLOCKS = 4  # the source of the digits counted the ink of a 32x32 bitmap in blocks of 4x4
_DRAFT = 4  # a JPEG keeps at least so many times the rows and columns of the network's images
_ORIENTATION = 0x0112  # the rotation mark in a camera's metadata ...
_ON_ITS_SIDE = (5, 6, 7, 8)  # ... and its values that turn the picture by a quarter
# Parts of the strongest ink. With these, images of MNIST, enlarged and read back, came nearest to themselves.
_STRONG = 0.3  # ink that counts for the crop
_PAPER = 0.1  # weaker is paper


def read_image(path: str | os.PathLike[str], preprocessing: Preprocessing) -> NDArray[np.uint8]:
    """Read an image file (PNG, JPEG, GIF, BMP, TIFF, WebP ...) as an input of the network, before `scale`.

    The first frame counts; a camera's rotation mark is obeyed; transparent pixels become white, as paper is;
    16-bit grey becomes 8-bit. Then the ink and the framing follow `preprocessing`.

    Parameters
    ----------
    path : the image file
    preprocessing : Preprocessing

    Returns
    -------
    image : ndarray of uint8, shape (n_H, n_W, n_C), in 0..maximum, as `DataSet` holds images

    Raises
    ------
    DataError
        If the file is missing or a folder, is no image, is cut off or damaged, or has more pixels than Pillow
        takes for safe (`PIL.Image.MAX_IMAGE_PIXELS`, about 89 million).
    """
    return input_of(open_picture(path, preprocessing).image, preprocessing)


class Picture(NamedTuple):
    """A decoded file: upright, opaque, 8 bits a channel; and (n_H, n_W) as it is in the file, upright."""

    image: Image
    size: Pair


def input_of(picture: Image, preprocessing: Preprocessing) -> NDArray[np.uint8]:
    """An upright, opaque picture of 8 bits a channel as an input of the network; see `read_image`."""
    from PIL import Image

    n_H, n_W, n_C = preprocessing.input_shape
    picture = picture.convert("L" if n_C == 1 else "RGB")
    stretch = preprocessing.framing == "stretch"
    if stretch and preprocessing.ink == "as-is" and preprocessing.maximum == 255:
        # What follows would come to the same: resizing rounds to whole numbers, and there is nothing to scale.
        if picture.size != (n_W, n_H):
            picture = picture.resize((n_W, n_H), Image.Resampling.BILINEAR)
        return np.array(picture).reshape(n_H, n_W, n_C)
    if not stretch:
        picture.thumbnail((_WORKING_SIZE, _WORKING_SIZE), Image.Resampling.BOX)
    pixels = np.asarray(picture)
    if preprocessing.ink == "light" and _has_bright_border(np.asarray(picture.convert("L"))):
        pixels = 255 - pixels
    if stretch:
        resized = Image.fromarray(pixels).resize((n_W, n_H), Image.Resampling.BILINEAR)
        image = np.asarray(resized, np.float32) / np.float32(255)
    else:
        image = _frame(pixels, preprocessing)
    values: NDArray[np.uint8] = np.rint(image * preprocessing.maximum).astype(np.uint8)
    return values.reshape(n_H, n_W, n_C)


def is_grey(picture: Image) -> bool:
    """Whether every pixel of an upright, opaque picture of 8 bits a channel has R = G = B."""
    if picture.mode in ("1", "L"):
        return True
    pixels = np.asarray(picture.convert("RGB"))
    return bool((pixels[..., :1] == pixels[..., 1:]).all())


def open_picture(path: str | os.PathLike[str], preprocessing: Preprocessing) -> Picture:
    """The decoded first frame; a JPEG far larger than the network's images is decoded at a part of its size.

    Raises
    ------
    DataError
        As `read_image` says.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    if os.path.isdir(path):
        raise DataError(f"cannot read the image {path}: it is a folder")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata; the pixels are what counts
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                n_W, n_H = image.size
                if preprocessing.framing == "stretch":
                    # A half, quarter or eighth, taken from the cosines themselves, where enough remains.
                    enough = _DRAFT * max(preprocessing.input_shape[:2])
                    image.draft(None, (enough, enough))
                image.load()
                turned = image.getexif().get(_ORIENTATION, 1) in _ON_ITS_SIDE
                upright = ImageOps.exif_transpose(image)
            return Picture(_opaque(_eight_bit(upright)), (n_W, n_H) if turned else (n_H, n_W))
    except DataError as error:
        raise DataError(f"cannot read the image {path}: {error}") from error
    except UnidentifiedImageError as error:
        raise DataError(
            f"cannot read the image {path}: it is no image in a format that Pillow knows"
        ) from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise DataError(f"cannot read the image {path}: it has too many pixels: {error}") from error
    except OSError as error:
        raise DataError(f"cannot read the image {path}: {(error.strerror or str(error)).lower()}") from error
    # Decoders raise whatever their parser met: struct.error, SyntaxError, IndexError ...
    except Exception as error:
        raise DataError(f"cannot read the image {path}: it is damaged: {error}") from error


def _eight_bit(image: Image) -> Image:
    """16-bit grey as 8-bit: 65535 becomes 255. (Pillow's own conversion clips at 255.)"""
    from PIL import Image

    if image.mode == "F":
        raise DataError(
            "its pixels are floating-point numbers of unknown range; save it with 8 bits a channel"
        )
    if not image.mode.startswith("I"):
        return image
    values = np.asarray(image).astype(np.int64)
    if values.min() < 0 or values.max() > 65535:
        raise DataError("its pixels have more than 16 bits; save it with 8 bits a channel")
    return Image.fromarray(np.rint(values / 257).astype(np.uint8))


def _opaque(image: Image) -> Image:
    from PIL import Image

    if not image.has_transparency_data:
        return image
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, image.convert("RGBA"))


def _background(grey: NDArray[np.uint8]) -> float:
    """The median of the outermost pixels."""
    return float(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))


def _has_bright_border(grey: NDArray[np.uint8]) -> bool:
    """Whether the background lies in the brighter half of the image's range.

    The range, not the mean of the inside: the corners of a photograph of white paper are darker than its
    middle, but nearer to the paper than to the ink.
    """
    return _background(grey) > (int(grey.min()) + int(grey.max())) / 2


def _frame(grey: NDArray[np.uint8], preprocessing: Preprocessing) -> NDArray[np.float32]:
    """Light ink cut out, fitted into the box and placed; from 0 (paper) to 1 (full ink).

    An image without ink gives zeros.
    """
    from PIL import Image

    blocks = _BLOCKS if preprocessing.framing == "fill" else 1
    n_H, n_W = blocks * preprocessing.input_shape[0], blocks * preprocessing.input_shape[1]
    framed = np.zeros((n_H, n_W), np.float32)
    ink = np.maximum(grey - np.float32(_background(grey)), 0)
    strong = ink > _STRONG * ink.max()
    if not strong.any():
        return framed[::blocks, ::blocks]
    rows, columns = np.flatnonzero(strong.any(axis=1)), np.flatnonzero(strong.any(axis=0))
    ink[ink < _PAPER * ink.max()] = 0
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    vert, horiz = preprocessing.box[0] * n_H / ink.shape[0], preprocessing.box[1] * n_W / ink.shape[1]
    factor = min(vert, horiz)
    if preprocessing.framing == "fill":
        vert, horiz = math.sqrt(factor * vert), math.sqrt(factor * horiz)
    else:
        vert = horiz = factor
    h, w = max(1, round(vert * ink.shape[0])), max(1, round(horiz * ink.shape[1]))
    fitted = np.asarray(Image.fromarray(ink).resize((w, h), Image.Resampling.BILINEAR))
    if preprocessing.framing != "fit":
        top, left = _by_mass(fitted.sum(axis=1), n_H), _by_mass(fitted.sum(axis=0), n_W)
    else:
        top, left = round((n_H - h) / 2), round((n_W - w) / 2)
    framed[top : top + h, left : left + w] = fitted
    counted: NDArray[np.float32] = framed.reshape(n_H // blocks, blocks, -1, blocks).mean(axis=(1, 3))
    counted /= counted.max()
    return counted


def _by_mass(mass: NDArray[np.float32], n: int) -> int:
    """Where ink with this mass along an axis begins, so that its centre of mass comes nearest to index n / 2.

    Index n / 2, not (n - 1) / 2, is where MNIST has it: 13.98 and 14.02 on the mean of its first images.
    """
    centre = float(np.average(np.arange(len(mass)), weights=mass))
    return min(max(round(n / 2 - centre), 0), n - len(mass))
