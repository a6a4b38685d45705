"""Screens of what is to be arranged: the plan, the rotation, visits, the picture of the five."""
