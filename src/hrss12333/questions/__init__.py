"""Respondents and questions, made once of the judged findings; every list, count and letter is a view of them."""
