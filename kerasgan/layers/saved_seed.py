from keras import ops


class SavedSeed:
    """Saves the state of a layer's `seed_generator` with its variables.

    Keras saves variables only, so that a network with dropout would draw the
    same numbers again after each loading. Files without it can be loaded.
    For layers, ahead of `keras.layers.Layer`.
    """

    def save_own_variables(self, store):
        super().save_own_variables(store)
        if self.seed_generator is not None:
            state = self.seed_generator.state
            store["seed"] = ops.convert_to_numpy(state)

    def load_own_variables(self, store):
        own = {key: store[key] for key in store.keys()}
        state = own.pop("seed", None)
        super().load_own_variables(own)
        if state is not None and self.seed_generator is not None:
            self.seed_generator.state.assign(state[()])
