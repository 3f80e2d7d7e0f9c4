"""`headrace preview`: one Flow JSON file on a phone in the browser, drawn anew whenever it is saved."""
