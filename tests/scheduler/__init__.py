"""Tests of the timetable and of who runs it."""
