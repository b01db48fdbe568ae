from kerasgan.checkpoints.files import find_networks
from kerasgan.checkpoints.load_patch_discriminator import (
    load_patch_discriminator,
)
from kerasgan.checkpoints.load_translator import load_translator

_ROLES = ("G_A", "G_B", "D_A", "D_B")


def load_cyclegan(source, image_size=None, epoch="latest"):
    """Builds the networks of a CycleGAN from its authors' weights.

    Args:
        source: Folder with `latest_net_G_A.pth` and the like, as the
            authors' PyTorch code writes them; or a dict from `"G_A"` (the
            generator from a to b), `"G_B"` (from b to a), `"D_A"` (the
            discriminator of images of b) and `"D_B"` (of a) to paths or to
            dicts from the authors' names to arrays. Discriminators may be
            missing.
        image_size: `(height, width)` of the images. Defaults to `None`: any
            size.
        epoch: String or integer, what the names of the files in a folder
            begin with. Defaults to `"latest"`.

    Returns:
        Dict from the same names to `keras.Model`s.

    Raises:
        OSError: If a file is missing or cannot be read.
        ValueError: If a generator is missing, or weights are not those of
            such a network.

    Example:

    ```python
    import kerasgan

    try:
        kerasgan.checkpoints.load_cyclegan({"G_A": {}})
    except ValueError as error:
        assert "'G_B' is missing" in str(error)
    ```

    Reference:
        Zhu et al., 2017, arXiv 1703.10593.
    """
    found = find_networks(source, _ROLES, _ROLES[:2], epoch)
    names = {
        "G_A": "generator_b",
        "G_B": "generator_a",
        "D_A": "discriminator_b",
        "D_B": "discriminator_a",
    }
    networks = {}
    for role in (role for role in _ROLES if role in found):
        if role.startswith("G"):
            # CycleGAN is not random: dropout is for its training only.
            networks[role] = load_translator(
                found[role],
                image_size,
                noise_at_inference=False,
                name=names[role],
            )
        else:
            networks[role] = load_patch_discriminator(
                found[role], image_size=image_size, name=names[role]
            )
    return networks
