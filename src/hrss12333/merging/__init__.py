"""The national table. In go checked filings; out come the rows of each unit, counted or left out with the reason, and the
findings about them all; also figures of earlier workbooks. It knows of no respondent, question or output.
"""
