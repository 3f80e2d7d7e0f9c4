"""How a Flow runs: its program, its state, what happens on an event and what is visible then."""
