"""What is asked for on the screens of the figures."""
