"""The audit. In go documents as read, and what they are compared with; out come findings, each at its place,
and which rows of a unit overlap. It changes no value, prints nothing, and sees earlier years and rounds
only as `Comparisons`."""
