import dataclasses


@dataclasses.dataclass(frozen=True)
class ImageDataset:
    """What is known of a named set of labelled images.

    Args:
        name: Name that `kerasgan.datasets.load` takes.
        image_shape: `(height, width, channels)`.
        num_classes: Number of classes.
        counts: Mapping from split to number of images.
        files: Mapping from split to the names of the files in the format
            the authors publish: images and labels for IDX, record files
            for CIFAR.
        label_bytes: Bytes of labels before each image of a record file;
            the last is used. 0 for IDX.
        sha256: Mapping from split to the digests of all pixels and of all
            labels, each as plain uint8 in file order. Empty where Keras
            checks the archive itself.
        debian: Folder of the Debian package with the files, or `None`.
        cache_folder: Where Keras keeps the files, under its `datasets`.
        cache_file: File in that folder from which Keras' loader can make the
            set with no download, or `None`.
        url: Address that answers if Keras' download can work.
        subset: Mapping from split to the packaged picture, its number of
            images and the digest of its pixels.
    """

    name: str
    image_shape: tuple
    num_classes: int
    counts: dict
    files: dict = dataclasses.field(default_factory=dict)
    label_bytes: int = 0
    sha256: dict = dataclasses.field(default_factory=dict)
    debian: str | None = None
    cache_folder: str = ""
    cache_file: str | None = None
    url: str | None = None
    subset: dict = dataclasses.field(default_factory=dict)
