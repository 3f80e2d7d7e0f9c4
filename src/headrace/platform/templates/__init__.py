"""Message templates: what a business may write to people who did not write lately, once a review has approved it."""
