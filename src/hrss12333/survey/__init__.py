"""What the survey asks: schema, editions, indicators, and the units and regions that report."""
