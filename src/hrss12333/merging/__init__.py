"""The national table. In go checked filings and figures of earlier workbooks; out come each unit's rows,
counted or left out with the reason, and the findings about them together. It knows no respondent,
question or output."""
