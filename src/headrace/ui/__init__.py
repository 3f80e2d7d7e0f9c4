"""What all pages share: base templates, tokens, static files, live updates."""
