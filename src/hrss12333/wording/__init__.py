"""Questions, places, figures and respondents in words. In go the model's nouns and questions; out come
Chinese sentences, the same for every output. It decides nothing and knows no output format."""
