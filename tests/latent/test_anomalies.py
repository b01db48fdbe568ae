import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.latent import AnomalyDetector
from kerasgan.latent import anomaly_scores
from kerasgan.latent.frozen_model import FrozenModel
from kerasgan.latent.oddity import Oddity
from tests.latent import legible


def normal(gan, n, seed=7):
    return np.clip(gan.generate(n, seed=seed), -1, 1)


def test_the_score_is_the_papers_sum():
    gan = legible.linear_gan()
    frozen = FrozenModel(gan)
    images = np.zeros((1, 4, 4, 1), "float32")
    away = images + 0.1
    said = Oddity(0.1)(frozen, images, None, (images,))
    assert not keras.ops.convert_to_numpy(keras.ops.stop_gradient(said)).any()
    # Of pixels alone: the mean.
    said = Oddity(0.0)(frozen, away, None, (images,))
    np.testing.assert_allclose(float(said[0]), 0.1, rtol=1e-5)


def test_what_the_model_can_draw_is_normal():
    gan = legible.linear_gan()
    rng = np.random.default_rng(0)
    odd = rng.choice([-1.0, 1.0], (3, 4, 4, 1)).astype("float32")
    images = np.concatenate([normal(gan, 3), odd])
    before = legible.values(gan)
    found = anomaly_scores(gan, images, steps=25, verbose=0)
    assert found.scores[:3].max() < 0.2 * found.scores[3:].min()
    np.testing.assert_allclose(
        found.scores,
        0.9 * found.residuals + 0.1 * found.feature_residuals,
        rtol=1e-5,
    )
    error = np.abs(images - found.reconstructions)
    np.testing.assert_allclose(found.residuals, error.sum((1, 2, 3)), 1e-5)
    np.testing.assert_allclose(found.maps, error.mean(-1), 1e-5)
    legible.assert_untouched(gan, before)


def test_a_score_does_not_depend_on_other_pictures():
    gan = legible.linear_gan()
    images = normal(gan, 3)
    together = anomaly_scores(gan, images, steps=5, verbose=0)
    alone = anomaly_scores(gan, images[1:2], steps=5, verbose=0)
    np.testing.assert_allclose(together.scores[1:2], alone.scores, rtol=1e-3)


def test_without_features_no_discriminator_is_asked():
    gan = legible.linear_gan()
    images = np.full((1, 4, 4, 1), -0.5, "float32")
    found = anomaly_scores(gan, images, steps=2, feature_weight=0.0, verbose=0)
    assert found.scores == found.residuals and not found.feature_residuals


class Brightness(AnomalyDetector):
    """Its scores are known: that of normal picture i is i."""

    def __init__(self):
        super().__init__(legible.linear_gan(), steps=2)
        self.normal_scores = np.arange(99.0)
        self.normal_map = np.zeros((4, 4))


def test_shares_and_thresholds_follow_from_normal_scores():
    detector = Brightness()
    # 100 with the picture itself.
    np.testing.assert_allclose(
        detector.shares([-1.0, 0.0, 50.0, 98.0, 99.0]),
        [1.0, 1.0, 0.5, 0.02, 0.01],
    )
    assert detector.threshold(0.05) == 94.0
    assert detector.threshold(0.01) == 98.0
    with pytest.raises(ValueError, match="`false_alarms` must be at least"):
        detector.threshold(0.001)


def test_as_many_false_alarms_as_were_asked_for():
    rng = np.random.default_rng(0)
    detector = Brightness()
    rates = []
    for _ in range(200):
        detector.normal_scores = np.sort(rng.normal(size=99))
        rates.append((rng.normal(size=200) > detector.threshold(0.1)).mean())
    assert abs(np.mean(rates) - 0.1) < 0.01


def test_a_detector_says_what_is_odd_and_where():
    gan = legible.linear_gan()
    detector = AnomalyDetector(gan, steps=25).calibrate(normal(gan, 19))
    odd = normal(gan, 2, seed=8)
    odd[1, 2, 1] = -np.sign(odd[1, 2, 1])
    found = detector.detect(odd, false_alarms=0.05)
    assert found.is_odd[1] and found.shares[1] == 0.05
    where = np.unravel_index(found.maps[1].argmax(), (4, 4))
    assert where == (2, 1) and found.maps.min() >= 0


def test_a_share_is_kept_back_from_the_training():
    gan = kerasgan.applications.DCGAN((8, 8, 1), filters=2, seed=0)
    seen = []
    gan.fit = lambda images, **kwargs: seen.append(images) or "history"
    detector = AnomalyDetector(gan, steps=1, restarts=1)
    images = np.random.default_rng(0).integers(0, 256, (20, 8, 8, 1))
    images = images.astype("uint8")
    assert detector.fit(images, epochs=1, share=0.2) == "history"
    assert len(seen[0]) == 16 and len(detector.normal_scores) == 4
    rows = {image.tobytes() for image in seen[0]}
    assert rows < {image.tobytes() for image in images}


def test_what_was_not_calibrated_says_so():
    detector = AnomalyDetector(legible.linear_gan())
    images = np.zeros((1, 4, 4, 1), "float32")
    for ask in (detector.detect, detector.shares):
        with pytest.raises(ValueError, match="must be calibrated"):
            ask(images)
    with pytest.raises(ValueError, match="`share`"):
        detector.fit(images, share=1.0)
    with pytest.raises(ValueError, match="must be enough"):
        detector.fit(images)


@pytest.mark.parametrize(
    "images, asked, message",
    [
        (np.zeros((1, 4, 5, 1)), {}, "must have the shape"),
        (np.full((1, 4, 4, 1), np.nan), {}, "must be finite"),
        (np.zeros((1, 4, 4, 1)), {"feature_weight": 2}, "`feature_weight`"),
        (np.zeros((1, 4, 4, 1)), {"steps": 0}, "`steps`"),
    ],
)
def test_what_cannot_be_is_refused(images, asked, message):
    with pytest.raises(ValueError, match=message):
        anomaly_scores(legible.linear_gan(), images, verbose=0, **asked)


def test_an_encoder_says_the_latents_at_once():
    gan = legible.linear_gan()
    inverse = np.linalg.pinv(legible.matrix())
    before = legible.values(gan)

    def encode(images):
        return images.reshape(len(images), -1) @ inverse

    images = np.concatenate(
        [normal(gan, 19), -np.ones((1, 4, 4, 1), "float32")]
    )
    found = anomaly_scores(gan, images, encoder=encode)
    assert found.scores[:19].max() < 1e-3 * found.scores[19]
    error = images - found.reconstructions
    np.testing.assert_allclose(
        found.residuals, np.square(error).mean((1, 2, 3)), atol=1e-10
    )
    np.testing.assert_allclose(
        found.scores, found.residuals + found.feature_residuals, rtol=1e-5
    )
    detector = AnomalyDetector(gan, encoder=encode).calibrate(images[:19])
    assert detector.detect(images[19:]).is_odd.all()
    with pytest.raises(ValueError, match="is trained after it"):
        detector.fit(images)
    legible.assert_untouched(gan, before)


def test_encoders_that_do_not_fit_are_refused():
    gan = legible.linear_gan()
    images = normal(gan, 2)
    with pytest.raises(ValueError, match="`encoder` must be a model with"):
        anomaly_scores(gan, images, encoder="E")
    for latents in (np.zeros((2, 2)), np.zeros((1, 3))):
        with pytest.raises(ValueError, match="`encoder` must give latents"):
            anomaly_scores(gan, images, encoder=lambda x, z=latents: z)
    with pytest.raises(ValueError, match="finite"):
        anomaly_scores(gan, images, encoder=lambda x: np.full((2, 3), np.nan))
    with pytest.raises(ValueError, match="`condition` must be given"):
        anomaly_scores(
            legible.linear_cgan(), images, encoder=lambda x: np.zeros((2, 3))
        )
