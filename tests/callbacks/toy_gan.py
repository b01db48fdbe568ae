"""The smallest model that the callbacks of samples accept."""

import keras
import numpy as np

from kerasgan.conditions import choose


class ToyGAN(keras.Model):
    """One dense layer that fits a constant; its images show the kernel."""

    def __init__(self, num_classes=None, channels=1, condition=None):
        super().__init__()
        self.condition = choose(num_classes, condition)
        self.image_shape = (4, 6, channels)
        self.dense = keras.layers.Dense(1, use_bias=False)
        self.dense.build((None, 1))
        self.built = True
        self.calls = []
        self.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")

    def call(self, x):
        return self.dense(x)

    @property
    def steps_seen(self):
        return self.optimizer.iterations

    def generate(self, n, seed=None, condition=None):
        self.calls.append((n, seed, condition))
        kernel = keras.ops.convert_to_numpy(self.dense.kernel).item()
        return np.full((n, *self.image_shape), kernel, "float32")


def fit(model, steps=4, epochs=3, **kwargs):
    x = np.ones((steps, 1), "float32")
    model.fit(x, x * 0.9, batch_size=1, epochs=epochs, verbose=0, **kwargs)
