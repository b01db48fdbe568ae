"""What `kernel_regularizer`s and the like add to a player's loss."""


def weight_penalty(network):
    """Returns the sum of the penalties that the network's layers ask for."""
    penalty = 0.0
    for variable in network.trainable_variables:
        if variable.regularizer:
            penalty = penalty + variable.regularizer(variable)
    return penalty
