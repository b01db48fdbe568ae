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
from kerasgan.models import Pix2Pix as PairedGame
from kerasgan.networks.translation import check_image_shape
from kerasgan.utils.seeds import second_seed


@register
class Pix2Pix(Translator, PairedGame):
    """Translates images, from pairs of an image and what it becomes.

    A U-Net with dropout as its noise, a discriminator of patches that sees
    input and output, L1 of weight 100; Adam with learning rate 2e-4 and
    beta_1 0.5; weights from N(0, 0.02).

    Args:
        input_shape: Tuple `(height, width, channels)` of the images to
            translate, each side at least 8 pixels. Sides that do not halve
            evenly are padded by reflection inside. Height and width may be
            `None`, for images of any size; give
            `generator_options={"depth": ...}` then. Defaults to
            `(256, 256, 3)`.
        output_shape: The same of what they become, of equal height and width.
            Defaults to `None`, that of the inputs.
        network: `"unet"`, the paper's, or `"resnet"`, CycleGAN's generator.
            Defaults to `"unet"`.
        filters: Integer, channels of the first layers of both networks.
            Defaults to 64, the paper's.
        normalization: Of both networks, see
            `kerasgan.networks.unet_generator`. Defaults to
            `"affine_instance"`, which the paper's is in batches of one image;
            batches of any size are treated so, and images are the same in
            training and after it.
        dropout: Float, share of the units that are dropped as noise. Defaults
            to 0.5, the paper's.
        noise_at_inference: Bool, whether units are dropped after training
            too. Defaults to `True`, the paper's: translations follow a seed
            then.
        residual: Bool, whether the output is the input and a change of it,
            for images that shall mostly stay as they are. Defaults to
            `False`, the paper's form.
        receptive_field: Integer, side of the patches that are judged, see
            `kerasgan.networks.patch_discriminator`. Defaults to `None`: 70,
            the paper's, from 128 pixels on, 34 from 24 on, and 16 below.
        generator_options: Dict of further arguments of the network, such as
            `depth` and `dropout_levels`. Defaults to `None`.
        discriminator_options: Dict of further arguments of
            `kerasgan.networks.patch_discriminator`, such as another
            `filters`. Defaults to `None`.
        learning_rate_decay: Pair of numbers of steps: of constant learning
            rate, and after these until it is 0. Defaults to `None`, constant
            for ever; the authors' are 100 and 100 epochs.
        seed: Integer or `None`, for initial weights, noise and penalties. The
            order in which `fit` shuffles the data is that of
            `keras.utils.set_random_seed`. Defaults to `None`.
        name: String, the model's name.
        pretrained, include_discriminator, dtype: See
            `kerasgan.applications.DCGAN`.
        **kwargs: Further arguments of `kerasgan.models.Pix2Pix`: `l1_weight`,
            `loss`, `ema` and the like.

    Example:

    ```python
    import numpy as np
    import kerasgan

    grey = np.zeros((8, 12, 16, 1), "uint8")
    coloured = np.zeros((8, 12, 16, 3), "uint8")
    game = kerasgan.applications.Pix2Pix(
        input_shape=(12, 16, 1), output_shape=(12, 16, 3), filters=4
    )
    game.fit(grey, coloured, batch_size=4, verbose=0)
    assert game.translate(grey, seed=0).shape == (8, 12, 16, 3)
    ```

    Reference:
        Isola et al., 2017, arXiv 1611.07004. Deviations: instance
        normalization whatever the size of a batch; batches of 32 unless
        `fit` is told otherwise, where the paper has 1 to 10.
    """

    def __init__(
        self,
        input_shape=(256, 256, 3),
        output_shape=None,
        network="unet",
        filters=64,
        normalization="affine_instance",
        dropout=0.5,
        noise_at_inference=True,
        residual=False,
        receptive_field=None,
        generator_options=None,
        discriminator_options=None,
        learning_rate_decay=None,
        seed=None,
        name=None,
        **kwargs,
    ):
        given = check_image_shape(input_shape, argument="input_shape")
        made = given
        if output_shape is not None:
            made = check_image_shape(output_shape, argument="output_shape")
        if made[:2] != given[:2]:
            raise ValueError(
                "`output_shape` must have the height and width of "
                f"`input_shape`. Received: output_shape={output_shape}, "
                f"input_shape={input_shape}"
            )
        generator = {
            "filters": filters,
            "normalization": normalization,
            "dropout": dropout,
            "noise_at_inference": noise_at_inference,
            "residual": residual,
            "seed": seed,
            **(generator_options or {}),
        }
        discriminator = {
            "filters": filters,
            "normalization": normalization,
            "receptive_field": receptive_field or choose_receptive_field(made),
            "seed": second_seed(seed),
            **(discriminator_options or {}),
        }
        super().__init__(
            build_generator(
                network, given, output_channels=made[2], **generator
            ),
            networks.patch_discriminator(
                made, condition_channels=given[2], **discriminator
            ),
            seed=seed,
            name=name,
            network_config={
                "input_shape": given,
                "output_shape": output_shape and made,
                "network": network,
                "filters": filters,
                "normalization": normalization,
                "dropout": dropout,
                "noise_at_inference": noise_at_inference,
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
            source: A `.pth` file of a generator; or a folder with
                `latest_net_G.pth` and `latest_net_D.pth`; or a dict from
                `"G"` and `"D"` to paths, or to dicts from the authors' names
                to arrays. The discriminator may be missing: it starts anew
                then.
            image_size: `(height, width)` of the images. Defaults to `None`:
                any size.
            epoch: String or integer, what the names of the files in a folder
                begin with. Defaults to `"latest"`.
            **overrides: Arguments of the class, such as `seed` and
                `noise_at_inference`.

        Raises:
            OSError: If a file is missing or cannot be read.
            ValueError: If weights are missing, or are not those of such
                networks.
        """
        found = find_networks(source, ("G", "D"), ("G",), epoch)
        states = {role: read_state(x) for role, x in found.items()}
        kind, options, modules = plan_translator(states["G"])
        plans = {"generator": (states["G"], modules)}
        size = (None, None) if image_size is None else tuple(image_size)
        arguments = {
            "input_shape": (*size, options.pop("input_channels")),
            "output_shape": (*size, options.pop("output_channels")),
            "network": kind,
            "filters": options.pop("filters"),
            "normalization": options.pop("normalization"),
        }
        arguments["dropout"] = options.pop("dropout", 0.5)
        arguments["generator_options"] = options
        if "D" in states:
            options, modules = plan_discriminator(states["D"])
            plans["discriminator"] = states["D"], modules
            del options["channels"]
            arguments["discriminator_options"] = options
        game = cls(**{**arguments, **overrides})
        fill_networks(game, plans)
        return game
