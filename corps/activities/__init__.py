"""Planning and publishing an activity; its card, the lists, the schedule; the rules about who may do what with it."""
