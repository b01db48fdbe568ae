import bisect
import numbers

from keras import ops


class GrowthSchedule:
    """Which images a growing game plays with, by images shown.

    The phases are: the first size alone, then for each further size one in
    which it fades in and one in which it is stabilised; the last of them has
    no end.

    Args:
        sizes: Sequence of integers, each twice the one before, in pixels.
        kimg: Float, length of a stabilising phase in thousands of images.
        fade_kimg: Float, length of a fading phase in thousands of images; 0
            lets a new size in at once.

    Raises:
        ValueError: If a length is out of its range.

    Example:

    ```python
    from kerasgan.training.growth_schedule import GrowthSchedule

    schedule = GrowthSchedule((4, 8), kimg=10, fade_kimg=5)
    assert schedule.starts == [0, 10_000, 15_000]
    assert schedule.size(schedule.phase_at(12_000)) == 8
    ```
    """

    def __init__(self, sizes, kimg, fade_kimg):
        _check(kimg=kimg, fade_kimg=fade_kimg)
        self.sizes = tuple(sizes)
        lengths = [round(1000 * kimg), round(1000 * fade_kimg)]
        if lengths[0] < 1:
            raise ValueError(
                "`kimg` must be positive: the thousands of images that each "
                f"size is stabilised for. Received: kimg={kimg!r}"
            )
        self.starts = [0]
        for phase in range(2 * (len(self.sizes) - 1)):
            self.starts.append(self.starts[-1] + lengths[phase % 2])

    def phase_at(self, images_seen):
        """Returns the number of the phase after so many images."""
        return bisect.bisect_right(self.starts, images_seen) - 1

    def size(self, phase):
        """Returns the side of the images of a phase, in pixels."""
        return self.sizes[(phase + 1) // 2]

    def is_fading(self, phase):
        """Returns whether the images of a phase are faded in."""
        return phase % 2 == 1

    def alpha(self, phase, images_since):
        """Returns how far a phase is faded in: 0 at its start, 1 at its end.

        Args:
            phase: Integer, the number of a phase that fades.
            images_since: Function from an integer to how many more images
                than that were seen, a float32 tensor.
        """
        start, end = self.starts[phase : phase + 2]
        return ops.clip(images_since(start) / (end - start), 0.0, 1.0)

    def describe(self, images_seen):
        """Returns a few words on where the schedule is."""
        phase = self.phase_at(images_seen)
        size = self.size(phase)
        verb = "fading in" if self.is_fading(phase) else "stabilising"
        return f"{verb} {size}x{size}"


def _check(**lengths):
    for name, value in lengths.items():
        is_number = isinstance(value, numbers.Real)
        if not is_number or isinstance(value, bool) or not value >= 0:
            raise ValueError(
                f"`{name}` must be a number of thousands of images, not "
                f"negative. Received: {name}={value!r}"
            )


def check_batch_sizes(batch_sizes, sizes):
    """Returns the table of minibatches as a dict with integer keys.

    Args:
        batch_sizes: Dict from sizes in pixels to numbers of images, or
            `None`.
        sizes: The sizes that it must have.

    Raises:
        ValueError: If a size is missing, unknown or has no such number.
    """
    if batch_sizes is None:
        return None
    # Keys are strings in JSON.
    table = {int(size): count for size, count in dict(batch_sizes).items()}
    wanted = ", ".join(map(str, sizes))
    missing = [str(size) for size in sizes if size not in table]
    if missing:
        raise ValueError(
            f"`batch_sizes` must have an entry for each of {wanted} pixels. "
            f"Missing: {', '.join(missing)}. Received: {batch_sizes}"
        )
    for size, count in table.items():
        is_whole = isinstance(count, numbers.Integral)
        if size not in sizes or not is_whole or count < 1:
            raise ValueError(
                f"`batch_sizes` must be a dict from the sizes {wanted} to "
                f"whole numbers of images. Received: {size!r}: {count!r}"
            )
    return table
