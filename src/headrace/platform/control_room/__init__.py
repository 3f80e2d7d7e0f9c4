"""Whoever holds the world of a box in hand: its clock, what breaks, who is verified; never open to others."""
