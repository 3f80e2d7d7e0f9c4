"""What single values are: what an input takes, files, days, texts with markdown. No screen, no session."""
