"""Known layers wherever they are called, in networks that Keras runs too.

`fast_forward.run` computes networks of known layers. What a user has written,
such as a layer of their own, networks in networks, or a game that calls its
networks itself, is called by Keras; the stock layers in it need not be slower.
"""

import contextlib
import functools
import threading

from kerasgan.backend.common.fast_forward import is_float32

_running = threading.local()


@contextlib.contextmanager
def replaced(native, is_plain):
    """A context in which classes of layers of Keras compute otherwise.

    For steps that are compiled: it is entered where one is traced. Only calls
    of the very class are replaced, in float32 and without masks, and a layer
    within its own computation is Keras' again.

    Args:
        native: See `fast_forward.run`.
        is_plain: See `fast_forward.call`.
    """
    before = {cls: vars(cls).get("call") for cls in native}
    for cls, (usable, compute) in native.items():
        cls.call = _replacing(cls, cls.call, usable, compute, is_plain)
    try:
        yield
    finally:
        for cls, call in before.items():
            if call is None:
                del cls.call
            else:
                cls.call = call


def _replacing(cls, stock, usable, compute, is_plain):
    @functools.wraps(stock)
    def call(layer, inputs, *args, **kwargs):
        running = _running.__dict__.setdefault("layers", set())
        if (
            type(layer) is not cls
            or id(layer) in running
            or args
            or kwargs.get("mask") is not None
            or not is_plain(inputs)
            or not is_float32(layer)
            or not usable(layer)
        ):
            return stock(layer, inputs, *args, **kwargs)
        running.add(id(layer))
        try:
            # A convolution is called alike in training and elsewhere.
            return compute(layer, inputs, kwargs.get("training", True))
        finally:
            running.discard(id(layer))

    return call
