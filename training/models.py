"""The tables of the schoolhouse come with the training capability."""
