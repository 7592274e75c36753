"""Respondents and questions: what came of whom, what is asked, and whether it was answered. Made once of the judged
findings; every list, count, letter, page, exit status and 问题清单 is a view of them."""
