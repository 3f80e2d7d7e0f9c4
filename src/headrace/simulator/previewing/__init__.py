"""A Flow JSON text on a phone, for those who write it: drawn anew with every text, and kept where the person is.

A preview takes texts, wherever they come from: a file that is followed, or the page of an editor. It needs no box.
"""
