"""Estimators for scikit-learn: networks in its pipelines, searches and ensembles.

It needs scikit-learn: pip install 'fullstride[sklearn]'.
"""

try:
    import sklearn  # noqa: F401  # the package of that name: imports are absolute
except ModuleNotFoundError as error:
    if error.name != "sklearn":
        raise
    raise ModuleNotFoundError(
        "fullstride.sklearn needs scikit-learn: pip install 'fullstride[sklearn]'", name="sklearn"
    ) from error

from fullstride.sklearn.classifier import CNNClassifier
from fullstride.sklearn.regressor import CNNRegressor

__all__ = ["CNNClassifier", "CNNRegressor"]
