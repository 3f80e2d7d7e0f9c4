"""How WhatsApp judges a Flow with an endpoint: what is measured, when it warns, and when it throttles or blocks.

Pure: samples, rules and a time in; figures, alerts and changes of status out.
"""
