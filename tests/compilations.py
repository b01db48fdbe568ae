"""How often JAX compiles: more often than it traces."""

import contextlib
import logging

import keras


def compiled_steps():
    """Yields a list, longer by one each time that JAX compiles a step.

    A step that was traced is compiled again where an argument is bound to a
    device, and was not before. On the other backends the list stays empty.
    """
    return compilations(of="jit(train_step)")


@contextlib.contextmanager
def compilations(of=""):
    """Yields a list, longer by one each time that JAX compiles something.

    Args:
        of: What the name of that begins with. Defaults to `""`: anything.
    """
    found = []
    if keras.backend.backend() != "jax":
        yield found
        return
    import jax

    class Watch(logging.Handler):
        def emit(self, record):
            message = record.getMessage()
            if message.startswith(f"Compiling {of}"):
                found.append(message)

    logger, watch = logging.getLogger("jax"), Watch()
    logger.addHandler(watch)
    try:
        with jax.log_compiles():
            yield found
    finally:
        logger.removeHandler(watch)
