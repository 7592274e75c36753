"""The judge of doubt: its words, what stands for a time, how a text is taken apart, and what it says of which figures."""
