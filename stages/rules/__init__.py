"""What must hold, as reasons why not."""
