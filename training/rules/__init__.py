"""What must hold before somebody books, moves or finishes: each function says why not, or None."""
