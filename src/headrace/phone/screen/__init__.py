"""What a person sees: the view of the current screen, and the view as text and as JSON."""
