"""The Graph API face: routing, parameters, field selection, paging and errors. No rules of its own."""
