"""What is due, what it says at that moment, how it ended; the page /notices."""
