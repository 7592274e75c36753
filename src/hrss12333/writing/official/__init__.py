"""The official form as a workbook."""
