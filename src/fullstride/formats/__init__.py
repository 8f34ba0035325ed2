"""What fullstride writes to disk: the model file, and the way in which every file is written."""

from fullstride.formats.atomic import (
    atomic_path,
    ensure_writable_folder,
    new_run_folder,
    write_bytes,
    write_text,
)
from fullstride.formats.model_file import FORMAT, MODEL_NAME, read_model, write_model

__all__ = [
    "FORMAT",
    "MODEL_NAME",
    "atomic_path",
    "ensure_writable_folder",
    "new_run_folder",
    "read_model",
    "write_bytes",
    "write_model",
    "write_text",
]
