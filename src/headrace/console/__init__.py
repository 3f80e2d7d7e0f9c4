"""The business's web pages. They know the business side only; what is particular to a box is handed in."""
