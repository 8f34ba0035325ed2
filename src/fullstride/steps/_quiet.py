"""NaN and infinities pass through a step without a warning, as they pass through the native kernels."""

import numpy as np

quiet = np.errstate(over="ignore", invalid="ignore")
"""Decorates a step whose formula meets inf - inf, 0 * inf, or a product too large for its dtype."""
