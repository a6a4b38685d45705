"""The best choice among many options, found by HiGHS in a child process with a limit of time and of memory."""
