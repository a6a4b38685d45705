"""Screens and files of what people take away: calendars, records of service."""
