"""How a finding, a place and a number are said, the same for every report."""
