"""What is recorded of objections, where, and what holds now."""
