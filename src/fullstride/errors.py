"""One family of errors. A sentence names function, argument, rule, expectation (symbols and numbers), and what came."""


class FullstrideError(Exception):
    """Base of every error that fullstride raises on purpose."""


class ShapeError(FullstrideError, ValueError):
    """An array or a size does not have the shape that the formula needs."""


class DtypeError(FullstrideError, TypeError):
    """An argument is of a type or dtype that is not computed with."""


class ArgumentError(FullstrideError, ValueError):
    """An argument lies outside its range, or names something that does not exist."""


class DataError(FullstrideError, ValueError):
    """A data set, an image or a label cannot be used; the message names the first bad one."""


class FileFormatError(FullstrideError, ValueError):
    """A file is not what it should be: truncated, corrupt, or of another format."""


class OutputError(FullstrideError, OSError):
    """A file or folder cannot be written."""


class EngineError(FullstrideError, RuntimeError):
    """The native engine cannot run here, or a run of it was given up."""


class GradientError(FullstrideError, ArithmeticError):
    """A backward does not give the derivatives of its forward."""


class TrainingError(FullstrideError, RuntimeError):
    """Training cannot go on: the loss is not a finite number."""
