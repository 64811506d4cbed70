"""What follows a move, in its transaction."""
