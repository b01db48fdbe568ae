"""The metric that keeps the logs of an epoch."""

import keras


class RunningMean(keras.metrics.Mean):
    """`keras.metrics.Mean`, with a short way for scalars.

    Keras' own first brings values and weights of any shapes together. For the
    few scalars of each step that would be much of what a small game traces.
    """

    def update_state(self, values, sample_weight=None):
        if sample_weight is None or len(values.shape):
            super().update_state(values, sample_weight)
            return
        self.total.assign_add(values * sample_weight)
        self.count.assign_add(sample_weight)
