import functools
import inspect

import keras


def takes_dtype(init):
    """Decorates the `__init__` of a model that makes its own layers.

    Args:
        init: An `__init__` without an argument `dtype`.

    Returns:
        The same with one more keyword argument, `dtype=None`: the dtype
        policy, or its name, of the model and of the layers that it makes.
        By default that is `keras.config.dtype_policy()`.
    """

    @functools.wraps(init)
    def __init__(self, *args, dtype=None, **kwargs):
        usual = keras.config.dtype_policy()
        policy = usual if dtype is None else keras.dtype_policies.get(dtype)
        keras.config.set_dtype_policy(policy)
        try:
            init(self, *args, **kwargs)
        finally:
            keras.config.set_dtype_policy(usual)

    __init__.__signature__ = with_keywords(init, dtype=None)
    return __init__


def with_keywords(function, **defaults):
    """Returns the signature of a function with further keyword arguments."""
    signature = inspect.signature(function)
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)
        for name, default in defaults.items()
    ]
    parameters = list(signature.parameters.values())
    at = len(parameters)
    if parameters and parameters[-1].kind is inspect.Parameter.VAR_KEYWORD:
        at -= 1
    return signature.replace(
        parameters=parameters[:at] + added + parameters[at:]
    )
