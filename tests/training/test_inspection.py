"""Each batch of a data set is checked before its step."""

import keras
import numpy as np
import pytest

import kerasgan
from tests.conformance import numpy_values
from tests.training.feeds import FEEDS
from tests.training.feeds import FLOATS
from tests.training.feeds import IMAGES
from tests.training.feeds import Batches
from tests.training.feeds import as_data_loader
from tests.training.feeds import as_generator
from tests.training.feeds import as_tf_data
from tests.training.feeds import counted
from tests.training.feeds import make_gan


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.__name__)
def test_the_first_batch_of_a_data_set_is_checked(feed):
    with pytest.raises(ValueError, match="float in"):
        make_gan().fit(feed(IMAGES.astype("float32"), 4), verbose=0)


LABELS = np.arange(24, dtype="int32") % 3


def with_labels(feed, labels, images=IMAGES):
    """Returns a data set of pairs, of a kind."""
    pairs = [(images[i : i + 4], labels[i : i + 4]) for i in range(0, 24, 4)]
    if feed is as_data_loader:
        torch = pytest.importorskip("torch")
        dataset = torch.utils.data.TensorDataset(
            torch.tensor(images), torch.tensor(labels)
        )
        return torch.utils.data.DataLoader(dataset, batch_size=4)
    if feed is Batches:
        pairs_of = type("Pairs", (Batches,), {})
        pairs_of.__getitem__ = lambda self, i: pairs[i]
        return pairs_of(images, 4)
    if feed is as_generator:
        return (pair for pair in pairs)
    tf = pytest.importorskip("tensorflow")
    return tf.data.Dataset.from_tensor_slices((images, labels)).batch(4)


def conditional_gan(steps=1):
    """Returns the game of `make_gan` with labels that change nothing."""
    plain = make_gan()
    networks = []
    for network in (plain.generator, plain.discriminator):
        labels = keras.Input((), dtype="int32")
        inputs = [network.inputs[0], labels]
        networks.append(keras.Model(inputs, network(network.inputs[0])))
    gan = kerasgan.models.ConditionalGAN(
        *networks, num_classes=3, seed=0, discriminator_steps=steps
    )
    gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    return gan


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
@pytest.mark.parametrize(
    ("feed", "wrong", "steps"),
    [
        (as_tf_data, 9, 1),
        (as_tf_data, -1, 2),
        (as_data_loader, -1, 1),
        (as_data_loader, 9, 2),
        (Batches, 9, 1),
        (as_generator, -1, 1),
    ],
    ids=lambda x: getattr(x, "__name__", str(x)),
)
def test_labels_of_every_batch_are_checked_before_its_step(feed, wrong, steps):
    labels = LABELS.copy()
    labels[18] = wrong
    gan = conditional_gan(steps)
    with pytest.raises(ValueError, match="`y` must be whole numbers"):
        gan.fit(with_labels(feed, labels), shuffle=False, verbose=0)
    assert counted(gan)[1] <= 16
    gan.fit(with_labels(feed, LABELS), shuffle=False, verbose=0)
    with pytest.raises(ValueError, match="`y` must be whole numbers"):
        gan.evaluate(with_labels(feed, labels), verbose=0)


LATE = {
    "nan": (np.nan, "must be finite"),
    "bytes": (200.0, "uint8 in"),
}


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
@pytest.mark.parametrize(("value", "message"), LATE.values(), ids=LATE)
@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.__name__)
def test_images_of_every_batch_are_checked_before_its_step(
    feed, value, message
):
    images = FLOATS.copy()
    images[18, 3, 3] = value
    gan = make_gan()
    with pytest.raises(ValueError, match=message):
        gan.fit(feed(images, 4), shuffle=False, verbose=0)
    assert counted(gan)[1] <= 16
    for weights in numpy_values(gan.weights):
        assert np.isfinite(weights).all()


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
def test_a_batch_of_another_size_is_refused_before_its_step():
    def batches():
        yield (IMAGES[:4],)
        yield (IMAGES[4:8, :4],)

    gan = make_gan()
    with pytest.raises(ValueError, match=r"Received: shape \(4, 4, 8, 1\)"):
        gan.fit(batches(), verbose=0)
