"""The reference: every component, every error and every version, made from the tables that everything else asks."""
