"""On the day and after it: check-in, the list of who came, the report and its verification."""
