from kerasgan.checkpoints.files import find_networks
from kerasgan.checkpoints.load_patch_discriminator import (
    load_patch_discriminator,
)
from kerasgan.checkpoints.load_translator import load_translator

_ROLES = ("G", "D")


def load_pix2pix(
    source, image_size=None, noise_at_inference=True, epoch="latest"
):
    """Builds the networks of a pix2pix from its authors' weights.

    Args:
        source: A `.pth` file of a generator; or a folder with
            `latest_net_G.pth` and `latest_net_D.pth`, as the authors'
            PyTorch code writes them; or a dict from `"G"` and `"D"` to paths
            or to dicts from the authors' names to arrays. The discriminator
            may be missing.
        image_size: `(height, width)` of the images. Defaults to `None`: any
            size.
        noise_at_inference: Bool, whether the generator's dropout stays on in
            inference. Defaults to `True`, the paper's.
        epoch: String or integer, what the names of the files in a folder
            begin with. Defaults to `"latest"`.

    Returns:
        Dict from the same names to `keras.Model`s. The discriminator takes
        the list of images and inputs.

    Raises:
        OSError: If a file is missing or cannot be read.
        ValueError: If the generator is missing, or weights are not those of
            such a network.

    Example:

    ```python
    import kerasgan

    try:
        kerasgan.checkpoints.load_pix2pix({"D": {}})
    except ValueError as error:
        assert "'G' is missing" in str(error)
    ```

    Reference:
        Isola et al., 2017, arXiv 1611.07004.
    """
    found = find_networks(source, _ROLES, _ROLES[:1], epoch)
    generator = load_translator(found["G"], image_size, noise_at_inference)
    networks = {"G": generator}
    if "D" in found:
        networks["D"] = load_patch_discriminator(
            found["D"],
            condition_channels=generator.input_shape[-1],
            image_size=image_size,
        )
    return networks
