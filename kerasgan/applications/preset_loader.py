"""From the files of a preset to a model with its weights."""

from kerasgan import backend
from kerasgan.applications.preset import opened


def load_preset(cls, source, include_discriminator=True, **overrides):
    """Returns the model of a preset.

    Args:
        cls: Class of the model, or `None` for the one that the preset names.
        source: Name of a packaged preset, a folder, `"hf://user/repository"`
            or `"hf://user/repository@revision"`, or `True` for the preset
            that stands for the class.
        include_discriminator: Bool, whether the discriminator has the
            preset's weights too, which every preset holds. If not, it starts
            anew, and arguments may make it another. Defaults to `True`.
        **overrides: Arguments of the class that differ from the preset's,
            such as a loss for further training. Those that shapes depend on
            cannot differ.

    Returns:
        The model, built and compiled, its optimizers fresh.

    Raises:
        ValueError: If there is no such preset, or it is of another class or
            other shapes.
        OSError: If its files are missing, cut off or changed. Nothing has
            been built then.
        ImportError: If `hf://` is asked for without huggingface-hub.

    Example:

    ```python
    import tempfile
    import kerasgan

    gan = kerasgan.applications.DCGAN(image_shape=(16, 16, 1), filters=4)
    with tempfile.TemporaryDirectory() as folder:
        kerasgan.applications.save_to_preset(gan, folder)
        kerasgan.applications.load_preset(None, folder, loss="hinge")
    ```
    """
    with opened(cls, source) as preset:
        return construct_and_load(
            preset, preset.cls, overrides, include_discriminator
        )


def construct_and_load(preset, construct, overrides, include_discriminator):
    """Returns a model of a preset's arguments, with its weights.

    Args:
        preset: `kerasgan.applications.preset.Preset`.
        construct: Function that makes the model of its arguments.
        overrides: Dict of the arguments that the user gave.
        include_discriminator: Bool, whether its weights are loaded too.
    """
    with (
        backend.low_optimization_compile(),
        backend.skip_initializers() as draw_all_but,
    ):
        gan = preset.construct(construct, overrides, include_discriminator)
        draw_all_but(preset.load_weights(gan, include_discriminator))
    return gan
