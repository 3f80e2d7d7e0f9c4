"""Measures what the project promises about its speed: `python -m benchmarks`, or `make bench`.

One module per subject. Each has `measure(*, quick)`, which yields `measuring.Figure`s, and can be run alone, as in
`python -m benchmarks.checking`.
"""
