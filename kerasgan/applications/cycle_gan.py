from kerasgan import networks
from kerasgan.applications.registry import register
from kerasgan.applications.translator import Translator
from kerasgan.applications.translator import build_generator
from kerasgan.applications.translator import check_decay
from kerasgan.applications.translator import choose_receptive_field
from kerasgan.applications.translator import fill_networks
from kerasgan.checkpoints.files import find_networks
from kerasgan.checkpoints.load_patch_discriminator import plan_discriminator
from kerasgan.checkpoints.load_translator import plan_translator
from kerasgan.checkpoints.read_state import read_state
from kerasgan.models import CycleGAN as UnpairedGame
from kerasgan.networks.translation import check_image_shape
from kerasgan.utils import look_up
from kerasgan.utils.seeds import shift_seed

_JUDGES = {
    "dcgan": networks.dcgan_discriminator,
    "patch": networks.patch_discriminator,
}
_NAMES = {
    "G_A": "generator_b",
    "G_B": "generator_a",
    "D_A": "discriminator_b",
    "D_B": "discriminator_a",
}


@register
class CycleGAN(Translator, UnpairedGame):
    """Translates images of a kind to another and back, without pairs.

    Residual generators, discriminators of patches, least squares, a cycle of
    weight 10 and an identity of half that, pools of 50 images; Adam with
    learning rate 2e-4 and beta_1 0.5; weights from N(0, 0.02).

    Args:
        image_shape: Tuple `(height, width, channels)` of the images of kind
            a, each side at least 8 pixels. Sides that 4 does not divide are
            padded by reflection inside. Defaults to `(256, 256, 3)`.
        image_shape_b: The same of kind b, of equal height and width. Defaults
            to `None`, that of kind a.
        network: `"resnet"`, the paper's, `"unet"`, pix2pix's generator, or
            `"encoder_decoder"`. Defaults to `"resnet"`.
        discriminator: `"patch"`, the paper's, which judges patches, or
            `"dcgan"`, which judges whole images. Defaults to `"patch"`.
        filters: Integer, channels of the first layers of all networks.
            Defaults to 64, the paper's.
        blocks: Integer, residual blocks of a generator. Defaults to `None`: 9
            from 256 pixels on, and 6 below, as in the paper.
        normalization: Of all networks, see
            `kerasgan.networks.resnet_translator`. Defaults to `"instance"`,
            the paper's.
        residual: Bool, whether an output is the input and a change of it,
            `clip(input + 2 x output, -1, 1)`, for images that shall mostly
            stay as they are. Defaults to `False`, the paper's form.
        receptive_field: Integer, side of the patches that are judged, see
            `kerasgan.networks.patch_discriminator`. Defaults to `None`: 70,
            the paper's, from 128 pixels on, 34 from 24 on, and 16 below.
        generator_options: Dict of further arguments of the generators.
            Defaults to `None`.
        discriminator_options: Dict of further arguments of
            `kerasgan.networks.patch_discriminator` or
            `dcgan_discriminator`, such as another `filters`. Defaults to
            `None`.
        learning_rate_decay: Pair of numbers of steps: of constant learning
            rate, and after these until it is 0. Defaults to `None`, constant
            for ever; the authors' are 100 and 100 epochs.
        seed: Integer or `None`, for initial weights, pools, noise and
            penalties. The order in which `fit` shuffles the data is that of
            `keras.utils.set_random_seed`. Defaults to `None`.
        name: String, the model's name.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        **kwargs: Further arguments of `kerasgan.models.CycleGAN`:
            `cycle_weight`, `identity_weight`, `pool_size`, `loss`, `ema` and
            the like.

    Example:

    ```python
    import numpy as np
    import kerasgan

    dark = np.zeros((6, 16, 16, 1), "uint8")
    bright = np.full((4, 16, 16, 1), 200, "uint8")
    game = kerasgan.applications.CycleGAN(
        image_shape=(16, 16, 1), filters=2, blocks=1
    )
    game.fit(dark, bright, batch_size=2, verbose=0)
    back = game.translate(game.translate(dark, to="b"), to="a")
    assert back.shape == dark.shape
    ```

    Reference:
        Zhu et al., 2017, arXiv 1703.10593. Deviation: `residual=True` is not
        the paper's.
    """

    def __init__(
        self,
        image_shape=(256, 256, 3),
        image_shape_b=None,
        network="resnet",
        discriminator="patch",
        filters=64,
        blocks=None,
        normalization="instance",
        residual=False,
        receptive_field=None,
        generator_options=None,
        discriminator_options=None,
        learning_rate_decay=None,
        seed=None,
        name=None,
        **kwargs,
    ):
        a = b = check_image_shape(image_shape)
        if image_shape_b is not None:
            b = check_image_shape(image_shape_b, argument="image_shape_b")
        if a[:2] != b[:2]:
            raise ValueError(
                "`image_shape_b` must have the height and width of "
                f"`image_shape`. Received: image_shape_b={image_shape_b}, "
                f"image_shape={image_shape}"
            )
        generator = {
            "filters": filters,
            "normalization": normalization,
            "dropout": 0.0,
            "noise_at_inference": False,
            "residual": residual,
            **({} if blocks is None else {"blocks": blocks}),
            **(generator_options or {}),
        }
        judge = {
            "filters": filters,
            **_judging(discriminator, a, normalization, receptive_field),
            **(discriminator_options or {}),
        }
        build_judge = look_up(discriminator, _JUDGES, "discriminator")
        super().__init__(
            build_generator(
                *(network, a),
                output_channels=b[2],
                seed=seed,
                name="generator_b",
                **generator,
            ),
            build_generator(
                *(network, b),
                output_channels=a[2],
                seed=shift_seed(seed, 1000),
                name="generator_a",
                **generator,
            ),
            build_judge(
                b,
                seed=shift_seed(seed, 2000),
                name="discriminator_b",
                **judge,
            ),
            build_judge(
                a,
                seed=shift_seed(seed, 3000),
                name="discriminator_a",
                **judge,
            ),
            seed=seed,
            name=name,
            network_config={
                "image_shape": a,
                "image_shape_b": image_shape_b and b,
                "network": network,
                "discriminator": discriminator,
                "filters": filters,
                "blocks": blocks,
                "normalization": normalization,
                "residual": residual,
                "receptive_field": receptive_field,
                "generator_options": generator_options,
                "discriminator_options": discriminator_options,
                "learning_rate_decay": check_decay(learning_rate_decay),
            },
            **kwargs,
        )

    @classmethod
    def from_checkpoint(
        cls, source, image_size=None, epoch="latest", **overrides
    ):
        """Returns a model with the weights that the authors' code has written.

        Which networks they are follows from the weights; files of PyTorch
        are read without running anything in them, and without PyTorch.

        Args:
            source: Folder with `latest_net_G_A.pth` and the like; or a dict
                from `"G_A"` (from a to b), `"G_B"` (from b to a), `"D_A"` (of
                images of b) and `"D_B"` (of a) to paths, or to dicts from the
                authors' names to arrays. Discriminators may be missing: they
                start anew then.
            image_size: `(height, width)` of the images. Defaults to `None`:
                any size; to train further it must be given, unless
                `pool_size=0`.
            epoch: String or integer, what the names of the files in a folder
                begin with. Defaults to `"latest"`.
            **overrides: Arguments of the class, such as `seed`.

        Raises:
            OSError: If a file is missing or cannot be read.
            ValueError: If weights are missing, or are not those of such
                networks.
        """
        found = find_networks(source, tuple(_NAMES), ("G_A", "G_B"), epoch)
        states = {role: read_state(x) for role, x in found.items()}
        plans, all_options = {}, {"G": [], "D": []}
        for role, state in states.items():
            if role.startswith("G"):
                kind, options, modules = plan_translator(state)
                options["network"] = kind
            else:
                options, modules = plan_discriminator(state)
            plans[_NAMES[role]] = state, modules
            all_options[role[0]].append(options)
        size = (None, None) if image_size is None else tuple(image_size)
        options = all_options["G"][0]
        arguments = {
            "image_shape": (*size, options["input_channels"]),
            "image_shape_b": (*size, options["output_channels"]),
        }
        _without_channels(all_options)
        generator = all_options["G"][0]
        for key in ("network", "filters", "normalization"):
            arguments[key] = generator.pop(key)
        arguments["generator_options"] = generator
        if all_options["D"]:
            arguments["discriminator_options"] = all_options["D"][0]
        if image_size is None:
            # A pool must know the size of its images.
            arguments["pool_size"] = 0
        game = cls(**{**arguments, **overrides})
        fill_networks(game, plans)
        return game


def _judging(discriminator, shape, normalization, receptive_field):
    """Returns the arguments that only one kind of discriminators takes."""
    if discriminator != "patch":
        return {}
    field = receptive_field or choose_receptive_field(shape)
    return {"normalization": normalization, "receptive_field": field}


def _without_channels(all_options):
    """Takes out what may differ, and raises if anything else does."""
    for what, several in all_options.items():
        for options in several:
            for key in ("input_channels", "output_channels", "channels"):
                options.pop(key, None)
        if any(options != several[0] for options in several):
            raise ValueError(
                f"`source` must have networks '{what}_A' and '{what}_B' of "
                f"the same kind and size. Received: {several}"
            )
