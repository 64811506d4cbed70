"""What people type in the schoolhouse: validated here, written by services."""
