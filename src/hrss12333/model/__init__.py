"""The nouns: filing, finding, national table. Frozen, typed, without behaviour of their own."""
