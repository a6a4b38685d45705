"""The timetable, its small jobs, and the process that runs them."""
