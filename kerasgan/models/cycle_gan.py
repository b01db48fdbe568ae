import keras
import numpy as np
from keras import ops

from kerasgan.layers import ImagePool
from kerasgan.models.translation_model import TranslationModel
from kerasgan.training.side_by_side import beside
from kerasgan.training.unpaired_fit import UnpairedFit
from kerasgan.training.validation import check_built
from kerasgan.utils import check_count
from kerasgan.utils import check_number
from kerasgan.utils import look_up
from kerasgan.utils.pixels import from_bytes
from kerasgan.utils.seeds import second_seed
from kerasgan.utils.seeds import seed_or_drawn

_KINDS = {"a": 0, "b": 1}
_DISTANCES = {
    "l1": lambda a, b: ops.mean(ops.abs(a - b)),
    "l2": lambda a, b: ops.mean(ops.square(a - b)),
}


@keras.saving.register_keras_serializable(package="kerasgan")
class CycleGAN(UnpairedFit, TranslationModel):
    """Translates images of a kind to another and back, without pairs.

    With generators `G_b` from a to b and `G_a` back, and a discriminator of
    each kind, one training step is, as in the authors' code:

    ```
    both generators minimise, in one update,
        g_loss(D_b(G_b(a))) + g_loss(D_a(G_a(b)))
        + cycle_weight * (mean |G_a(G_b(a)) - a| + mean |G_b(G_a(b)) - b|)
        + cycle_weight * identity_weight
          * (mean |G_b(b) - b| + mean |G_a(a) - a|)
    then both discriminators minimise, with images of a pool,
        (d_loss of D_b(b) and D_b(pool of G_b(a))
         + d_loss of D_a(a) and D_a(pool of G_a(b))) / 2
    ```

    The pools, `kerasgan.layers.ImagePool`, are saved with the model. In the
    logs, losses are the sums over both directions, `cycle_loss` and
    `identity_loss` without their weights.

    A few of the first images, of the validation data where there are some,
    are kept and saved with the model: pictures in the middle of a training
    are of these, there and back, and so are `generate`'s.

    Args:
        generator_b: Built Keras model from images of kind a, `(batch,
            height, width, channels)` in [-1, 1], to images of kind b.
        generator_a: Built Keras model from kind b to kind a.
        discriminator_b: Built Keras model from images of kind b to logits of
            any shape, such as `kerasgan.networks.patch_discriminator`.
        discriminator_a: The same of kind a.
        cycle_weight: Float, how much it counts to come back, or a pair: how
            much for images of kind a, and of kind b. Where a kind holds what
            the other can't tell, as which glasses were taken off, a smaller
            weight of it keeps the generators from hiding that in specks.
            Defaults to 10 for both, the paper's.
        identity_weight: Float, how much it counts to leave images alone that
            are of the right kind already, as a share of `cycle_weight`, or a
            pair for images of kind a and of kind b.
            Defaults to `None`: 0.5, or 0 where the two kinds have other
            shapes.
        distance: `"l1"`, mean absolute differences, the paper's and the
            default, or `"l2"`, mean squares, in cycle and identity.
        pool_size: Integer, images in each pool. Defaults to 50, the paper's;
            with 0 the discriminators see the newest ones alone.
        loss: `kerasgan.losses.AdversarialLoss`, or its name. Defaults to
            `"least_squares"`, the paper's.
        adversarial_weight: Float, the factor of what the discriminators say
            in the generators' loss. Defaults to `None`: 1, and 2 with
            `"least_squares"`, which halves its squares.
        discriminator_weight: Float, the factor of the discriminators' loss,
            without penalties. Defaults to `None`: half the sum over real and
            generated images.
        seed: Integer or `None`, for the pools, noise and penalties. The order
            in which `fit` shuffles the data is that of
            `keras.utils.set_random_seed`. Defaults to `None`.
        **kwargs: `regularizers`, `augmentation`, `ema` and `name`, as for
            `kerasgan.models.GAN`.

    Raises:
        ValueError: If the networks do not fit together.

    Example:

    ```python
    import numpy as np
    import kerasgan

    shape = (16, 16, 1)
    translator = lambda: kerasgan.networks.resnet_translator(
        shape, filters=2, blocks=1
    )
    judge = lambda: kerasgan.networks.patch_discriminator(
        shape, receptive_field=16, filters=2
    )
    game = kerasgan.models.CycleGAN(
        translator(), translator(), judge(), judge(), seed=0
    )
    dark, bright = np.zeros((8, *shape), "uint8"), np.ones((6, *shape), "f4")
    game.fit(dark, bright * 0.9, batch_size=4, verbose=0)
    assert game.translate(dark, to="b").shape == dark.shape
    ```

    Reference:
        Zhu et al., 2017, arXiv 1703.10593.
    """

    _fixed_attributes = (
        *("seed", "generator_b", "generator_a"),
        *("discriminator_b", "discriminator_a"),
        *("ema_generator_b", "ema_generator_a"),
    )

    def __init__(
        self,
        generator_b,
        generator_a,
        discriminator_b,
        discriminator_a,
        cycle_weight=10.0,
        identity_weight=None,
        distance="l1",
        pool_size=50,
        loss="least_squares",
        adversarial_weight=None,
        discriminator_weight=None,
        seed=None,
        **kwargs,
    ):
        networks = {
            "generator_b": generator_b,
            "generator_a": generator_a,
            "discriminator_b": discriminator_b,
            "discriminator_a": discriminator_a,
        }
        a, b = _shapes_of(networks)
        cycle_weight = _check_weight("cycle_weight", cycle_weight)
        look_up(distance, _DISTANCES, "distance")
        check_count("pool_size", pool_size, least=0)
        if identity_weight is not None:
            identity_weight = _check_weight("identity_weight", identity_weight)
            if any(_pair_of(identity_weight)) and a != b:
                raise ValueError(
                    "`identity_weight` must be 0 or None where the two kinds "
                    "of images have other shapes. Received: identity_weight="
                    f"{identity_weight}, shapes {a} and {b}"
                )
        super().__init__(
            networks,
            ("d_loss", "g_loss", "cycle_loss", "identity_loss"),
            loss=loss,
            adversarial_weight=adversarial_weight,
            discriminator_weight=discriminator_weight,
            seed=seed,
            averaged_networks=("generator_b", "generator_a"),
            **kwargs,
        )
        self.cycle_weight = cycle_weight
        self.identity_weight = identity_weight
        self.distance = distance
        self.pool_size = pool_size
        with self._distribution_scope():
            self.pool_b = ImagePool(pool_size, self._seed, name="pool_b")
            self.pool_a = ImagePool(
                pool_size, second_seed(self._seed), name="pool_a"
            )
            if pool_size:
                self.pool_b.build((None, *b))
                self.pool_a.build((None, *a))

    # === One step ===

    def adversarial_step(self, batch):
        a, b = self._unpack_pair(batch)
        weight_a, weight_b = _pair_of(self.cycle_weight)
        of_a, of_b = _pair_of(self._weight_of_identity)
        distance = _DISTANCES[self.distance]

        def of_generators():
            fake_b = self._translated(self.generator_b, a)
            back_a = self._translated(self.generator_a, fake_b)
            fake_a = self._translated(self.generator_a, b)
            back_b = self._translated(self.generator_b, fake_a)
            loss = self._adversarial_loss(self.discriminator_b, fake_b, b)
            loss = loss + self._adversarial_loss(
                self.discriminator_a, fake_a, a
            )
            cycle_a, cycle_b = distance(back_a, a), distance(back_b, b)
            same_a = same_b = ops.zeros(())
            if of_a or of_b:
                same_a = distance(self._translated(self.generator_a, a), a)
                same_b = distance(self._translated(self.generator_b, b), b)
            loss = loss + weight_a * (cycle_a + of_a * same_a)
            loss = loss + weight_b * (cycle_b + of_b * same_b)
            logs = {
                "g_loss": loss,
                "cycle_loss": cycle_a + cycle_b,
                "identity_loss": same_a + same_b,
            }
            return loss, (logs, fake_a, fake_b)

        logs, fake_a, fake_b = self.minimize("generator", of_generators)
        fake_a = self.pool_a(fake_a, training=not self._is_evaluating)
        fake_b = self.pool_b(fake_b, training=not self._is_evaluating)

        def of_discriminators():
            loss, logs = 0.0, {}
            for network, real, fake in (
                (self.discriminator_b, b, fake_b),
                (self.discriminator_a, a, fake_a),
            ):
                one, penalties = self._discriminator_objective(
                    network, real, fake
                )
                loss = loss + one
                for name, value in penalties.items():
                    logs[name] = logs.get(name, 0.0) + value
            return loss, {"d_loss": loss, **logs}

        return logs | self.minimize("discriminator", of_discriminators)

    @property
    def _weight_of_identity(self):
        """What `identity_weight` is where it was not given."""
        if self.identity_weight is not None:
            return self.identity_weight
        a, b = self._example_shapes
        return 0.5 if a == b else 0.0

    def _networks_of(self, player):
        """Returns the two generators, or the two discriminators."""
        return [getattr(self, f"{player}_{kind}") for kind in "ba"]

    # === Data ===

    @property
    def generator(self):
        """The generator from a to b, whose images are drawn by default."""
        return self.generator_b

    @property
    def _real_shape(self):
        return tuple(self.generator_b.inputs[0].shape[1:])

    @property
    def _example_shapes(self):
        """Shapes of the images of kind a and of kind b."""
        return (
            self._real_shape,
            tuple(self.generator_a.inputs[0].shape[1:]),
        )

    def _check_batch(self, images, labels):
        self._check_pair(images, labels, self._example_shapes)

    # === Pictures ===

    def _translator(self, to="b"):
        """Returns the generator that leads to a kind: the average, if any.

        Args:
            to: `"a"` or `"b"`.
        """
        look_up(to, _KINDS, "to")
        average = getattr(self, f"ema_generator_{to}")
        return average or getattr(self, f"generator_{to}")

    @property
    def _inference_generator(self):
        return self._translator()

    def translate(
        self,
        images,
        to: str = "b",
        seed: int | None = None,
        batch_size: int = 64,
    ) -> np.ndarray:
        """Returns what images of one kind are as images of the other.

        Args:
            images: Array `(n, height, width, channels)` of the other kind,
                uint8 or float in [-1, 1], of any size.
            to: `"b"` (the default) or `"a"`, the kind they become.
            seed: Integer or `None`, of the noise, where a generator's dropout
                stays on; see `kerasgan.models.Pix2Pix`.
            batch_size: Integer, images computed at a time. Defaults to 64.

        Returns:
            Float32 NumPy array, `(n, height, width, channels)`, in [-1, 1].
        """
        return self._translate_with(
            self._translator(to), images, seed, batch_size
        )

    def sample_inputs(
        self, n: int, seed: int | None = None, to: str = "b"
    ) -> dict[str, np.ndarray]:
        """Returns some of the images that were kept; see `generate`.

        Args:
            n: Integer, how many.
            seed: Integer, which ones, or `None` to draw it.
            to: `"b"` (the default) or `"a"`, the kind they will become.
        """
        kind = 1 - look_up(to, _KINDS, "to")
        images, _ = self._draw_examples(n, seed, kind)
        return {"ab"[kind]: from_bytes(images)}

    def render(self, inputs, batch_size: int = 64) -> np.ndarray:
        """Returns images as those of the other kind, with one noise.

        Args:
            inputs: Dict that `sample_inputs` returned; or images of kind a.
            batch_size: Integer, images computed at a time. Defaults to 64.
        """
        inputs = inputs if isinstance(inputs, dict) else {"a": inputs}
        ((kind, images),) = inputs.items()
        network = self._translator("b" if kind == "a" else "a")
        return self._translate_with(network, images, 0, batch_size, "inputs")

    def _sample_pictures(self, n, seed=None):
        """Returns rows of an image of kind a, as b, and back; then of b."""
        seed, columns = seed_or_drawn(seed), []
        if self.examples is not None:
            n = min(n, len(self.examples[0]))
        for kind, other in ("ab", "ba"):
            images = self.sample_inputs(n, seed, to=other)
            there = np.clip(self.render(images), -1.0, 1.0)
            columns += [images[kind], there, self.render({other: there})]
        return beside(*columns)

    # === Keras ===

    def _get_game_config(self):
        """Returns the config of everything but the networks."""
        return self._config_of_game(CycleGAN)


def _check_weight(name, weight):
    """Returns a number or a pair of numbers, or raises."""
    if not isinstance(weight, (tuple, list)):
        check_number(name, weight, least=0)
        return weight
    if len(weight) != 2:
        raise ValueError(
            f"`{name}` must be a number or a pair of numbers, for images of "
            f"kind a and of kind b. Received: {name}={weight}"
        )
    for one in weight:
        check_number(name, one, least=0)
    return tuple(weight)


def _pair_of(weight):
    """Returns the weights of kind a and of kind b."""
    return weight if isinstance(weight, tuple) else (weight, weight)


def _shapes_of(networks):
    """Returns the shapes of both kinds of images, or raises."""
    for name, network in networks.items():
        check_built(name, network)
    taken = {k: tuple(n.inputs[0].shape[1:]) for k, n in networks.items()}
    a, b = taken["generator_b"], taken["generator_a"]
    made = [
        tuple(networks[f"generator_{kind}"].output_shape[1:]) for kind in "ab"
    ]
    seen = [taken[f"discriminator_{kind}"] for kind in "ab"]
    if made != [a, b] or seen != [a, b] or len(a) != 3:
        raise ValueError(
            "`generator_b` must lead from the images that `generator_a` makes "
            "to those that it takes, and each discriminator must take what "
            "the generator of its kind makes. Received: generators from "
            f"{a} to {made[1]} and from {b} to {made[0]}; discriminators of "
            f"b {seen[1]} and of a {seen[0]}"
        )
    return a, b
