"""What runs when, and the small jobs that do it."""
