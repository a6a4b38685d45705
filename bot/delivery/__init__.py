"""Owed messages out: the worker that takes what is due and hands it to a sender."""
