"""Messages of a coordinator to an audience: composing, sending, timing, 收到, progress, corrections."""
