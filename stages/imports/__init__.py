"""The office's files about promoters, a kind a file."""
