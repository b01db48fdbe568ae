import re

from kerasgan.checkpoints.filling import fill
from kerasgan.checkpoints.filling import kernel
from kerasgan.checkpoints.filling import normalization_of
from kerasgan.checkpoints.filling import normalized
from kerasgan.checkpoints.filling import present
from kerasgan.checkpoints.read_state import read_state
from kerasgan.networks import resnet_translator
from kerasgan.networks import unet_generator


def load_translator(
    source, image_size=None, noise_at_inference=True, name="generator"
):
    """Builds the generator that the authors of CycleGAN or pix2pix trained.

    Which of the two networks it is, its size and its kind of normalization
    follow from the names and shapes of the weights.

    Args:
        source: Path of a `.pth` file with the generator's weights, as the
            authors' PyTorch code writes them, or a dict from its names to
            arrays.
        image_size: `(height, width)` of the images. Defaults to `None`: any
            size.
        noise_at_inference: Bool, whether a generator with dropout keeps it
            on in inference. Defaults to `True`, pix2pix's.
        name: String, the model's name.

    Returns:
        A `keras.Model`, see `kerasgan.networks.unet_generator` and
        `kerasgan.networks.resnet_translator`.

    Raises:
        OSError: If the file cannot be read.
        ValueError: If the weights are not those of such a generator.

    Example:

    ```python
    import numpy as np
    from kerasgan.checkpoints import load_translator

    rng = np.random.default_rng(0)
    shapes = {1: (2, 3, 7, 7), 4: (4, 2, 3, 3), 7: (8, 4, 3, 3),
              10: (8, 4, 3, 3), 13: (4, 2, 3, 3), 17: (3, 2, 7, 7)}
    biases = {1: 2, 4: 4, 7: 8, 10: 4, 13: 2, 17: 3}
    state = {f"model.{i}.weight": rng.random(s) for i, s in shapes.items()}
    state |= {f"model.{i}.bias": np.zeros(n) for i, n in biases.items()}
    generator = load_translator(state)
    assert generator.output_shape == (None, None, None, 3)
    ```

    Reference:
        Zhu et al., 2017, arXiv 1703.10593; Isola et al., 2017, arXiv
        1611.07004.
    """
    state = read_state(source)
    kind, options, modules = plan_translator(state)
    size = (None, None) if image_size is None else tuple(image_size)
    channels = options.pop("input_channels")
    network = _BUILDERS[kind](
        (*size, channels),
        noise_at_inference=noise_at_inference,
        name=name,
        **options,
    )
    fill(network, state, present(network, modules))
    return network


_BUILDERS = {"resnet": resnet_translator, "unet": unet_generator}


def plan_translator(state):
    """Returns which generator weights are of, and where they go.

    Args:
        state: Dict from the authors' names to arrays.

    Returns:
        `"unet"` or `"resnet"`; a dict of the arguments of its builder, with
        `input_channels` in place of the shape; and a dict from the authors'
        names of layers to ours, of which some may not be there.

    Raises:
        ValueError: If the weights are not those of such a generator.
    """
    is_unet = any(key.startswith("model.model.") for key in state)
    return _unet(state) if is_unet else _resnet(state)


def _resnet(state):
    first = kernel(state, "model.1.weight")
    blocks = {
        int(found[1])
        for found in (re.match(r"model\.(\d+)\.conv_block\.", k) for k in state)
        if found
    }
    count = len(blocks)
    # With dropout a layer stands before the second convolution.
    second = 5
    if blocks:
        indices = {
            int(found[1])
            for found in (
                re.match(r"model\.10\.conv_block\.(\d+)\.weight", k)
                for k in state
                if state[k].ndim == 4
            )
            if found
        }
        if indices not in ({1, 5}, {1, 6}):
            raise ValueError(
                "The blocks must pad by reflection: convolutions at "
                "'conv_block.1' and '.5', or '.6' with dropout. Received: "
                f"convolutions at {sorted(indices)}"
            )
        second = max(indices)
    up = 10 + count
    last = kernel(state, f"model.{up + 7}.weight")
    options = {
        "input_channels": first.shape[1],
        "output_channels": last.shape[0],
        "filters": first.shape[0],
        "blocks": count,
        "normalization": normalization_of(state, "model.1", "model.2"),
        "dropout": 0.5 if second == 6 else 0.0,
    }
    modules = {
        **normalized("model", 1, "enter"),
        **normalized("model", 4, "down_1"),
        **normalized("model", 7, "down_2"),
    }
    for i in range(count):
        inner, ours = f"model.{10 + i}.conv_block", f"block_{i + 1}"
        modules |= normalized(inner, 1, f"{ours}_1")
        modules |= normalized(inner, second, f"{ours}_2")
    modules |= normalized("model", up, "up_1")
    modules |= normalized("model", up + 3, "up_2")
    modules[f"model.{up + 7}"] = "leave"
    return "resnet", options, modules


def _unet(state):
    prefix, depth = "model.model", 1
    modules = {f"{prefix}.0": "down_1", f"{prefix}.3": "up_1"}
    prefix = f"{prefix}.1.model"
    first = kernel(state, "model.model.0.weight")
    # The innermost level has its transposed convolution where others have
    # the next level.
    while f"{prefix}.3.weight" not in state:
        depth += 1
        if f"{prefix}.5.weight" not in state:
            raise ValueError(
                "The weights must be those of a U-Net. Received: no "
                f"'{prefix}.5.weight' nor '{prefix}.3.weight'"
            )
        modules |= normalized(prefix, 1, f"down_{depth}")
        modules |= normalized(prefix, 5, f"up_{depth}")
        prefix = f"{prefix}.3.model"
    depth += 1
    modules[f"{prefix}.1"] = f"down_{depth}"
    modules |= normalized(prefix, 3, f"up_{depth}")
    last = kernel(state, "model.model.3.weight")
    options = {
        "input_channels": first.shape[1],
        "output_channels": last.shape[1],
        "filters": first.shape[0],
        "depth": depth,
        "normalization": normalization_of(state, f"{prefix}.3", f"{prefix}.4"),
        # Where the authors' PyTorch code drops units, if it does.
        "dropout_levels": tuple(range(2, depth - 3)),
    }
    return "unet", options, modules
