"""The survey: schema, editions, indicators, and the units and regions that report."""
