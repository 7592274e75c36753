"""Letters to those who reported: what to correct, what to confirm, what is still awaited."""
