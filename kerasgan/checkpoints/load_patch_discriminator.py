import re

from kerasgan.checkpoints.filling import fill
from kerasgan.checkpoints.filling import kernel
from kerasgan.checkpoints.filling import normalization_of
from kerasgan.checkpoints.filling import normalized
from kerasgan.checkpoints.filling import present
from kerasgan.checkpoints.read_state import read_state
from kerasgan.networks import patch_discriminator


def load_patch_discriminator(
    source, condition_channels=0, image_size=None, name="discriminator"
):
    """Builds the discriminator of patches that the authors trained.

    Its receptive field, its size and its kind of normalization follow from
    the names and shapes of the weights.

    Args:
        source: Path of a `.pth` file with the weights of a discriminator of
            CycleGAN or pix2pix, as the authors' PyTorch code writes them, or
            a dict from its names to arrays.
        condition_channels: Integer, how many of the channels that it sees
            are the input of a translation, as in pix2pix. Defaults to 0.
        image_size: `(height, width)` of the images. Defaults to `None`: any
            size.
        name: String, the model's name.

    Returns:
        A `keras.Model`, see `kerasgan.networks.patch_discriminator`.

    Raises:
        OSError: If the file cannot be read.
        ValueError: If the weights are not those of such a discriminator.

    Example:

    ```python
    import numpy as np
    from kerasgan.checkpoints import load_patch_discriminator

    rng = np.random.default_rng(0)
    shapes = {0: (2, 3, 4, 4), 2: (4, 2, 4, 4), 5: (1, 4, 4, 4)}
    state = {f"model.{i}.weight": rng.random(s) for i, s in shapes.items()}
    state |= {f"model.{i}.bias": np.zeros(s[0]) for i, s in shapes.items()}
    discriminator = load_patch_discriminator(state, image_size=(16, 16))
    assert discriminator.output_shape == (None, 6, 6, 1)
    ```

    Reference:
        Isola et al., 2017, arXiv 1611.07004; Zhu et al., 2017, arXiv
        1703.10593.
    """
    state = read_state(source)
    options, modules = plan_discriminator(state)
    channels = options.pop("channels") - condition_channels
    if channels < 1:
        raise ValueError(
            "`condition_channels` must be less than the channels that the "
            f"discriminator sees. Received: {condition_channels} of "
            f"{channels + condition_channels}"
        )
    size = (None, None) if image_size is None else tuple(image_size)
    network = patch_discriminator(
        (*size, channels),
        condition_channels=condition_channels,
        name=name,
        **options,
    )
    fill(network, state, present(network, modules))
    return network


def plan_discriminator(state):
    """Returns which discriminator weights are of, and where they go.

    Args:
        state: Dict from the authors' names to arrays.

    Returns:
        Dict of the arguments of `kerasgan.networks.patch_discriminator`, with
        `channels`, all that it sees, in place of the shape; and a dict from
        the authors' names of layers to ours, of which some may not be there.

    Raises:
        ValueError: If the weights are not those of such a discriminator.
    """
    prefix = "net" if "net.0.weight" in state else "model"
    first = kernel(state, f"{prefix}.0.weight")
    indices = sorted(
        int(found[1])
        for found in (
            re.fullmatch(rf"{prefix}\.(\d+)\.weight", k)
            for k in state
            if state[k].ndim == 4
        )
        if found
    )
    if len(indices) < 3 or indices != [0, *range(2, indices[-1] + 1, 3)]:
        raise ValueError(
            "The weights must be those of a discriminator of patches: "
            "convolutions at 0, 2, 5, 8 and so on. Received: convolutions at "
            f"{indices}"
        )
    halvings = 0 if prefix == "net" else len(indices) - 2
    options = {
        "channels": first.shape[1],
        "receptive_field": 9 * 2**halvings - 2 if halvings else 1,
        "filters": first.shape[0],
        "normalization": normalization_of(state, f"{prefix}.2", f"{prefix}.3"),
    }
    modules = {f"{prefix}.0": "conv_1", f"{prefix}.{indices[-1]}": "logits"}
    for i, index in enumerate(indices[1:-1], start=2):
        modules |= normalized(prefix, index, f"conv_{i}")
    return options, modules
