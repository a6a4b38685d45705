"""The best choice among many options, found by HiGHS in a child process with a limit of time and of memory."""

SECONDS = 20.0
"""How long it searches at most; what it has found by then is the answer."""
