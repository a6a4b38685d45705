"""On the day and after: check-in, the roll, the report and its verification."""
