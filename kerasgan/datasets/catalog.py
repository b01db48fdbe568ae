from kerasgan.datasets.image_dataset import ImageDataset

_IDX_FILES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
_KERAS_FILES = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
_CIFAR_FILES = "https://www.cs.toronto.edu/~kriz/"

# Classes in order, each in file order, 100 images a row of the picture.
_SUBSET = {
    "train": (
        "fashion_mnist_train_10000.png",
        10_000,
        "86dc874cb93f2bd50f6319849c2baf224b877e8d74ecb5b8fbe6fca3b7d87aff",
    ),
    "test": (
        "fashion_mnist_test_1000.png",
        1_000,
        "e9f89eb06e8c2328785b00abd588a8528d881d7f062acd7b17be736dfe20f1f5",
    ),
}

DATASETS = {
    dataset.name: dataset
    for dataset in (
        ImageDataset(
            name="fashion_mnist",
            image_shape=(28, 28, 1),
            num_classes=10,
            counts={"train": 60_000, "test": 10_000},
            files=_IDX_FILES,
            sha256={
                "train": (
                    "2e487a6c89124f78f2d7521542223cafe96f7123c3ca13d447772ac6"
                    "ecbb3012",
                    "657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d66507"
                    "59e869a7",
                ),
                "test": (
                    "c867c93ff95360594e8ec3287995350b824dd110b11595c0e13d5423"
                    "f621867a",
                    "3d0e6c6ea990b53b6f8f500a41cac93881d981b315f84578b7d91534"
                    "2ade01e9",
                ),
            },
            debian="/usr/share/datasets/fashion-mnist",
            cache_folder="fashion-mnist",
            url=_KERAS_FILES + "t10k-labels-idx1-ubyte.gz",
            subset=_SUBSET,
        ),
        ImageDataset(
            name="fashion_mnist_subset",
            image_shape=(28, 28, 1),
            num_classes=10,
            counts={"train": 10_000, "test": 1_000},
            subset=_SUBSET,
        ),
        ImageDataset(
            name="mnist",
            image_shape=(28, 28, 1),
            num_classes=10,
            counts={"train": 60_000, "test": 10_000},
            files=_IDX_FILES,
            sha256={
                "train": (
                    "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b"
                    "676cf757",
                    "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df"
                    "69120c13",
                ),
                "test": (
                    "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061"
                    "a2c9d161",
                    "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a68"
                    "3c852ff5",
                ),
            },
            cache_file="mnist.npz",
            url=_KERAS_FILES + "mnist.npz",
        ),
        ImageDataset(
            name="cifar10",
            image_shape=(32, 32, 3),
            num_classes=10,
            counts={"train": 50_000, "test": 10_000},
            files={
                "train": tuple(f"data_batch_{i}.bin" for i in range(1, 6)),
                "test": ("test_batch.bin",),
            },
            label_bytes=1,
            cache_file="cifar-10-batches-py-target_archive",
            url=_CIFAR_FILES + "cifar-10-python.tar.gz",
        ),
        ImageDataset(
            name="cifar100",
            image_shape=(32, 32, 3),
            num_classes=100,
            counts={"train": 50_000, "test": 10_000},
            files={"train": ("train.bin",), "test": ("test.bin",)},
            label_bytes=2,
            cache_file="cifar-100-python-target_archive",
            url=_CIFAR_FILES + "cifar-100-python.tar.gz",
        ),
    )
}
