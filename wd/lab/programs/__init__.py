"""What is trained: one module per program, each with the update that its page shows."""
