"""The schoolhouse."""
