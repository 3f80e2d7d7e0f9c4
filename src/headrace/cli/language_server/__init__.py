"""The Language Server Protocol around `headrace.flowjson.assistance`: documents, positions, and the shapes of answers.

Nothing here is imported by another command: pygls and its types take half a second.
"""
