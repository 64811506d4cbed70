"""Tables that an office hands over as files: reading them, and saying what is wrong with them."""
