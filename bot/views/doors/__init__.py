"""Screens about the ways in and the ways that messages come."""
