"""Measuring: how long the work of an office takes, as ratios to the bare cost on the same machine."""
