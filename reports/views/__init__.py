"""Screens of the figures, one noun a file."""
