"""The files of the schoolhouse: each kind reads, compares and plans; services write."""
