"""Stories that a box can play, as files: what happens, and what has to come of it."""
