from kerasgan.latent.generate_batches import generate_batches


def drawn_translations(gan, drawing, count, seed, say):
    """Returns what `kerasgan generate` draws of a model that translates.

    In a grid that is rows of input, output and what else is known; otherwise
    outputs alone. They are of the examples that the model keeps.

    Args:
        gan: The model.
        drawing: `kerasgan.cli.drawing.Drawing`, which is told how many images
            there are.
        count: Integer, how many are asked for; at most as many as it keeps
            are drawn.
        seed: Integer, which of them.
        say: Called with each line for the user.

    Returns:
        Iterator of batches of images.

    Example:

    ```python
    import kerasgan
    from kerasgan.cli.drawing import Drawing
    from kerasgan.cli.drawn_translations import drawn_translations

    game = kerasgan.applications.Pix2Pix(input_shape=(8, 8, 1), filters=2)
    drawing = Drawing("grid.png", 2)
    (batch,) = drawn_translations(game, drawing, 2, seed=0, say=print)
    assert len(batch) == drawing.count == 4
    ```
    """
    if gan.examples is None:
        say("The model keeps no examples of its images: it is given noise.")
    else:
        count = min(count, len(gan.examples[0]))
    drawing.count = count
    if not drawing.is_grid:
        return generate_batches(gan, count, seed=seed)
    shown, kinds = gan._sample_pictures(count, seed=seed)
    drawing.count = len(shown)
    rows = max((drawing.columns or 2 * kinds) // kinds, 1)
    drawing.columns = rows * kinds
    return iter([shown])
