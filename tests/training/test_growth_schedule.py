import keras
import numpy as np
import pytest

from kerasgan.training.growth_schedule import GrowthSchedule
from kerasgan.training.growth_schedule import check_batch_sizes

SIZES = (4, 8, 16)


def test_phases_alternate_between_fading_and_stabilising():
    schedule = GrowthSchedule(SIZES, kimg=10, fade_kimg=5)
    assert schedule.starts == [0, 10_000, 15_000, 25_000, 30_000]
    assert [schedule.size(i) for i in range(5)] == [4, 8, 8, 16, 16]
    assert [schedule.is_fading(i) for i in range(5)] == [
        *(False, True, False, True, False),
    ]


@pytest.mark.parametrize(
    ("seen", "phase"),
    [(0, 0), (9_999, 0), (10_000, 1), (15_000, 2), (29_999, 3), (10**9, 4)],
)
def test_the_phase_follows_from_the_images_seen(seen, phase):
    assert GrowthSchedule(SIZES, 10, 5).phase_at(seen) == phase


def test_alpha_rises_from_0_to_1_over_a_phase_and_stays_there():
    schedule = GrowthSchedule(SIZES, kimg=10, fade_kimg=5)
    seen = (10_000, 11_250, 15_000, 16_000)
    alphas = [
        float(
            schedule.alpha(
                1,
                lambda start, n=n: keras.ops.convert_to_tensor(
                    float(n - start)
                ),
            )
        )
        for n in seen
    ]
    np.testing.assert_allclose(alphas, [0.0, 0.25, 1.0, 1.0])


def test_without_fading_a_size_comes_in_at_once():
    schedule = GrowthSchedule(SIZES, kimg=1, fade_kimg=0)
    phases = [schedule.phase_at(n) for n in (999, 1000, 1999, 2000)]
    assert [schedule.size(p) for p in phases] == [4, 8, 8, 16]
    assert not any(schedule.is_fading(p) for p in phases)


def test_the_paper_ends_growing_to_1024_after_9600_kimg():
    sizes = [4 * 2**i for i in range(9)]
    assert GrowthSchedule(sizes, 600, 600).starts[-1] == 9_600_000


@pytest.mark.parametrize("kimg", [0, -1, 0.0001, "10", None, True])
def test_a_length_that_is_no_positive_number_is_refused(kimg):
    with pytest.raises(ValueError, match="`kimg`"):
        GrowthSchedule(SIZES, kimg, 1)


def test_a_negative_fading_length_is_refused():
    with pytest.raises(ValueError, match="`fade_kimg`"):
        GrowthSchedule(SIZES, 1, -1)


def test_a_table_of_minibatches_may_come_out_of_json():
    table = {"4": 8, "8": 4, "16": 2}
    assert check_batch_sizes(table, SIZES) == {4: 8, 8: 4, 16: 2}
    assert check_batch_sizes(None, SIZES) is None


def test_a_table_that_misses_a_size_is_refused():
    with pytest.raises(ValueError, match="Missing: 8, 16"):
        check_batch_sizes({4: 8}, SIZES)


@pytest.mark.parametrize("entry", [{32: 4}, {8: 0}, {8: 1.5}])
def test_a_table_with_a_wrong_entry_is_refused(entry):
    with pytest.raises(ValueError, match="sizes 4, 8, 16"):
        check_batch_sizes({4: 8, 8: 8, 16: 8, **entry}, SIZES)
