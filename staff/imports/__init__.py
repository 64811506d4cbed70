"""The office's files about people and departments, a kind a file."""
