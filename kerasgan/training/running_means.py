import keras
from keras import ops

from kerasgan import backend


class RunningMeans(keras.metrics.Metric):
    """The means of several scalars over an epoch, as one metric.

    They are those of `keras.metrics.Mean`, of which one for each scalar would
    be much of what a step of a small game computes: these are updated and
    read all at once. They are saved with the model, so that an epoch can go
    on in another process; see `kerasgan train --resume`.

    Args:
        keys: Strings, keys in the logs.
        name: String, name of the metric, which is not in the logs.
    """

    def __init__(self, keys, name="logs"):
        super().__init__(name=name)
        self.keys = tuple(keys)
        self.totals = self.add_variable(
            (len(self.keys),), "zeros", name="totals"
        )
        self.count = self.add_variable((), "zeros", name="count")

    def update_state(self, values, sample_weight):
        """Adds the values of one step.

        Args:
            values: Dict of scalars; keys that it lacks count as 0.
            sample_weight: Scalar, number of images they stand for.
        """
        unknown = sorted(set(values) - set(self.keys))
        if unknown:
            raise ValueError(
                "A step may log the keys that `log_names` gave only: "
                f"{', '.join(self.keys)}. Received also: {', '.join(unknown)}"
            )
        row = [ops.cast(values.get(key, 0.0), "float32") for key in self.keys]
        weight = ops.cast(sample_weight, "float32")
        self.totals.assign_add(ops.stack(row) * weight)
        self.count.assign_add(weight)

    def result(self):
        means = ops.divide_no_nan(self.totals.value, self.count.value)
        return dict(zip(self.keys, ops.unstack(means)))

    def save_own_variables(self, store):
        if backend.waits_for_processes(self.totals):
            return  # one of them saves
        for key, variable in (("totals", self.totals), ("count", self.count)):
            store[key] = ops.convert_to_numpy(variable)

    def load_own_variables(self, store):
        # Older files have none, and a game with other penalties others.
        totals = store["totals"] if "totals" in store.keys() else None
        if totals is None or tuple(totals.shape) != self.totals.shape:
            return
        self.totals.assign(totals[()])
        self.count.assign(store["count"][()])
