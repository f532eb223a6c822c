"""What people do: one function for each, `(visit, what is wanted) -> Done`. The engine decides, and audits."""
