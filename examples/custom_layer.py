"""A layer of one's own, from nothing to trained: PReLU, whose slope for negative numbers is learned, one a channel.

K. He et al., "Delving deep into rectifiers" (2015), formulas (7) to (9). Run it: python examples/custom_layer.py
"""

import numpy as np

from fullstride import Conv, CustomLayer, Dense, Flatten, MaxPool, Network, ParameterSpec, check_gradients
from fullstride.data import load


class PReLU(CustomLayer):
    start: float = 0.25

    def parameters(self, shape):
        return {"slope": ParameterSpec((1, 1, 1, shape[-1]), fan_in=0, initial=self.start)}

    def forward(self, A_prev, slope):
        return np.where(A_prev > 0, A_prev, slope * A_prev), (A_prev, slope)

    def backward(self, dA, cache):
        A_prev, slope = cache
        dA_prev = np.where(A_prev > 0, dA, slope * dA)
        dslope = np.where(A_prev > 0, 0, dA * A_prev).sum(axis=(0, 1, 2), keepdims=True)
        return dA_prev, {"slope": dslope}


print(check_gradients(PReLU(), input_shape=(6, 6, 3)))

digits = load("digits")
layers = (Conv(8, f=3, pad=1), PReLU(), MaxPool(2), Conv(16, f=3, pad=1), PReLU(), Flatten(), Dense(10))
network = Network(*layers, input_shape=(8, 8, 1), seed=0)
network.preprocessing = digits.preprocessing
network.fit(digits.X_train, digits.y_train, epochs=15, batch_size=32, lr=0.05)
print(f"test accuracy {100 * network.score(digits.X_test, digits.y_test):.2f} %")
print("slopes", network.parameters["prelu1.slope"].ravel().round(2))
