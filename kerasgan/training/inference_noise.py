"""The noise of networks whose dropout stays on after training."""

import contextlib

import numpy as np
from keras import ops

from kerasgan import backend
from kerasgan.layers import NoiseDropout
from kerasgan.utils.layers import layers_in

_LIMIT = 2**31  # as PyTorch keeps the state of a seed generator


class InferenceNoise:
    """Lets inference draw noise of its own; mixed into models.

    Layers like `kerasgan.layers.NoiseDropout` draw from seeds that are part
    of the model's state. Pictures and scores in the middle of a training must
    not move these.
    """

    def _has_noise(self, network):
        """Whether a network's outputs are random in inference."""
        return bool(_seeds_of(network))

    @contextlib.contextmanager
    def _noise_of(self, network, seed, number=0):
        """A context in which a network's noise in inference is a seed's.

        Args:
            network: Keras model.
            seed: Integer, or `None` where there is no noise.
            number: Integer, which of several batches of the seed it is.
        """
        seeds = _seeds_of(network)
        before = [np.array(ops.convert_to_numpy(s)) for s in seeds]
        for state, value in zip(seeds, _values(len(seeds), seed, number)):
            state.assign(value)
        try:
            yield
        finally:
            for state, value in zip(seeds, before):
                state.assign(value)

    def _noise_drawn(self, network, seed_generator):
        """A context within a step in which a network's noise is drawn anew.

        Args:
            network: Keras model.
            seed_generator: `keras.random.SeedGenerator` to draw it from.
        """
        seeds = _seeds_of(network)
        if not seeds:
            return contextlib.nullcontext()
        return backend.frozen_state([(s, seed_generator.next()) for s in seeds])

    def _call_with_fixed_noise(self, network, inputs):
        """Returns a network's outputs in inference, always of one noise."""
        seeds = _seeds_of(network)
        if not seeds:
            return backend.call_network(network, inputs, False)
        values = [
            ops.convert_to_tensor(value, dtype=state.dtype)
            for state, value in zip(seeds, _values(len(seeds), 0, 0))
        ]
        with backend.frozen_state(zip(seeds, values)):
            return backend.call_network(network, inputs, False)


def _seeds_of(network):
    """Returns the states of the seeds that a network draws from then."""
    return [
        layer.seed_generator.state
        for layer in layers_in([network])
        if isinstance(layer, NoiseDropout)
        and layer.at_inference
        and layer.rate > 0
    ]


def _values(count, seed, number):
    """Returns a state for each of some seeds."""
    return [
        np.array(
            [
                np.random.SeedSequence((seed, number, i)).generate_state(1)[0]
                % _LIMIT,
                0,
            ],
            "uint32",
        )
        for i in range(count)
    ]
