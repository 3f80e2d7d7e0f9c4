"""The Builder: one page on which a Flow JSON is written, looked at, run, saved and published."""
