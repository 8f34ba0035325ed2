"""The data sets that are known by name: where their files come from, what they hold, and how images become like theirs.

Addresses and MD5 sums are those of torchvision, `torchvision/datasets/mnist.py` in github.com/pytorch/vision (MNIST,
Fashion-MNIST, KMNIST and EMNIST), and of the authors' page https://www.cs.toronto.edu/~kriz/cifar.html (CIFAR, the
binary version: the Python version consists of pickles, which could run code).
"""

from __future__ import annotations

import string
from dataclasses import dataclass

from fullstride.data.preprocessing import Preprocessing

IDX_FILES = (
    *("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    *("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
)


@dataclass(frozen=True)
class RemoteFile:
    """A file to download: the name that it gets, its MD5 sum, and addresses that are tried in turn."""

    name: str
    md5: str
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class IdxFiles:
    """Four IDX files: X_train, y_train, X_test, y_test.

    Attributes
    ----------
    names : without the `.gz` that they may have
    first_label : the label of class 0
    transposed : whether rows and columns of the images have changed places
    zip_names : names that an archive with the files may have; none where the files come by themselves
    zip_folder : the folder in that archive
    """

    names: tuple[str, ...] = IDX_FILES
    first_label: int = 0
    transposed: bool = False
    zip_names: tuple[str, ...] = ()
    zip_folder: str = ""


@dataclass(frozen=True)
class CifarFiles:
    """The binary version of CIFAR: a folder of files of records (see `read_cifar`).

    Attributes
    ----------
    archive : the `.tar.gz` that holds the folder
    folder : its name
    train, test : (file, how many records it holds), in this order
    label_bytes : how many bytes precede the pixels of a record; the last of them is the label
    pickled : the names of the Python version, for a hint
    """

    archive: str
    folder: str
    train: tuple[tuple[str, int], ...]
    test: tuple[tuple[str, int], ...]
    label_bytes: int
    pickled: tuple[str, ...]


@dataclass(frozen=True)
class KnownSet:
    """A data set that is known by name.

    Attributes
    ----------
    name : of the set
    folder : its own folder, in the cache folder and in a data_dir
    places : where in a data_dir its files may lie, in the order in which they are looked for
    downloads : what it is made of, as it can be downloaded
    content : what those files are
    class_names, preprocessing : as `DataSet` has them
    """

    name: str
    folder: str
    places: tuple[str, ...]
    downloads: tuple[RemoteFile, ...]
    content: IdxFiles | CifarFiles
    class_names: tuple[str, ...]
    preprocessing: Preprocessing


DIGIT_NAMES = tuple(string.digits)
_LETTER_NAMES = tuple(string.ascii_lowercase)
_CHARACTER_NAMES = (*string.digits, *string.ascii_uppercase, *string.ascii_lowercase)
# Where the small letter looks like the capital, both are one class.
_MERGED_NAMES = tuple(name for name in _CHARACTER_NAMES if name not in "cijklmopsuvwxyz")
FASHION_NAMES = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
_KUZUSHIJI_NAMES = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
_CIFAR_10_NAMES = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)
_CIFAR_100_NAMES = (
    *("apple", "aquarium_fish", "baby", "bear", "beaver", "bed", "bee", "beetle", "bicycle", "bottle"),
    *("bowl", "boy", "bridge", "bus", "butterfly", "camel", "can", "castle", "caterpillar", "cattle"),
    *("chair", "chimpanzee", "clock", "cloud", "cockroach", "couch", "crab", "crocodile", "cup", "dinosaur"),
    *("dolphin", "elephant", "flatfish", "forest", "fox", "girl", "hamster", "house", "kangaroo"),
    *("keyboard", "lamp", "lawn_mower", "leopard", "lion", "lizard", "lobster", "man", "maple_tree"),
    *("motorcycle", "mountain", "mouse", "mushroom", "oak_tree", "orange", "orchid", "otter", "palm_tree"),
    *("pear", "pickup_truck", "pine_tree", "plain", "plate", "poppy", "porcupine", "possum", "rabbit"),
    *("raccoon", "ray", "road", "rocket", "rose", "sea", "seal", "shark", "shrew", "skunk", "skyscraper"),
    *("snail", "snake", "spider", "squirrel", "streetcar", "sunflower", "sweet_pepper", "table", "tank"),
    *("telephone", "television", "tiger", "tractor", "train", "trout", "tulip", "turtle", "wardrobe"),
    *("whale", "willow_tree", "wolf", "woman", "worm"),
)

DIGITS_PREPROCESSING = Preprocessing(
    # In the bitmap that became 8x8 a digit fills all 32 rows and, whatever its aspect was, about 20 columns.
    (8, 8, 1),
    1 / 16,
    maximum=16,
    ink="light",
    framing="fill",
    box=(1.0, 20 / 32),
)
_MNIST_PREPROCESSING = Preprocessing(
    (28, 28, 1), 1 / 255, ink="light", framing="centre", box=(20 / 28, 20 / 28)
)
# The longer side of a garment, or of a letter cut out of an old book, fills the image.
_FITTED_PREPROCESSING = Preprocessing((28, 28, 1), 1 / 255, ink="light", framing="fit")
# EMNIST keeps two pixels free around a character, and puts its box, not its mass, into the middle.
_EMNIST_PREPROCESSING = Preprocessing(
    (28, 28, 1), 1 / 255, ink="light", framing="fit", box=(24 / 28, 24 / 28)
)
_CIFAR_PREPROCESSING = Preprocessing((32, 32, 3), 1 / 255)


def _four_files(
    name: str,
    torchvision: str,
    mirrors: tuple[str, ...],
    sums: tuple[str, str, str, str],
    class_names: tuple[str, ...],
    preprocessing: Preprocessing,
) -> KnownSet:
    downloads = tuple(
        RemoteFile(f"{file}.gz", md5, tuple(f"{mirror}{file}.gz" for mirror in mirrors))
        for file, md5 in zip(IDX_FILES, sums, strict=True)
    )
    places = (name, f"{torchvision}/raw", ".", "raw")
    return KnownSet(name, name, places, downloads, IdxFiles(), class_names, preprocessing)


def _emnist(split: str, class_names: tuple[str, ...], first_label: int = 0) -> KnownSet:
    archive = RemoteFile(
        "gzip.zip",
        "58c8d27c78d21e728a6bc7b3cc06412e",
        (
            "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",
            "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/gzip.zip",
        ),
    )
    files = IdxFiles(
        tuple(
            f"emnist-{split}-{part}-{content}-ubyte"
            for part in ("train", "test")
            for content in ("images-idx3", "labels-idx1")
        ),
        first_label=first_label,
        transposed=True,
        zip_names=("gzip.zip", "emnist.zip"),
        zip_folder="gzip",
    )
    places = ("emnist", "emnist/gzip", "EMNIST/raw", "EMNIST/raw/gzip", ".", "gzip", "raw")
    return KnownSet(
        f"emnist-{split}", "emnist", places, (archive,), files, class_names, _EMNIST_PREPROCESSING
    )


def _cifar(name: str, md5: str, content: CifarFiles, class_names: tuple[str, ...]) -> KnownSet:
    download = RemoteFile(content.archive, md5, (f"https://www.cs.toronto.edu/~kriz/{content.archive}",))
    return KnownSet(name, name, (name, "."), (download,), content, class_names, _CIFAR_PREPROCESSING)


_SETS = (
    _four_files(
        "mnist",
        "MNIST",
        ("https://ossci-datasets.s3.amazonaws.com/mnist/", "http://yann.lecun.com/exdb/mnist/"),
        (
            *("f68b3c2dcbeaaa9fbdd348bbdeb94873", "d53e105ee54ea40749a09fcbcd1e9432"),
            *("9fb629c4189551a2d022fa330f9573f3", "ec29112dd5afa0611ce80d1b7f02629c"),
        ),
        DIGIT_NAMES,
        _MNIST_PREPROCESSING,
    ),
    _four_files(
        "fashion-mnist",
        "FashionMNIST",
        ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",),
        (
            *("8d4fb7e6c68d591d4c3dfef9ec88bf0d", "25c81989df183df01b3e8a0aad5dffbe"),
            *("bef4ecab320f06d8554ea6380940ec79", "bb300cfdad3c16e7a12a480ee83cd310"),
        ),
        FASHION_NAMES,
        _FITTED_PREPROCESSING,
    ),
    _four_files(
        "kmnist",
        "KMNIST",
        ("http://codh.rois.ac.jp/kmnist/dataset/kmnist/",),
        (
            *("bdb82020997e1d708af4cf47b453dcf7", "e144d726b3acfaa3e44228e80efcd344"),
            *("5c965bf0a639b31b8f53240b1b52f4d7", "7320c461ea6c1c855c0b718fb2a4b134"),
        ),
        _KUZUSHIJI_NAMES,
        _FITTED_PREPROCESSING,
    ),
    _emnist("byclass", _CHARACTER_NAMES),
    _emnist("bymerge", _MERGED_NAMES),
    _emnist("balanced", _MERGED_NAMES),
    _emnist("letters", _LETTER_NAMES, first_label=1),
    _emnist("digits", DIGIT_NAMES),
    _emnist("mnist", DIGIT_NAMES),
    _cifar(
        "cifar-10",
        "c32a1d4ab5d03f1284b67883e8d87530",
        CifarFiles(
            "cifar-10-binary.tar.gz",
            "cifar-10-batches-bin",
            train=tuple((f"data_batch_{n}.bin", 10_000) for n in range(1, 6)),
            test=(("test_batch.bin", 10_000),),
            label_bytes=1,
            pickled=("cifar-10-batches-py", "cifar-10-python.tar.gz"),
        ),
        _CIFAR_10_NAMES,
    ),
    _cifar(
        "cifar-100",
        "03b5dce01913d631647c71ecec9e9cb8",
        CifarFiles(
            "cifar-100-binary.tar.gz",
            "cifar-100-binary",
            train=(("train.bin", 50_000),),
            test=(("test.bin", 10_000),),
            label_bytes=2,  # the superclass, of 20, comes first
            pickled=("cifar-100-python", "cifar-100-python.tar.gz"),
        ),
        _CIFAR_100_NAMES,
    ),
)

KNOWN = {known.name: known for known in _SETS}
KNOWN_NAMES = ("digits", *KNOWN)
_OTHER_NAMES = {"emnist": "emnist-balanced", "cifar10": "cifar-10", "cifar100": "cifar-100"}


def known_name(argument: str) -> str | None:
    """The name in `KNOWN_NAMES` that is meant; None where it is the path of a folder.

    >>> known_name("emnist"), known_name("mnist"), known_name("./mnist")
    ('emnist-balanced', 'mnist', None)
    """
    name = _OTHER_NAMES.get(argument, argument)
    return name if name in KNOWN_NAMES else None
